from __future__ import annotations

import dataclasses

import pytest

from helpers.views.capture.explain import explain_frame
from helpers.views.kit.text import visible
from helpers.wire.connection import Connection
from helpers.wire.direction import TO_SERVER
from tests.views.capture.samples import MS, TO_CLIENT, frame, unary
from tests.wire.build import read


def told(capture) -> list[str]:
    return [explain_frame(each, *capture.locate(each)) for each in capture.frames]


def test_each_frame_of_a_call_says_what_it_is_for():
    settings, request, sent, answer, got, end = told(unary())
    assert settings.startswith("The client has no wishes")
    assert request.startswith("The client opens stream 1 and calls GetQuote of courier.v1.QuoteService.")
    assert "The client's request" in sent
    assert "END_STREAM" in sent
    assert "HTTP status 200" in answer
    assert (
        "The server's response: a message without a known schema of 3 B, behind a prefix of 5 bytes." in got
    )
    assert end == "The server ends the call: the trailers carry grpc-status 0 (OK)."


def test_an_error_is_told_with_its_message_decoded():
    assert told(unary("5", "no parcel %E2%82%AC7"))[-1].endswith("grpc-status 5 (NOT_FOUND): “no parcel €7”.")


def test_bytes_of_another_protocol_are_no_frame_of_http2():
    connection = Connection()
    upgrade = (TO_SERVER, b"GET / HTTP/1.1\r\nupgrade: websocket\r\n\r\n")
    switched = (TO_CLIENT, b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n\x81\x02hi")
    read([upgrade, switched], connection)
    found = [each for each in connection.event(TO_CLIENT, "RESET") if each.name == "BYTES"]
    assert [explain_frame(each) for each in found] == [
        "The server sends bytes of a protocol that is not read here."
    ]


def test_trailers_only():
    only = frame(1, "HEADERS", TO_CLIENT, headers={":status": "200", "grpc-status": "12"}, flags=5)
    assert "ends the call at once with grpc-status 12 (UNIMPLEMENTED)" in explain_frame(only)
    assert "trailers-only" in explain_frame(only)


@pytest.mark.parametrize(
    ("timeout", "expected"), [("100m", "deadline of 100 ms has passed"), (None, "cancels the call")]
)
def test_a_deadline_is_told_from_a_cancellation(timeout, expected):
    call = unary().calls[0]
    if timeout:
        entry = dataclasses.replace(call.request_headers[0], name="grpc-timeout", value=timeout.encode())
        call = dataclasses.replace(call, request_headers=(*call.request_headers, entry))
    reset = frame(9, "RST_STREAM", payload=b"\0\0\0\x08", at=101)
    assert call.start_ns == MS
    assert expected in explain_frame(reset, call)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (frame(1, "SETTINGS", payload=b"\0\4\0\1\0\0", stream=0), "1 setting for this connection"),
        (frame(1, "SETTINGS", TO_CLIENT, flags=1, stream=0), "The server confirms the client's SETTINGS"),
        (
            frame(1, "WINDOW_UPDATE", payload=b"\0\0\4\0", stream=0),
            "1.02 kB more of DATA on the whole connection",
        ),
        (frame(1, "PING", payload=b"12345678", stream=0), "asks the server for an echo"),
        (frame(1, "PING", TO_CLIENT, b"12345678", flags=1, stream=0), "The server answers the PING"),
        (frame(1, "GOAWAY", TO_CLIENT, b"\x7f\xff\xff\xff\0\0\0\0", stream=0), "streams that are open"),
        (
            frame(1, "GOAWAY", TO_CLIENT, b"\0\0\0\x05\0\0\0\x0b", stream=0),
            "because of ENHANCE_YOUR_CALM; streams up to 5",
        ),
        (frame(1, "DATA", flags=1), "An empty frame. END_STREAM"),
        (frame(1, "RST_STREAM", TO_CLIENT, b"\0\0\0\x63"), "the error UNKNOWN(0x63)"),
        (frame(1, "PREFACE", payload=b"PRI"), "it speaks HTTP/2"),
        (frame(1, "REFUSED", TO_CLIENT), "Nobody listens"),
        (frame(1, "FIN", TO_CLIENT), "The server closes its side"),
        (frame(1, "UNKNOWN(0xbe)"), "does not define"),
        (frame(1, "DATA", problem="bad\u202e padding"), r"Malformed: bad\u202e padding."),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_every_kind_of_frame_has_its_sentence(made, expected):
    assert expected in explain_frame(made)


def test_hidden_characters_become_visible():
    assert visible("a\u202eb\n\x1b[1m\0\u200b") == r"a\u202eb\n\x1b[1m\x00\u200b"
    assert visible("Zoë 東京") == "Zoë 東京"
    assert visible("x" * 1_200_100, limit=100) == "x" * 100 + "… 1.20 MB more"
