"""The network map: what it counts and says, where things stand, and what clicks do, without a page."""

from __future__ import annotations

import threading
import time

import grpc
import pytest

from helpers import NetworkMap, protos, serve, servers, tap
from helpers.views.kit import lifecycle
from helpers.views.networkmap.html import geometry
from helpers.views.networkmap.layout import arranged
from helpers.views.networkmap.model import MOST_BOXES
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.taps.tap import Tap
from tests.wire.build import PREFACE, REQUEST, TRAILERS, frame, headers

PATIENCE = 30.0
END_STREAM, RST_STREAM = 0x1, 3
tracking_pb2, tracking_pb2_grpc = protos.load("courier/v1/tracking.proto")


@pytest.fixture
def made():
    """Makes maps, and closes them."""
    maps: list[NetworkMap] = []

    def make(*arguments, **named) -> NetworkMap:
        maps.append(NetworkMap(*arguments, **named))
        return maps[-1]

    yield make
    for each in maps:
        each.close()
    until(lambda: leftovers() == [])


@pytest.fixture
def net(made):
    """A client, and two that it calls."""
    return made(["client", "quote", "billing"], [("client", "quote"), ("quote", "billing")])


@pytest.fixture
def nowhere():
    """A tap on nothing: what passes it is written into its recording."""
    with Tap(("127.0.0.1", 1)) as each:
        yield each


def leftovers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name in ("view updates", "network map")]


