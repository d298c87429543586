"""Sends the learner's bytes to a real server, whose answer is the verdict."""

from __future__ import annotations

import struct

from google.protobuf.message import DecodeError, Message

from ..engine import Check, Failed
from ..engine.call import cause_of_error
from ..engine.desk import Desk
from ..engine.verdict import Raised
from ..engine.wording import describe, fields, shortened, show
from .causes import mistake
from .setup import quote_pb2
from .visit import Visit, request_headers, visit

_MOST = 1_000_000  # bytes; far more than the longest request here
_QUOTE, _CREATE = "/courier.v1.QuoteService/GetQuote", "/courier.v1.ParcelService/CreateParcel"

_RAISED = {
    TypeError: "Bytes go together with bytes alone: the message and `encode(...)` are bytes, `path` is text, and a number "
    "becomes bytes with `bytes([7])` or `to_bytes`.",
    struct.error: "`struct.pack` takes one number for each letter, and it must fit: `B` is one byte, `H` two, `I` four.",
    OverflowError: "That number needs more bytes than it is given.",
}


def check_by_hand(check: Check) -> None:
    """Expects the server's answer to a call, to one with an empty message, and to a longer one elsewhere."""
    quote = quote_pb2.GetQuoteRequest(weight_grams=1200, distance_km=4.5)
    parcel = quote_pb2.CreateParcelRequest(recipient="Ada " * 100, weight_grams=900)
    with check.desk(GetQuote=_get_quote, CreateParcel=_create_parcel) as desk:
        _expect_answer(check, desk, _QUOTE, quote, _get_quote(quote), desk.address)
        empty = quote_pb2.GetQuoteRequest()
        _expect_answer(check, desk, _QUOTE, empty, _get_quote(empty), desk.address)
        _expect_answer(check, desk, _CREATE, parcel, _create_parcel(parcel), "depot.example:50051")


def _get_quote(request: Message, context: object = None) -> Message:
    return quote_pb2.GetQuoteResponse(price_cents=450 + request.weight_grams // 5)


def _create_parcel(request: Message, context: object = None) -> Message:
    return quote_pb2.CreateParcelResponse(
        parcel=quote_pb2.Parcel(parcel_id="P-7", weight_grams=request.weight_grams)
    )


def _expect_answer(
    check: Check, desk: Desk, path: str, request: Message, reply: Message, authority: str
) -> None:
    message = request.SerializeToString()
    called = f'request_bytes("{path}", "{authority}", {_bytes_text(message)})'
    expected = f"{show(reply)}, grpc-status 0 OK"
    data = _bytes_of(check, path, authority, message, called, expected)
    check.waiting_for = "the server to answer your bytes"
    seen = visit(desk.address, data)
    answered, came = _answer(seen, type(reply))
    likely = mistake(data, seen.sent, request_headers(path, authority), message)
    if likely or answered != reply:
        likely = likely or (
            "Your bytes look right, and still the server does not answer as agreed. Record a call of gRPC's own with a tap, "
            "and compare frame by frame."
        )
        sent = ", ".join(
            f"{frame.name} {frame.stream}" if frame.stream else frame.name for frame in seen.sent
        )
        called += f", which reads as {shortened(sent) or 'nothing'}"
        raise Failed(likely, called=called, expected=expected, came=came)


def _answer(seen: Visit, reply: type[Message]) -> tuple[Message | None, str]:
    """The server's reply, and what it did in words."""
    messages = seen.call.responses if seen.call is not None else ()
    if len(messages) != 1 or seen.call.status_code != 0:
        return None, seen.text
    try:
        answered = reply.FromString(messages[0].data)
    except DecodeError:
        return None, f"a message that is no {reply.DESCRIPTOR.name}, {seen.text}"
    return answered, f"{reply.DESCRIPTOR.name}({fields(answered)}), {seen.text}"


def _bytes_of(check: Check, path: str, authority: str, message: bytes, called: str, expected: str) -> bytes:
    ran = check.run(path, authority, message, called=called, within=2.0)
    if ran.error is not None:
        raise Raised(
            ran.error, cause_of_error(_RAISED, ran.error), called=called, expected="the bytes of a request"
        )
    data = ran.value
    if data is None:
        raise Failed(
            "Your function gave back None. Is a `return` missing?",
            called=called,
            expected=expected,
            came="None",
        )
    if not isinstance(data, (bytes, bytearray)):
        raise Failed(
            f"A socket sends bytes, and your function gave back {describe(data)}. Put all parts together: "
            '`preface + settings + ...`, or `b"".join(parts)`.',
            called=called, expected="bytes", came=describe(data),
        )  # fmt: skip
    if len(data) > _MOST:
        raise Failed(
            "That is far more than a call needs. Does a loop add the same part again and again?",
            called=called, expected="less than 1 kB", came=f"{len(data):,} bytes",
        )  # fmt: skip
    return bytes(data)


def _bytes_text(message: bytes) -> str:
    return show(message) if len(message) <= 12 else f"{message[:6]!r}… ({len(message)} bytes)"
