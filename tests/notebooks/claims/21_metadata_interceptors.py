"""What the lesson on metadata and interceptors claims."""

import inspect
import re

KINDS = ["GetPosition", "TrackParcel", "RecordRoute", "Talk"]


def headers(capture, role):
    frame = next(frame for frame in capture.frames if frame.role == role)
    return {entry.name: entry.value for entry in frame.block.entries}


# after: call
assert dict(rpc.initial_metadata()) == {"served-by": "depot-2"}
assert dict(rpc.trailing_metadata()) == {"price-list": "2026-11"}
assert servicer.asked[-1]["scan-bin"] == b"\x00\xff\x07"

# after: call-wire
first, begun, last = (headers(call, role) for role in ("request headers", "response headers", "trailers"))
assert first["account-id"] == b"A-7"
assert begun["served-by"] == b"depot-2"
assert last["price-list"] == b"2026-11"
assert "grpc-status" in last
assert first["scan-bin"] == b"\x00" + b"\x00\xff\x07", (
    "four bytes for three: a zero byte, and the value as it is"
)

# after: reserved
assert servicer.asked[-1]["user-agent"].startswith("grpc-python"), "it is gRPC's own"
assert "te" not in servicer.asked[-1]
assert servicer.asked[-1]["account-id"] == "A-7"

# after: say-call
assert [what for what, _ in events] == ["A before", "B before", "B after", "A after", "the handler"]
threads = [thread for _, thread in events]
assert len(set(threads[:4])) == 1, "interceptors run on one thread"
assert "_serve" in threads[0]
assert threads[4] != threads[0], "and the handler on another"

# after: around
from helpers.exercises.metadata_interceptors import setup as exercises

assert inspect.getsource(around) == inspect.getsource(exercises.around).replace(
    "def around(handler: Any, wrap: Callable[[Any], Any]) -> Any:", "def around(handler, wrap):"
), "the exercises are solved with the lesson's function"

# after: timed
times = {line.split()[0]: float(line.split()[1]) for line in lines}
assert list(times) == KINDS
assert times["TrackParcel"] >= 0.3 > max(times[name] for name in KINDS if name != "TrackParcel")

# after: account-call
assert [line.split()[0].rpartition("/")[2] for line in printed.splitlines()] == KINDS
assert [line.split()[1] for line in printed.splitlines()] == ["A-7"] * 4

# after: two-watchers-cancel
assert printed.splitlines() == [
    "generator to cancel? False",
    "ended: []",
    "_MultiThreadedRendezvous to cancel? True",
    "ended: ['CANCELLED']",
]

# after: without-id
ids = [note.split()[0] for note in notes]
assert ids[0] == "ada-1"
assert len(set(ids)) == 3, "each server made up its own"

# after: with-id
by_id = {
    name: [note.split(maxsplit=1)[1] for note in notes if note.startswith(name)]
    for name in ("ada-1", "bob-1")
}
assert by_id["ada-1"] == by_id["bob-1"] == ["order taken", "priced", "charged 540 cents"]
assert len(notes) == 6

# after: trace
assert [(span.server, span.method) for span in one_order.calls] == [
    ("front", "PlaceOrder"),
    ("quote", "GetQuote"),
    ("billing", "Charge"),
]
assert {span.request_id for span in one_order.calls} == {"cyd-1"}, "the same id on all three"
order_span, *inner = one_order.calls
assert all(order_span.start <= span.start <= span.end <= order_span.end for span in inner)

# after: dict
assert servicer.asked[-1]["i"] == "d"
assert "id" not in servicer.asked[-1]

# after: dict-fixed
assert servicer.asked[-1]["id"] == "7"

# after: dict-long
assert len(re.findall("^ValueError: ", printed, re.MULTILINE)) == 2

# after: culprit
assert printed == "StatusCode.INTERNAL - Invalid metadata\n"
assert "courier" not in servicer.asked[-1], "nothing was sent"

# after: naive-call
times = {line.split()[0]: float(line.split()[1]) for line in lines}
assert list(times) == KINDS
assert times["TrackParcel"] < 0.1

# after: aio-call
assert printed == "['GetPosition']"

# after: aio-fixed
assert seen == KINDS

# after: onion
import contextlib
import io


def shown(*arguments):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        stack(*arguments)
    return said.getvalue()


assert shown("log", "guard", "errors", True, "P-1").splitlines()[2:] == [
    "┌ log",
    "│  ┌ guard",
    "│  │  ┌ errors",
    "│  │  │  ● GetParcel",
    "│  │  └ errors: a reply",
    "│  └ guard: a reply",
    "└ log: a reply",
]
refused = shown("log", "guard", "errors", False, "P-1")
assert "UNAUTHENTICATED" in refused
assert "GetParcel" not in refused
assert "└ log: UNAUTHENTICATED" in refused
assert "log" not in shown("guard", "log", "errors", False, "P-1"), (
    "a log inside of what refuses misses the refusal"
)
assert "└ log: NOT_FOUND" in shown("log", "guard", "errors", True, "P-404")
assert "└ log: KeyError" in shown("errors", "guard", "log", True, "P-404"), (
    "inside of what translates it sees another"
)
assert "client:  UNKNOWN" in shown("log", "guard", "nothing", True, "P-404")
