"""All the bytes of a call, written by hand; a real server answers them."""

from __future__ import annotations

import struct
from typing import Any

from google.protobuf.message import DecodeError, Message

from ..engine import Check, Incorrect, WriteFunction, raises, wrong
from ..engine.fake_server import FakeServer
from ..engine.formatting import describe, fields, shortened, show
from ..engine.function_result import MISSING
from ..engine.raw_exchange import RawExchange, request_headers, send_bytes
from .causes import mistake
from .setup import PARCELS, QUOTES, quote_pb2

_MOST = 1_000_000  # bytes; far more than the longest request here
_QUOTE, _CREATE = "/courier.v1.QuoteService/GetQuote", "/courier.v1.ParcelService/CreateParcel"

_WITH_BYTES = (
    "Bytes go together with bytes alone: the message and `encode(...)` are bytes, `path` is text, and a number becomes "
    "bytes with `bytes([7])` or `to_bytes`."
)
_RAISED: dict[object, str] = {
    **{(TypeError, part): _WITH_BYTES for part in ("concat", "bytes-like", "'bytes'")},
    struct.error: "`struct.pack` takes one number for each letter, and it must fit: `B` is one byte, `H` two, `I` four.",
    OverflowError: "That number needs more bytes than it is given.",
}


def _check_by_hand(check: Check) -> None:
    """Expects the server's answer to a call, to one with an empty message, and to a longer one elsewhere."""
    quote = quote_pb2.GetQuoteRequest(weight_grams=1200, distance_km=4.5)
    parcel = quote_pb2.CreateParcelRequest(recipient="Ada " * 100, weight_grams=900)
    with check.fake_server(GetQuote=_get_quote, CreateParcel=_create_parcel) as server:
        _expect_answer(check, server, _QUOTE, quote, _get_quote(quote), server.address)
        empty = quote_pb2.GetQuoteRequest()
        _expect_answer(check, server, _QUOTE, empty, _get_quote(empty), server.address)
        _expect_answer(check, server, _CREATE, parcel, _create_parcel(parcel), "depot.example:50051")


