"""Sends HTTP bodies through the learner's bridge to a server of ours, and reads what comes out."""

from __future__ import annotations

import json
import threading

import grpc

from ..engine import Check, Failed, Ran
from ..engine.verdict import Raised
from ..engine.wording import describe, shortened, show, status_text
from .setup import quote_pb2, quote_pb2_grpc

_BODY = b'{"weightGrams": 1200, "distanceKm": 3.5, "speed": "SPEED_EXPRESS"}'
_SENT = quote_pb2.GetQuoteRequest(weight_grams=1200, distance_km=3.5, speed=quote_pb2.SPEED_EXPRESS)
_PATIENCE = 4.0  # seconds: what the check gives as timeout where no deadline is to be reached

_MAPPING = (
    "The JSON mapping has names in lowerCamelCase and enum values by name. `json_format.Parse` knows all of that, and "
    "refuses what does not fit."
)
_CALLERS_FAULT = "A body that is wrong is the caller's mistake, and worth an answer: 400."
_NO_UTF_8 = '{"speed": "für morgen"}'.encode("latin-1")
_BAD_BODIES = {
    b'{"weightGrams": 1200, "speed"': _CALLERS_FAULT,
    b'{"weightGrams": "heavy"}': _CALLERS_FAULT,
    b'{"wieghtGrams": 1200}': "A field that nobody knows is mostly one that is misspelt. Passed over in silence, this "
    "delivery would be quoted without a weight: 400.",
    b'{"speed": "SPEED_TELEPORT"}': "A speed that nobody knows is a mistake of the caller, and no speed left out: 400.",
    _NO_UTF_8: "These bytes are no UTF-8, so they are no JSON: `json_format.Parse` raises a UnicodeDecodeError for them, "
    "which is no ParseError. The answer is 400.",
}
_STATUSES = {
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.INTERNAL: 500,
    grpc.StatusCode.UNKNOWN: 500,
}


def check_bridge(check: Check) -> None:
    """Expects the right answer for replies, wrong bodies, statuses, and a server that is too slow."""
    _check_replies(check)
    _check_bad_bodies(check)
    for code, status in _STATUSES.items():
        table = (
            "Every status that is not in the table is told as 500: something is wrong inside, whatever it is."
            if status == 500
            else f"{code.name} stands in `HTTP_STATUS`: {status}."
        )
        ran = _run(check, code, story=f"the server answers {code.name}")
        ran.expect_attempts("GetQuote", 1, {
            0: "`GetQuote` was never called.", ...: "Ask once. The caller is told 503, and knows best whether to try again.",
        })  # fmt: skip
        # What a server says about its own faults may be kept inside, so only the other texts are compared.
        words = "" if status == 500 else f"this server answers {code.name} for now"
        _expect_problem(ran, status, code.name, table, words)
    ran = _run(check, _wait, timeout=0.2, story="the server takes longer than that")
    _expect_problem(ran, 504, "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED stands in `HTTP_STATUS`: 504.")


def _check_replies(check: Check) -> None:
    for cents in (930, 0):
        ran = _run(
            check, quote_pb2.GetQuoteResponse(price_cents=cents), story=f"price_cents={cents} comes back"
        )
        answer = {"priceCents": str(cents)}
        status, came = _read(ran, f"(200, {json.dumps(answer).encode()})", {
            TypeError: _MAPPING, ValueError: _MAPPING, KeyError: _MAPPING,
        })  # fmt: skip
        ran.expect_attempts("GetQuote", 1, {
            0: "`GetQuote` was never called. This body is right: " + _MAPPING, ...: "Ask once.",
        })  # fmt: skip
        ran.expect_sent(
            "GetQuote", _SENT, likely="The request lacks something that was in the body. " + _MAPPING
        )
        success = "Here a reply is a success and nothing else: 200."
        ran.expect(status == 200, "status 200", f"status {status}", success)
        ran.expect(came == answer, json.dumps(answer), json.dumps(came), _likely(came, cents))
        left = ran.received("GetQuote")[0].deadline
        ran.expect(
            left is not None, f"a deadline of {_PATIENCE:g} s", "none",
            "No deadline went along. The HTTP caller has a limit to its patience, and gRPC carries it on: "
            "`timeout=timeout`.",
        )  # fmt: skip
        # Whatever the machine is busy with, a call arrives before half of its time is over.
        ran.expect(
            left is None or 0.5 * _PATIENCE < left < 1.25 * _PATIENCE, f"a deadline of {_PATIENCE:g} s",
            f"one of {left or 0:.2g} s", "The deadline is not the one that was given: `timeout=timeout`, in seconds.",
        )  # fmt: skip