def until(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def text_of(net) -> str:
    return net.static()["text/plain"]


def told(net, link: str) -> str:
    """What a map says of a link."""
    return next(line for line in text_of(net).splitlines() if link in line).split("  ")[-1].strip()


def test_all_that_is_said_stands_in_all_pictures(net, parse):
    net.state("billing", "slow", "waiting")
    net.count("billing", {"charged twice": 2}, charged=1204)
    net.strip("billing", ["00a7", "00f3"])
    net.light("quote", "billing", 1204)
    net.light("billing", "quote", ok=False)
    net.say("one is slow", "waiting")
    text = text_of(net)
    assert "billing          ▲ slow, charged twice 2, charged 1,204, 00a7 00f3" in text
    assert told(net, "quote → billing") == "1,205 calls, 1 failed"
    assert told(net, "client → quote") == "no call yet"
    assert text.endswith("▲ one is slow")
    for picture in (net.static()["text/html"], net._drawn()):
        for piece in (
            "▲ slow",
            "charged twice",
            "1,204",
            "00a7",
            "quote to billing: 1,205 calls, 1 failed",
            "one is slow",
        ):
            assert piece in parse(picture).text
    assert "<button" not in net.static()["text/html"]


def test_calls_are_counted_from_a_tap(made):
    class Tracking(tracking_pb2_grpc.TrackingServiceServicer):
        def TrackParcel(self, request, context):
            if not request.parcel_id:
                context.abort(grpc.StatusCode.NOT_FOUND, "no such parcel")
            yield tracking_pb2.TrackParcelResponse()

    wire = tap(serve(Tracking()))
    with grpc.insecure_channel(wire.address) as channel:
        stub = tracking_pb2_grpc.TrackingServiceStub(channel)
        list(stub.TrackParcel(tracking_pb2.TrackParcelRequest(parcel_id="P-0")))  # before there is a map
        net = made(["client", "depot"], {("client", "depot"): wire})
        for _ in range(3):
            list(stub.TrackParcel(tracking_pb2.TrackParcelRequest(parcel_id="P-1")))
        with pytest.raises(grpc.RpcError):
            list(stub.TrackParcel(tracking_pb2.TrackParcelRequest()))
        until(lambda: told(net, "client → depot") == "4 calls, 1 failed")
        until(lambda: "4 calls" in net.html)
    servers.stop_all()


def test_how_calls_end(made, nowhere):
    net = made(["a", "b"], {("a", "b"): nowhere})
    record = nowhere.recording.append
    record(1, TO_SERVER, PREFACE)
    for stream in (1, 3, 5, 7):
        record(1, TO_SERVER, headers(REQUEST, stream, END_STREAM))
    assert told(net, "a → b") == "4 calls, 4 under way"
    assert 'data-state="running"' in net._drawn()
    record(1, TO_CLIENT, headers(TRAILERS, 1, END_STREAM))
    record(1, TO_SERVER, frame(RST_STREAM, 0, 3, (8).to_bytes(4, "big")))
    assert told(net, "a → b") == "4 calls, 2 under way, 1 failed"
    record(1, TO_CLIENT, b"", "RESET")
    record(1, TO_CLIENT, headers(TRAILERS, 5, END_STREAM))
    assert told(net, "a → b") == "4 calls, 3 failed"


def test_more_than_a_recording_keeps_is_said(made):
    with Tap(("127.0.0.1", 1), limit=2000) as small:
        net = made(["a", "b"], {("a", "b"): small})
        small.recording.append(1, TO_SERVER, PREFACE)
        for stream in range(1, 99, 2):
            small.recording.append(1, TO_SERVER, headers(REQUEST, stream, END_STREAM))
        assert told(net, "a → b").startswith("at least ")
        assert "≥ " in net._drawn()


def test_another_tap_goes_on_where_the_first_one_ended(made, nowhere):
    with Tap(("127.0.0.1", 1)) as first:
        net = made(["a", "b"], {("a", "b"): first})
        for wire in (first, nowhere):
            net.follow("a", "b", wire)
            wire.recording.append(1, TO_SERVER, PREFACE + headers(REQUEST, 1, END_STREAM))
            wire.recording.append(1, TO_CLIENT, headers(TRAILERS, 1, END_STREAM))
        net.light("a", "b")
        assert told(net, "a → b") == "3 calls"
        assert not first.recording._watchers
        net.stop()
        assert not nowhere.recording._watchers


def test_ten_thousand_calls_are_few_updates_and_the_last_is_shown(net):
    updates = []
    net.observe(lambda change: updates.append(change["new"]), "html")
    for _ in range(10_000):
        net.light("client", "quote")
    net._pacer.flush(PATIENCE)
    assert len(updates) < 500
    assert "10,000 calls" in updates[-1]


def test_a_click_runs_off_the_thread_that_hears_it_and_says_what_came(net):
    began, release, where = threading.Event(), threading.Event(), []

    def slow(name):
        where.append(threading.current_thread().name)
        began.set()
        release.wait(PATIENCE)
        return f"{name} is restarted"

    net.button("quote", "Restart", slow, "quote")
    net.button("billing", "Kill", where.append, "killed")
    net._receive({"type": "button", "box": 1, "button": 0})
    assert began.wait(PATIENCE)
    assert "Restart …" in net._drawn()
    net._receive({"type": "button", "box": 2, "button": 0})
    until(lambda: "killed" in where)  # one that waits holds up no other box
    release.set()
    until(lambda: text_of(net).endswith("quote is restarted"))
    assert "…" not in net._drawn()
    assert where[0] == "network map"


def test_what_a_button_raises_is_shown_and_goes_with_the_next_click(net):
    net.button("quote", "Kill", lambda: 1 / 0)
    net.button("quote", "Restart", lambda: None)
    net._receive({"type": "button", "box": 1, "button": 0})
    until(lambda: "ZeroDivisionError" in text_of(net))
    assert "gv-card-raised" in net._drawn()
    net._receive({"type": "button", "box": 1, "button": 1})
    assert "failed" not in text_of(net)
    with pytest.raises(ZeroDivisionError):
        net.click("quote", "Kill")


def test_links_are_cut_and_healed(net):
    done = []
    with pytest.raises(ValueError, match="on_cut"):
        net.click_link("client", "quote")
    net._receive({"type": "link", "link": 0})
    net.on_cut(lambda a, b: done.append(("cut", a, b)), lambda a, b: done.append(("heal", a, b)))
    net._receive({"type": "link", "link": 0})
    until(lambda: net.cuts == [("client", "quote")])
    assert told(net, "client → quote") == "cut, no call yet"
    net.click_link("quote", "client")
    assert net.cuts == []
    net.cut("client", "quote")
    assert net.cuts == [("client", "quote")]
    assert done == [("cut", "client", "quote"), ("heal", "client", "quote")]
    net.on_cut(lambda a, b: 1 / 0, lambda a, b: 1 / 0)
    net._receive({"type": "link", "link": 0})
    until(lambda: "ZeroDivisionError" in text_of(net))
    assert net.cuts == [("client", "quote")], "what failed has changed nothing"


@pytest.mark.parametrize(
    "message",
    [{"type": "button"}, {"type": "button", "box": 99, "button": 0}, {"type": "button", "box": "x", "button": None},
     {"type": "link", "link": 7}, {"type": "other"}, {}],
)  # fmt: skip
def test_messages_that_mean_nothing_change_nothing(net, message):
    net.on_cut(print)
    before = net._drawn()
    net._receive(message)
    assert net._drawn() == before


def test_where_boxes_stand_by_themselves():
    names = ["client", "quote", "billing 1", "billing 2"]
    spots = arranged(names, [("client", "quote"), ("quote", "billing 1"), ("quote", "billing 2")])
    assert spots == {"client": (0, 0.5), "quote": (1, 0.5), "billing 1": (2, 0), "billing 2": (2, 1)}
    ring = arranged(names, [*zip(names, names[1:] + names[:1], strict=True)])
    assert len(set(ring.values())) == 4
    assert ring["client"] == (1, 0), "at the top"


def test_boxes_do_not_stand_on_each_other(made):
    tall = made({"a": (0, 0), "b": (0, 1), "c": (0, 2)})
    for box in "abc":
        tall.count(box, {f"counter {n}": n for n in range(9)})
        tall.button(box, "Kill", print)

    size = geometry(tall._net)
    for above, below in ("ab", "bc"):
        assert size.down[below] - size.down[above] > (size.heights[above] + size.heights[below]) / 2
    assert size.down["a"] - size.heights["a"] / 2 > 0
    assert size.down["c"] + size.heights["c"] / 2 < size.height


def test_a_box_that_comes_later_has_its_links(made):
    net = made({"north": (0, 0), "south": (1, 0)}, [("north", "south")], two_way=True, unit="message")
    net.add("east", links=["north", "south"])
    net.light("east", "north")
    assert told(net, "north ↔ east") == "1 message"
    assert net.passed("north", "east") == 1
    assert told(net, "south ↔ east") == "no message yet"


def test_both_orders_of_a_pair_are_one_link(made):
    net = made(["a", "b"], [("a", "b"), ("b", "a")])
    net.light("b", "a")
    assert told(net, "a ↔ b") == "1 call"


def test_empty_and_too_much_say_so(made):
    nothing = made()
    for picture in nothing.static().values():
        assert "There is no box yet." in picture
    many = made([f"box {number}" for number in range(MOST_BOXES + 4)])
    many.state("box 0", "up", "done")
    assert 'data-state="full"' in many._drawn()
    for picture in many.static().values():
        assert f"The first {MOST_BOXES} of {MOST_BOXES + 4} boxes are drawn." in picture


@pytest.mark.parametrize(
    ("act", "match"),
    [
        (lambda net: net.state("depot", "up"), "there is no box 'depot'; there is client, quote, billing"),
        (lambda net: net.state("quote", "up", "great"), "unknown outcome 'great'"),
        (lambda net: net.say("up", "great"), "unknown outcome 'great'"),
        (lambda net: net.light("client", "billing"), "no link joins 'client' and 'billing'; there is client → quote"),
        (lambda net: net.click("quote", "Kill"), "has no button 'Kill'; it has none"),
        (lambda net: net.follow("client", "quote", "tap"), "no tap but of class str"),
        (lambda net: NetworkMap(["a"], ["ab"]), "a link is a pair of names"),
        (lambda net: NetworkMap(["a"], [("a", "b")]), "there is no box 'b'"),
        (lambda net: NetworkMap(["a", "b"], {("a", "b"): 50051}), "from a to b is given what is no tap"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(net, act, match):
    with pytest.raises(ValueError, match=match):
        act(net)


def test_what_is_closed_watches_no_more(made, nowhere):
    net = made(["a", "b"], {("a", "b"): nowhere})
    net.close()
    assert not nowhere.recording._watchers
    assert net not in lifecycle._views