def _get_quote(request: Any, context: object = None) -> Message:
    return quote_pb2.GetQuoteResponse(price_cents=450 + request.weight_grams // 5)


def _create_parcel(request: Any, context: object = None) -> Message:
    return quote_pb2.CreateParcelResponse(
        parcel=quote_pb2.Parcel(parcel_id="P-7", weight_grams=request.weight_grams)
    )


def _expect_answer(
    check: Check, server: FakeServer, path: str, request: Message, reply: Message, authority: str
) -> None:
    message = request.SerializeToString()
    called = f'request_bytes("{path}", "{authority}", {_bytes_text(message)})'
    expected = f"{show(reply)}, grpc-status 0 OK"
    data = _bytes_of(check, path, authority, message, called, expected)
    check.waiting_for = "the server to answer your bytes"
    seen = send_bytes(server.address, data)
    answered, actual = _answer(seen, type(reply))
    diagnosis = mistake(data, seen.sent, request_headers(path, authority), message)
    if diagnosis or answered != reply:
        diagnosis = diagnosis or (
            "Your bytes look right, and still the server does not answer as agreed. Record a call of gRPC's own with a tap, "
            "and compare frame by frame."
        )
        sent = ", ".join(f"{frame.name} {frame.stream or ''}".rstrip() for frame in seen.sent)
        called += f", which reads as {shortened(sent) or 'nothing'}"
        raise Incorrect(diagnosis, called=called, expected=expected, actual=actual)


def _answer(seen: RawExchange, reply: type[Message]) -> tuple[Message | None, str]:
    """The server's reply, and what it did in words."""
    if seen.call is None or len(seen.call.responses) != 1 or seen.call.status_code != 0:
        return None, seen.text
    try:
        answered = reply.FromString(seen.call.responses[0].data)
    except DecodeError:
        return None, f"a message that is no {reply.DESCRIPTOR.name}, {seen.text}"
    return answered, f"{reply.DESCRIPTOR.name}({fields(answered)}), {seen.text}"


def _bytes_of(check: Check, path: str, authority: str, message: bytes, called: str, expected: str) -> bytes:
    result = check.run(path, authority, message, called=called, within=2.0)
    data = result.expect_return("the bytes of a request", _RAISED)
    result.expect(data is not None, expected, "None", MISSING)
    parts = (
        f"A socket sends bytes, and your function gave back {describe(data)}. Put all parts together: "
        '`preface + settings + ...`, or `b"".join(parts)`.'
    )
    result.expect(isinstance(data, (bytes, bytearray)), "bytes", describe(data), parts)
    again = "That is far more than a call needs. Does a loop add the same part again and again?"
    result.expect(len(data) <= _MOST, "less than 1 kB", f"{len(data):,} bytes", again)
    return bytes(data)


def _bytes_text(message: bytes) -> str:
    return show(message) if len(message) <= 12 else f"{message[:6]!r}… ({len(message)} bytes)"


_SETTINGS = 'frame(4, 0, 0, b"")'

by_hand = WriteFunction(
    title="A call without gRPC",
    task=r"""
        **Input:** `path`, such as `"/courier.v1.QuoteService/GetQuote"`, and `authority`, such as
        `"127.0.0.1:50051"`, both text; and `message`, the serialized request, fewer than 16,384 bytes.

        **Goal:** return, as one `bytes`, all that a client says for this call: the preface
        `b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"`, a SETTINGS frame (type 4), HEADERS (type 1) and DATA (type 0),
        both on stream 1. Headers: `:method` POST, `:scheme` http, `:path`, `:authority`, `content-type`
        application/grpc, `te` trailers. Flags: END_HEADERS is 4, END_STREAM is 1. The check sends your bytes
        to a real server, and says where they break a rule that this server does not insist on.

        **Example:** for `GetQuoteRequest(weight_grams=1200)` the DATA frame is `00 00 08`, `00`, `01`,
        `00 00 00 01`, then the prefix `00 00 00 00 03`, then `08 b0 09`.
    """,
    services=[QUOTES, PARCELS],
    check=_check_by_hand,
    hints=[
        "Write a function for one frame first, `frame(type, flags, stream, payload)`, and use it three times. "
        '`len(payload).to_bytes(3, "big")` is its length.',
        '`hpack.Encoder().encode([(":method", "POST"), ...])` gives the payload of HEADERS. Headers with a colon come '
        "first, and all names are in lower case.",
        'The payload of DATA: `struct.pack(">BI", 0, len(message)) + message`. HEADERS has the flag 4, DATA the flag 1.',
    ],
    reason="That is all there is to a call: a beginning that is said once, headers that name the method, a length before "
    "the message, and a flag that says it was the last one. A library adds what a second call needs: windows, "
    "deadlines, and a table of headers that is kept.",
    wrong_answers=[
        wrong("has stream 1", ("frame(1, 4, 1,", "frame(1, 4, 3,"), ("frame(0, 1, 1,", "frame(0, 1, 3,")),
        wrong("RST_STREAM is not a part of a request").diff("""
                     + frame(0, 1, 1, prefix + message)
            +        + frame(3, 0, 1, bytes(4))
        """),
        wrong("The preface is missing", (r'b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"', 'b""')),
        wrong("The preface is not right, from byte 14", (r"\r\n\r\nSM\r\n\r\n", r"\n\nSM\n\n")),
        wrong("The preface is not right, from byte 11", ("HTTP/2.0", "HTTP/1.1")),
        wrong("After the preface comes a HEADERS frame", (f"        + {_SETTINGS}\n", "")),
        wrong("has the flag ACK", (_SETTINGS, 'frame(4, 1, 0, b"")')),
        wrong("for the whole connection", (_SETTINGS, 'frame(4, 0, 1, b"")')),
        wrong("Yours counts the 9 bytes", ("len(payload).to_bytes", "(9 + len(payload)).to_bytes")),
        wrong("its highest byte first", ('(3, "big")', '(3, "little")')),
        wrong("and yours has four", ('(3, "big")', '(4, "big")')),
        wrong("and yours has two", ('(3, "big")', '(2, "big")')),
        wrong(
            "are 5 bytes left over",
            ("frame(0, 1, 1, prefix + message)", "frame(0, 1, 1, message)[:9] + prefix + message"),
        ),
        wrong("Yours has 1").diff("""
            -    header = len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
            +    header = len(payload).to_bytes(3, "big") + bytes([kind, flags, stream])
        """),
        wrong(
            "fills up with bytes of its own",
            ('bytes([kind, flags]) + stream.to_bytes(4, "big")', 'struct.pack("BBI", kind, flags, stream)'),
        ),
        wrong("have changed places", ("bytes([kind, flags])", "bytes([flags, kind])")),
        wrong("Is a length too large", ("(0, 1, 1, prefix + message)", "(0, 1, 1, prefix + message)[:-1]")),
        wrong("which nobody knows", ("frame(0, 1, 1,", "frame(32, 1, 1,")),
        wrong("DATA comes first here", ("frame(1, 4, ", "frame(0, 4, "), ("frame(0, 1, 1", "frame(1, 1, 1")),
        wrong("even numbers are the server's", ("(1, 4, 1,", "(1, 4, 2,"), ("(0, 1, 1,", "(0, 1, 2,")),
        wrong("that is the connection itself", ("(1, 4, 1,", "(1, 4, 0,"), ("(0, 1, 1,", "(0, 1, 0,")),
        wrong("All frames of a call are on one", ("(0, 1, 1,", "(0, 1, 3,")),
        wrong("without the flag END_HEADERS", ("(1, 4, 1,", "(1, 0, 1,")),
        wrong("nothing more would follow", ("(1, 4, 1,", "(1, 5, 1,")),
        wrong("No frame has the flag END_STREAM", ("(0, 1, 1,", "(0, 0, 1,")),
        wrong(
            "Even an empty one has its prefix",
            ("frame(0, 1, 1, prefix + message)", '(frame(0, 1, 1, prefix + message) if message else b"")'),
        ),
        wrong("so the message is missing", ("        + frame(0, 1, 1, prefix + message)\n", "")),
        wrong("The headers are there as text").diff(r"""
            -        + frame(1, 4, 1, hpack.Encoder().encode(headers))
            +        + frame(1, 4, 1, "".join(f"{name}: {value}\r\n" for name, value in headers).encode())
        """),
        wrong("`te` is missing", ('        ("te", "trailers"),\n', "")),
        wrong("`:scheme` should be", ('(":scheme", "http")', '(":scheme", "ftp")')),
        wrong("`:scheme` is missing", ('        (":scheme", "http"),\n', "")),
        wrong("`:authority` is missing", ('        (":authority", authority),\n', "")),
        wrong("`content-type` is missing", ('        ("content-type", "application/grpc"),\n', "")),
        wrong("`content-type` should be", ("application/grpc", "application/json")),
        wrong("lower case in HTTP/2", ('"content-type"', '"Content-Type"')),
        wrong("needs its colon", ('":method"', '"method"')),
        wrong("`POST` for every gRPC call", ('"POST"', '"GET"')),
        wrong("come before all others").diff("""
            -        (":method", "POST"),

                     ("te", "trailers"),
            +        (":method", "POST"),
        """),
        wrong("begins with a slash", ("path),", 'path.lstrip("/")),')),
        wrong("given as `path`", ("path),", '"/courier.v1.QuoteService/GetQuote"),')),
        wrong("given as `authority`", ("authority),", '"localhost"),')),
        wrong("has no prefix", ("prefix + message", "message")),
        wrong("there is one that says whether", ('">BI", 0', '">I"')),
        wrong("says that the message is compressed. It is not", ('">BI", 0', '">BI", 1')),
        wrong("`struct` writes that with", ('">BI"', '"<BI"')),
        wrong("with the 5 bytes of the prefix", ("len(message))", "len(message) + 5)")),
        wrong("there are 8", ('">BI"', '"BI"')),
        wrong("Is a `return` missing", ("    return (\n", "    (\n")),
        wrong("A socket sends bytes", ("    return (\n", "    return [\n"), (")\n    )", ")\n    ]")),
        raises("Bytes go together with bytes", ("prefix + message)", "prefix + str(message))")),
        raises("one number for each letter", ('">BI", 0,', '">BI",')),
    ],
)