def _likely(came: object, cents: int) -> str:
    if not isinstance(came, dict):
        return "The body of the answer is a JSON object."
    if "price_cents" in came:
        return "Field names are in lowerCamelCase in JSON: priceCents. `json_format.MessageToJson` writes them so."
    if came.get("priceCents") == cents:
        return (
            "An int64 is a text in protobuf's JSON: a number in JavaScript is exact up to 2⁵³ only. "
            "`json_format.MessageToJson` writes it so."
        )
    if not came and not cents:
        return (
            "A price of 0 is gone: protobuf leaves out what is zero, and a reader of JSON does not know. "
            "`always_print_fields_with_no_presence=True` writes it."
        )
    return "Let `json_format.MessageToJson` write the reply."


def _check_bad_bodies(check: Check) -> None:
    for body, likely in _BAD_BODIES.items():
        ran = _run(check, quote_pb2.GetQuoteResponse(price_cents=930), body=body)
        if ran.error is None:
            ran.expect_attempts("GetQuote", 0, likely)
        _expect_problem(ran, 400, "INVALID_ARGUMENT", likely)


def _run(
    check: Check, answer: object, *, body: bytes = _BODY, timeout: float = _PATIENCE, story: str = ""
) -> Ran:
    called = f"quote_over_http(quotes, {body!r}, {timeout:g}){', ' if story else ''}{story}"
    with check.desk(GetQuote=answer) as desk:
        quotes = quote_pb2_grpc.QuoteServiceStub(desk.channel)
        return check.run(quotes, body, timeout, called=called, within=5.0)


def _wait(request, context: grpc.ServicerContext):
    gone = threading.Event()
    context.add_callback(gone.set)
    gone.wait(10)
    return quote_pb2.GetQuoteResponse()


def _expect_problem(ran: Ran, status: int, code: str, likely: str, words: str = "") -> None:
    """Expects an error's status and JSON; `words` must be its message."""
    wanted = {"code": code, "message": words or "..."}
    expected = f"{status} and {json.dumps(wanted)}"
    came_status, came = _read(ran, expected, {Exception: likely})
    told = f"{came_status} and {shortened(json.dumps(came))}"
    ran.expect(came_status == status, expected, told, likely)
    whole = isinstance(came, dict) and came.get("code") == code and isinstance(came.get("message"), str)
    ran.expect(whole, expected, told, (
        "The body of an error is an object with `code` and `message`: the name of gRPC's status, and a text."
    ))  # fmt: skip
    ran.expect(
        came["message"] == words if words else bool(came["message"]), expected, told,
        "A message without a cause helps nobody. " + (
            "`error.details()` has the server's own words." if words else "The error that was caught says what is wrong."
        ),
    )  # fmt: skip


def _read(ran: Ran, expected: str, likely: dict) -> tuple[int, object]:
    """Status and decoded JSON of what the bridge returned; anything else is told."""
    if isinstance(ran.error, grpc.RpcError) and isinstance(ran.error, grpc.Call):
        came = f"an RpcError with {status_text(ran.error.code(), ran.error.details())}"
        raise Failed(
            "To an HTTP client an RpcError is no answer: catch it, and return a status and a body.",
            called=ran.text, expected=expected, came=came,
        )  # fmt: skip
    if ran.error is not None:
        cause = next((likely[cls] for cls in type(ran.error).__mro__ if cls in likely), "")
        raise Raised(ran.error, cause, called=ran.text, expected=expected)
    value = ran.value
    ran.expect(value is not None, expected, "None", "Your function gave back None. Is a `return` missing?")
    ran.expect(
        isinstance(value, tuple) and len(value) == 2, expected, show(value),
        "Return two values: an HTTP status, and the body.",
    )  # fmt: skip
    status, body = value
    ran.expect(
        isinstance(body, bytes), expected, show(value),
        f"What goes over HTTP are bytes, and your body is {describe(body)}. A text has `.encode()`, and `json.dumps` "
        "makes a text of a dict.",
    )  # fmt: skip
    try:
        return int(status), json.loads(body)
    except (ValueError, TypeError):
        raise Failed(
            "The body is not JSON, or the status no number.",
            called=ran.text,
            expected=expected,
            came=show(value),
        ) from None
