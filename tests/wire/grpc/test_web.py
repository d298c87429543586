"""gRPC-Web: named as such, its trailers read from the body; plain gRPC is told apart from it."""

from __future__ import annotations

import base64
import gzip
import itertools

import pytest

from helpers.views.capture.encode import label
from helpers.views.capture.explain import explain_frame
from helpers.views.capture.summary import summarize_call, summarize_exchange
from helpers.wire import names
from helpers.wire.byte_regions import explain
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.grpc import metadata
from helpers.wire.grpc.call import Call
from helpers.wire.http1.exchanges import exchanges
from tests.wire.build import OPENING, REQUEST, RESPONSE, data, decode, headers, message

C, S, END = TO_SERVER, TO_CLIENT, names.END_STREAM
TRAILERS = b"grpc-status: 5\r\nGRPC-Message:no%20parcel\r\nreason-bin: AP8\r\n"


def spoken(entries, kind: str):
    return [(name, kind if name == "content-type" else value) for name, value in entries]


def one_call(body: bytes, kind: str = "application/grpc-web+proto", request: bytes = b"") -> Call:
    sent = headers(spoken(REQUEST, kind)) + data(request or message(b"\x08\x01"), flags=END)
    (call,) = decode([*OPENING, (C, sent), (S, headers(spoken(RESPONSE, kind)) + body)]).calls
    return call


def trailing(written: bytes = TRAILERS, flag: int = 0x80) -> bytes:
    return bytes((flag,)) + len(written).to_bytes(4, "big") + written


@pytest.mark.parametrize(
    ("content_type", "dialect"),
    [
        ("application/grpc", "gRPC"),
        ("application/grpc+proto", "gRPC"),
        ("application/grpc;charset=utf-8", "gRPC"),
        ("application/grpc-web", "gRPC-Web"),
        ("application/grpc-web+proto", "gRPC-Web"),
        ("Application/gRPC-Web+json; a=b", "gRPC-Web"),
        ("application/grpc-web-text", "gRPC-Web (base64)"),
        ("application/grpc-web-text+proto", "gRPC-Web (base64)"),
        ("application/grpcish", None),
        ("application/json", None),
        ("", None),
        (None, None),
    ],
)
def test_the_content_type_tells_which_it_is(content_type, dialect):
    assert metadata.dialect(content_type) == dialect


@pytest.mark.parametrize("cuts", [[], [1], [7], [8], [12], [20], [3, 9, 15, 33]])
def test_the_trailers_are_in_the_body(cuts):
    body = message(b"\x08\x02") + trailing()
    bounds = [0, *cuts, len(body)]
    pieces = [data(body[low:high]) for low, high in itertools.pairwise(bounds)]
    call = one_call(b"".join(pieces) + data(b"", flags=END))
    assert (call.protocol, call.is_grpc) == ("gRPC-Web", True)
    assert (call.status, call.status_message) == ("NOT_FOUND", "no parcel")
    assert call.trailing_metadata == (("reason-bin", b"\0\xff"),)
    assert [each.data for each in call.responses] == [b"\x08\x02"]
    assert call.messages[-1].trailers
    assert call.remarks == ()
    told = summarize_call(call, 0)
    assert (told["word"], told["kind"], told["got"]) == ("NOT_FOUND", "unary, gRPC-Web", 1)


def test_an_error_without_a_message():
    call = one_call(data(trailing(), flags=END))
    assert (call.status, len(call.responses), call.payload_bytes) == ("NOT_FOUND", 0, 2)


def test_compressed_trailers():
    gzipped = [*spoken(RESPONSE, "application/grpc-web+proto"), ("grpc-encoding", "gzip")]
    body = trailing(gzip.compress(TRAILERS), 0x81)
    sent = headers(spoken(REQUEST, "application/grpc-web+proto")) + data(message(b""), flags=END)
    (call,) = decode([*OPENING, (C, sent), (S, headers(gzipped) + data(body, flags=END))]).calls
    assert call.status == "NOT_FOUND"


def test_each_trailer_has_its_bytes():
    call = one_call(data(message(b"\x08\x02") + trailing(), flags=END))
    found = call.frames[-1]
    tree = explain(found, call.messages[1:])
    (last,) = (each for each in tree.children if each.label == "trailers")
    assert [(each.label, each.text) for each in last.children] == [
        ("grpc-status", "5"),
        ("grpc-message", "no%20parcel"),
        ("reason-bin", "AP8"),
    ]
    assert found.raw[last.children[0].start : last.children[0].end] == b"grpc-status: 5"
    assert "1 message and the trailers from the server" in explain_frame(found, call, call.messages[1:])
    alone = one_call(data(trailing(), flags=END))
    assert label(alone.frames[-1], alone.messages[1:]).startswith("trailers {grpc-status: 5")
    assert "as gRPC-Web has them" in explain_frame(alone.frames[-1], alone, alone.messages[1:])


def test_the_text_form_is_named_and_not_taken_apart():
    body = base64.b64encode(message(b"\x08\x02") + trailing())
    call = one_call(data(body, flags=END), "application/grpc-web-text+proto", base64.b64encode(message(b"q")))
    assert (call.protocol, call.is_grpc, call.messages) == ("gRPC-Web (base64)", False, ())
    assert summarize_call(call, 0)["kind"] == "HTTP/2, gRPC-Web (base64)"


@pytest.mark.parametrize("kind", ["application/grpc-web+proto", "application/grpc-web-text"])
def test_over_http1_it_is_named(kind):
    head = f"POST /a.B/C HTTP/1.1\r\nContent-Type: {kind}\r\ncontent-length: 7\r\n\r\n".encode()
    decoder = decode([(C, head + message(b"\x08\x01"))])
    (found,) = exchanges(decoder.frames)
    assert found.protocol == f"HTTP/1.1, {metadata.dialect(kind)}"
    assert summarize_exchange(found, 0)["kind"] == found.protocol


def test_plain_grpc_has_no_such_flag():
    call = one_call(data(message(b"\x08\x02") + trailing(), flags=END), "application/grpc")
    assert call.messages[-1].stray
    assert call.status is None
