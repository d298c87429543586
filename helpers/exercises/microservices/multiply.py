"""A question on retries at every server of a chain, answered by running it."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import grpc

from ..engine import Check, Option, Predict
from .setup import BILLING, ORDERS, SHELVES, order_pb2, order_pb2_grpc

_POLICY = {
    "maxAttempts": 3, "initialBackoff": "0.01s", "maxBackoff": "0.01s", "backoffMultiplier": 1,
    "retryableStatusCodes": ["UNAVAILABLE"],
}  # fmt: skip
_CONFIG = json.dumps({"methodConfig": [{"name": [{}], "retryPolicy": _POLICY}]})


def _observe_multiply(check: Check) -> tuple[object, str]:
    stubs: dict[str, Any] = {}

    def front(request: Any, context: grpc.ServicerContext) -> Any:
        return _passed_on(stubs["billing"].Charge, order_pb2.ChargeRequest(), context)

    def billing(request: Any, context: grpc.ServicerContext) -> Any:
        return _passed_on(stubs["depot"].ReserveShelf, order_pb2.ReserveShelfRequest(), context)

    away = grpc.StatusCode.UNAVAILABLE
    with check.fake_server(PlaceOrder=front, Charge=billing, ReserveShelf=away) as server:
        # Each of them has its own channel, as in three processes.
        options = [("grpc.service_config", _CONFIG), ("grpc.use_local_subchannel_pool", 1)]
        with contextlib.ExitStack() as stack:
            channels = [stack.enter_context(grpc.insecure_channel(server.address, options)) for _ in range(3)]
            stubs["billing"] = order_pb2_grpc.BillingServiceStub(channels[1])
            stubs["depot"] = order_pb2_grpc.ShelfServiceStub(channels[2])
            with contextlib.suppress(grpc.RpcError):
                orders = order_pb2_grpc.OrderServiceStub(channels[0])
                orders.PlaceOrder(order_pb2.PlaceOrderRequest(), timeout=10)
        counts = {name: len(server.received(name)) for name in ("PlaceOrder", "Charge", "ReserveShelf")}
    front_calls, billing_calls, depot_calls = counts.values()
    account = f"the front was called {front_calls} times, billing {billing_calls} times, the depot {depot_calls} times."
    return depot_calls, account


def _passed_on(method: Any, request: Any, context: grpc.ServicerContext) -> Any:
    try:
        return method(request, timeout=5)
    except grpc.RpcError as error:
        context.abort(error.code(), "not now")


multiply = Predict(
    title="Retries that multiply",
    task="""
        A customer calls the front, the front calls billing, and billing calls the depot. Each of the three callers has
        a retry policy with `maxAttempts` 3 for `UNAVAILABLE`, and hands that status on. The depot is overloaded and
        answers every call with `UNAVAILABLE`. How many calls does the depot get for one order?
    """,
    services=[ORDERS, BILLING, SHELVES],
    observe=_observe_multiply,
    expected=27,
    options=[
        Option("3: billing asks three times.", "So it does, each time that the front asks billing.", 3),
        Option(
            "9: the three attempts of each of the three callers add up.",
            "They do not add up. What does billing do when it is asked for the second time?",
            9,
        ),
        Option(
            "27: each attempt of one caller is three attempts of the next.",
            "Right: three times three times three.",
            27,
        ),
        Option(
            "12: 3 of the customer, and 9 of the others.",
            "The customer never calls the depot itself. Follow its first attempt all the way down.",
            12,
        ),
    ],
    hints=[
        "Follow the customer's first attempt down to the depot and back. How many calls did the depot get?",
        "For the customer that was one attempt of three.",
    ],
    reason="The server that has too much to do already gets the most. Let one caller of a chain ask again, the "
    "outermost or the one next to the trouble, and let the others hand the error on; `retryThrottling` is a brake besides.",
)
