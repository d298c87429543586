"""HTTP/1.1 and other protocols: recognized, told in pieces, never taken for HTTP/2."""

from __future__ import annotations

import pytest
from wire_build import OPENING, Sent, headers, read, settings

from helpers.wire import names
from helpers.wire.connection import Connection
from helpers.wire.frames import PREFACE, Frame, Http1Message

C, S = names.TO_SERVER, names.TO_CLIENT


def talk(*sent: Sent, end: bool = True) -> list[Frame]:
    connection = Connection()
    frames = read(sent, connection)
    if end:
        frames += connection.event(S, "FIN")
    return frames


def names_of(frames: list[Frame], direction: str = S) -> list[str]:
    return [each.name for each in frames if each.direction == direction]


def content(frames: list[Frame]) -> bytes:
    return b"".join(each.raw[slice(*each.body)] for each in frames if each.name == "BODY")


def test_a_request_and_its_answer():
    frames = talk(
        (C, b"GET /quotes?w=1200 HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"),
        (S, b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"price":690}'),
    )
    assert [each.name for each in frames] == ["HTTP/1.1", "HTTP/1.1", "BODY", "FIN"]
    request = frames[0].detail
    assert isinstance(request, Http1Message)
    assert request.start_line == "GET /quotes?w=1200 HTTP/1.1"
    assert request.headers == (("Host", "localhost"), ("Accept", "*/*"))
    assert (request.body, frames[1].detail.body, frames[1].detail.length) == ("none", "length", 13)
    assert content(frames) == b'{"price":690}'


def test_chunks_are_told_one_by_one():
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    chunks = b"5\r\nhello\r\n3;a=b\r\n, w\r\n0\r\nx-checksum: 1\r\n\r\n"
    frames = talk((C, b"GET / HTTP/1.1\r\n\r\n"), (S, head + chunks + b"HTTP/1.1 204 No Content\r\n\r\n"))
    assert names_of(frames) == ["HTTP/1.1", "BODY", "BODY", "BODY", "HTTP/1.1", "FIN"]
    assert content(frames) == b"hello, w"
    assert all(each.problem is None for each in frames)


def test_long_bodies_come_in_pieces():
    chunk = b"x" * 200_000
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(chunk), chunk)
    frames = talk((S, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + body))
    assert content(frames) == chunk
    assert max(each.size for each in frames) <= 64 * 1024
    frames = talk((S, b"HTTP/1.1 200 OK\r\ncontent-length: 200000\r\n\r\n" + chunk))
    assert content(frames) == chunk
    assert max(each.size for each in frames) <= 64 * 1024


def test_a_body_until_the_end_of_the_connection():
    frames = talk((S, b"HTTP/1.0 200 OK\r\n\r\n" + b"y" * 70_000))
    assert content(frames) == b"y" * 70_000
    assert [each.problem for each in frames] == [None] * len(frames)


def test_answers_that_have_no_body():
    frames = talk(
        (C, b"HEAD / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
        (S, b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"),
        (S, b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"),
    )
    assert content(frames) == b"hello"
    assert names_of(frames).count("HTTP/1.1") == 3


def test_upgrade_to_http2():
    upgrade = b"GET / HTTP/1.1\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\n\r\n"
    frames = talk(
        (C, upgrade),
        (S, b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n" + settings()),
        (C, PREFACE + settings()),
        (S, headers([(":status", "200")])),
    )
    assert names_of(frames, C) == ["HTTP/1.1", "PREFACE", "SETTINGS"]
    assert names_of(frames) == ["HTTP/1.1", "SETTINGS", "HEADERS", "FIN"]


def test_upgrade_to_something_else_is_told_as_bytes():
    connection = Connection()
    read(
        [
            (C, b"GET / HTTP/1.1\r\nupgrade: websocket\r\n\r\n"),
            (S, b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n\x81\x02hi"),
            (C, b"\x81\x82abcd\x00\x00"),
        ],
        connection,
    )
    found = connection.event(S, "RESET")
    assert [(each.name, each.problem) for each in found if each.raw] == [("BYTES", None)] * 2


def test_grpc_that_meets_an_http1_server():
    frames = talk(OPENING[0], (S, b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"))
    assert names_of(frames, C) == ["PREFACE", "SETTINGS"]
    assert frames[2].summary == "HTTP/1.1 400 Bad Request"


def test_tls_records():
    frames = talk(
        (C, b"\x16\x03\x01\x00\x05hello\x17\x03\x03\x00\x02xx"), (S, b"\x15\x03\x03\x00\x02\x02\x28")
    )
    assert [(each.name, each.summary) for each in frames[:-1]] == [
        ("TLS", "handshake, 10 B"),
        ("TLS", "application data, 7 B"),
        ("TLS", "alert, 7 B"),
    ]


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02 not a protocol at all",
        b"SSH-2.0-OpenSSH_9.2\r\nand more that is no HTTP\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon here\r\n\r\n",
        b"G" * 20_000,
    ],
)
def test_what_is_no_http_is_malformed_and_shown(sent):
    connection = Connection()
    frames = connection.feed(C, sent) + connection.event(C, "FIN")
    assert b"".join(each.raw for each in frames) == sent
    assert any(each.problem for each in frames)


@pytest.mark.parametrize(
    ("chunk", "problem"),
    [
        (b"xyz\r\n", "not the size of a chunk"),
        (b"\r\n", "not the size of a chunk"),
        (b"-1\r\nab", "not the size of a chunk"),
        (b"1" * 300, "not the size of a chunk"),
        (b"0\r\n" + b"x: y\r\n" * 4000, "trailers longer than"),
        (b"5\r\nhel", "cut short"),
    ],
)
def test_broken_chunks(chunk, problem):
    frames = talk((S, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunk))
    assert any(problem in (each.problem or "") for each in frames)


def test_a_server_that_speaks_first_without_settings():
    frames = talk((S, b"220 mail ready\r\n"), end=True)
    assert frames[0].name == "MALFORMED"
