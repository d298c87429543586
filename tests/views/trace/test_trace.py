"""A trace, from taps to its two pictures."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent import futures

import grpc
import pytest

from helpers import display, protos, serve, serve_aio, tap
from helpers.views.trace import Trace, trace


@pytest.fixture(scope="module")
def order():
    return protos.load("courier/v1/order.proto")


@pytest.fixture
def depot_tap(order):
    order_pb2, order_pb2_grpc = order

    class Depot(order_pb2_grpc.ShelfServiceServicer):
        def ReserveShelf(self, request, context):
            return order_pb2.ReserveShelfResponse(shelf="A-1")

    server = serve(Depot())
    with tap(server) as made:
        yield made
    server.stop(0)


@pytest.fixture
def front_tap(order, depot_tap):
    order_pb2, order_pb2_grpc = order
    channel = grpc.insecure_channel(depot_tap.address)
    shelves = order_pb2_grpc.ShelfServiceStub(channel)

    class Front(order_pb2_grpc.OrderServiceServicer):
        def PlaceOrder(self, request, context):
            reply = shelves.ReserveShelf(
                order_pb2.ReserveShelfRequest(), timeout=min(60, context.time_remaining())
            )
            return order_pb2.PlaceOrderResponse(shelf=reply.shelf)

    server = serve(Front())
    with channel, tap(server) as made:
        yield made
    server.stop(0)


@pytest.fixture
def place_order(order, front_tap):
    order_pb2, order_pb2_grpc = order
    with grpc.insecure_channel(front_tap.address) as channel:
        stub = order_pb2_grpc.OrderServiceStub(channel)
        yield lambda **options: stub.PlaceOrder(order_pb2.PlaceOrderRequest(), **options)


def test_an_order_through_two_servers(front_tap, depot_tap, place_order):
    with trace(front=front_tap, depot=depot_tap) as request:
        place_order(timeout=30)
    front, depot = request.calls
    assert (front.server, front.service, front.method) == ("front", "courier.v1.OrderService", "PlaceOrder")
    assert (depot.server, depot.method, depot.depth) == ("depot", "ReserveShelf", 1)
    assert depot.parent is front
    assert front.start_ns <= depot.start_ns <= depot.end_ns <= front.end_ns
    assert (front.start, front.status, front.code, front.cancelled_by) == (0.0, "OK", 0, None)
    assert 29 < depot.deadline <= front.deadline < 32
    assert not request.open


def test_it_is_drawn_as_text_and_as_html(front_tap, depot_tap, place_order, parse):
    with trace(front=front_tap, depot=depot_tap) as request:
        place_order()
    faces = display.static(request)
    assert "1 request, 2 calls: 2 OK." in faces["text/plain"]
    assert "called by front" in faces["text/plain"]
    tree = parse(faces["text/html"].partition("</style>")[2])
    assert sum("data-call" in attributes for _, attributes in tree.elements) == 2


def test_a_block_that_raises_keeps_what_has_passed(front_tap, depot_tap, place_order):
    request = trace(front=front_tap, depot=depot_tap)

    def raise_in_the_middle():
        with request:
            place_order()
            raise LookupError

    with pytest.raises(LookupError):
        raise_in_the_middle()
    assert not request.open
    assert len(request.calls) == 2


def test_a_block_that_is_entered_again_begins_anew(front_tap, depot_tap, place_order):
    request = trace(front=front_tap, depot=depot_tap)
    assert request.calls == ()
    for _ in range(2):
        with request:
            assert request.open
            place_order()
        assert len(request.calls) == 2


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda front, depot: trace(), "needs a tap for each server, with the name of its lane"),
        (lambda front, depot: trace(front, depot), "needs a tap for each server, with the name of its lane"),
        (lambda front, depot: trace(front="front"), "front is of class str: tap"),
        (lambda front, depot: trace(front=front, depot=front), "front and depot are the same tap"),
        (
            lambda front, depot: trace(front=front, callers={"front": "shop"}),
            "'shop' is none: there are front",
        ),
        (
            lambda front, depot: trace(front=front, depot=depot, callers={"depot": front}),
            "and <Tap .* is none",
        ),
    ],
)
def test_bad_arguments(front_tap, depot_tap, make, says):
    with pytest.raises(ValueError, match=says):
        make(front_tap, depot_tap)


def test_a_closed_tap(front_tap, depot_tap):
    request = trace(depot=depot_tap)
    depot_tap.close()
    with pytest.raises(ValueError, match="the tap depot is closed"):
        trace(depot=depot_tap)
    with pytest.raises(ValueError, match="the tap depot is closed"), request:
        pytest.fail("the block must not run")


async def order_on_asyncio(order, depot_tap) -> Trace:
    """An order through a front on asyncio, with a stream beside it."""
    order_pb2, order_pb2_grpc = order
    tracking_pb2, tracking_pb2_grpc = protos.load("courier/v1/tracking.proto")

    class Front(order_pb2_grpc.OrderServiceServicer):
        async def PlaceOrder(self, request, context):
            reply = await shelves.ReserveShelf(order_pb2.ReserveShelfRequest())
            return order_pb2.PlaceOrderResponse(shelf=reply.shelf)

    class Tracking(tracking_pb2_grpc.TrackingServiceServicer):
        async def TrackParcel(self, request, context):
            for _ in range(5):
                yield tracking_pb2.TrackParcelResponse()

    async with grpc.aio.insecure_channel(depot_tap.address) as to_depot:
        shelves = order_pb2_grpc.ShelfServiceStub(to_depot)
        front, tracking = await serve_aio(Front()), await serve_aio(Tracking())
        with tap(front) as front_tap, tap(tracking) as tracking_tap:
            async with trace(front=front_tap, tracking=tracking_tap, depot=depot_tap) as request:
                async with grpc.aio.insecure_channel(front_tap.address) as channel:
                    await order_pb2_grpc.OrderServiceStub(channel).PlaceOrder(order_pb2.PlaceOrderRequest())
                async with grpc.aio.insecure_channel(tracking_tap.address) as channel:
                    stub = tracking_pb2_grpc.TrackingServiceStub(channel)
                    assert (
                        len([each async for each in stub.TrackParcel(tracking_pb2.TrackParcelRequest())]) == 5
                    )
        await front.stop(0)
        await tracking.stop(0)
    return request


def test_servers_on_asyncio(order, depot_tap):
    request = asyncio.run(order_on_asyncio(order, depot_tap))
    front, depot, stream = request.calls
    assert (depot.parent, stream.parent) == (front, None)
    assert [each.server for each in request.calls] == ["front", "depot", "tracking"]
    assert len(stream.call.responses) == 5
    assert "gv-tr-message" in display.static(request)["text/html"]


def test_a_cancelled_request_and_one_that_ran_out_of_time(front_tap, depot_tap, order):
    order_pb2, order_pb2_grpc = order
    release = threading.Event()
    slow = grpc.server(futures.ThreadPoolExecutor(2))
    slow.add_generic_rpc_handlers(
        [
            grpc.method_handlers_generic_handler(
                "courier.v1.OrderService",
                {"PlaceOrder": grpc.unary_unary_rpc_method_handler(lambda *_: release.wait(30) and b"")},
            )
        ]
    )
    port = slow.add_insecure_port("127.0.0.1:0")
    slow.start()
    with tap(port) as made, grpc.insecure_channel(made.address) as channel:
        stub = order_pb2_grpc.OrderServiceStub(channel)
        with trace(slow=made) as request:
            call = stub.PlaceOrder.future(order_pb2.PlaceOrderRequest())
            while not request.calls:
                time.sleep(0.01)
            call.cancel()
            with pytest.raises(grpc.RpcError):
                stub.PlaceOrder(order_pb2.PlaceOrderRequest(), timeout=0.2)
    release.set()
    slow.stop(None)
    cancelled, late = request.calls
    assert (cancelled.cancelled_by, cancelled.status, cancelled.deadline) == ("client", None, None)
    assert 0 < late.deadline < 0.3
    assert late.given_up, "whoever was first to see it: the client, or the server"
