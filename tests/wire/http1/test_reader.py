"""HTTP/1.1 and other protocols: recognized, told in pieces, never taken for HTTP/2."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from helpers.wire import Capture, load
from helpers.wire.connection import Connection
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.frames import PREFACE, Frame
from helpers.wire.http1.exchanges import exchanges
from helpers.wire.http1.parts import Http1Message, Http1Part
from helpers.wire.recording import Recording
from tests.wire.build import OPENING, Sent, headers, read, records, settings

C, S = TO_SERVER, TO_CLIENT


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
        ("TLS", "handshake message of type 104 of 6646896 B, which is too long to be read here"),
        ("TLS", "encrypted, 2 B"),
        ("TLS", "alert: fatal handshake_failure"),
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


# Exchanges: which answer belongs to which request


def asks(path: str = "/", more: str = "", method: str = "GET") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\n{more}\r\n".encode()


def answers(body: bytes = b"ok", status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def number_of(frame: Frame) -> int:
    return frame.exchange if isinstance(frame, Http1Part) else 0


def numbered(frames: list[Frame], direction: str) -> list[tuple[str, int]]:
    return [(each.name, number_of(each)) for each in frames if each.direction == direction]


def timed(*sent: tuple[int, str, bytes]) -> list[Frame]:
    """Frames of one connection; each of ``sent`` has its time in nanoseconds first."""
    connection = Connection()
    return [each for t_ns, *what in sent for each in connection.feed(*what, t_ns)]


def test_requests_and_answers_have_the_number_of_their_exchange():
    frames = talk(
        (C, asks("/a") + asks("/b", "Content-Length: 3\r\n", "POST") + b"abc"),
        (S, answers(b"first")),
        (C, asks("/c")),
        (S, answers(b"second") + answers(b"", "204 No Content")),
    )
    assert numbered(frames, C) == [("HTTP/1.1", 1), ("HTTP/1.1", 2), ("BODY", 2), ("HTTP/1.1", 3)]
    assert numbered(frames, S) == [
        ("HTTP/1.1", 1),
        ("BODY", 1),
        ("HTTP/1.1", 2),
        ("BODY", 2),
        ("HTTP/1.1", 3),
        ("FIN", 0),
    ]
    assert all(each.stream == 0 for each in frames)


def test_an_interim_answer_belongs_to_the_exchange_of_the_final_one():
    frames = talk(
        (C, asks("/a", "Expect: 100-continue\r\nContent-Length: 2\r\n", "PUT")),
        (S, b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"),
        (C, b"hi" + asks("/b")),
        (S, answers(b"", "201 Created") + answers()),
    )
    assert [number for _, number in numbered(frames, S)] == [1, 1, 1, 2, 2, 0]
    first, second = exchanges(frames)
    assert (first.status, first.reason, first.outcome) == (201, "Created", "201 Created")
    assert (second.method, second.target) == ("GET", "/b")


@pytest.mark.parametrize(
    ("head", "body", "lasts"),
    [
        (b"Content-Length: 70000\r\n\r\n", b"x" * 70_000, [False, True]),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"2\r\nok\r\n0\r\n\r\n", [False, True]),
        (
            b"Transfer-Encoding: chunked\r\n\r\n",
            b"%x\r\n" % 70_000 + b"x" * 70_000 + b"\r\n0\r\n\r\n",
            [False] * 3 + [True],
        ),
        (b"\r\n", b"until the end", [True]),
    ],
    ids=["length", "chunked", "long chunk", "close"],
)
def test_the_last_piece_of_a_body_is_known(head, body, lasts):
    frames = talk((C, asks()), (S, b"HTTP/1.1 200 OK\r\n" + head + body))
    assert [each.detail.last for each in frames if each.name == "BODY"] == lasts
    (exchange,) = exchanges(frames)
    assert (exchange.done, exchange.cut, exchange.outcome) == (True, None, "200 OK")
    assert exchange.payload_bytes == len(content(frames))
    assert exchange.wire_bytes == sum(each.size for each in frames)


def test_streams_of_http2_are_no_exchanges():
    upgrade = asks("/", "connection: upgrade, http2-settings\r\nupgrade: h2c\r\n")
    frames = talk(
        (C, upgrade),
        (S, b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n" + settings()),
        (C, PREFACE + settings()),
        (S, headers([(":status", "200")])),
    )
    assert [(each.name, number_of(each), each.stream) for each in frames] == [
        ("HTTP/1.1", 1, 0),
        ("HTTP/1.1", 1, 0),
        ("SETTINGS", 0, 0),
        ("PREFACE", 0, 0),
        ("SETTINGS", 0, 0),
        ("HEADERS", 0, 1),
        ("FIN", 0, 0),
    ]
    (exchange,) = exchanges(frames)
    assert (exchange.outcome, exchange.done) == ("101 Switching Protocols", True)


def test_the_bytes_of_another_protocol_stay_with_the_exchange_that_agreed_on_it():
    connection = Connection()
    frames = read(
        [
            (C, asks("/chat", "upgrade: websocket\r\n")),
            (S, b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n" + b"\x81\x02hi" * 2000),
        ],
        connection,
    )
    frames += connection.event(S, "FIN")
    assert {each.exchange for each in frames if each.name == "BYTES"} == {1}


def test_what_is_no_head_belongs_to_no_exchange():
    frames = talk((C, asks() + b"not a request\r\n\r\nand more"), (S, answers()))
    assert numbered(frames, C) == [("HTTP/1.1", 1), ("MALFORMED", 0)]
    frames = talk((C, asks()), (S, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"))
    assert numbered(frames, S)[:2] == [("HTTP/1.1", 1), ("MALFORMED", 1)]
    assert exchanges(frames)[0].problem == "not the size of a chunk"


def test_a_client_that_waits_for_each_answer_never_waits_in_line():
    frames = timed((10, C, asks("/a")), (50, S, answers()), (60, C, asks("/b")), (70, S, answers()))
    first, second = exchanges(frames)
    assert (first.start_ns, first.sent_ns, first.end_ns, first.duration_ns) == (10, 10, 50, 40)
    assert (second.free_ns, second.queued) == (50, None)


def test_pipelined_requests_wait_in_line():
    frames = timed((10, C, asks("/slow") + asks("/quick")), (50, S, answers()), (51, S, answers()))
    first, second = exchanges(frames)
    assert (first.queued, first.free_ns) == (None, None)
    assert (second.queued, second.duration_ns) == ((10, 50), 41)
    assert repr(second) == "<Exchange 2 GET /quick 200 OK, 4.1e-05 ms>"


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([(C, "FIN")], "running"),
        ([(C, "FIN"), (S, "FIN")], "the client closed the connection"),
        ([(S, "FIN")], "the server closed the connection"),
        ([(S, "RESET")], "the server reset the connection"),
        ([(C, "RESET")], "the client reset the connection"),
        ([(C, "CLOSED")], "the tap was closed"),
    ],
)
def test_how_an_exchange_ends_without_its_answer(events, outcome):
    connection = Connection()
    frames = read([(C, asks("/a")), (S, answers()), (C, asks("/b"))], connection)
    for direction, event in events:
        frames += connection.event(direction, event)
    whole, cut = exchanges(frames)
    assert whole.outcome == "200 OK"
    assert (cut.outcome, cut.status, cut.done) == (outcome, None, outcome != "running")


def test_an_exchange_that_began_before_the_capture_keeps_its_number(tmp_path):
    made = Recording(10**6)
    for direction, payload in [(C, asks("/a")), (S, answers()), (C, asks("/b"))]:
        made.append(1, direction, payload)
    found = Capture.begin(made)
    for direction, payload in [(S, answers(b"late")), (C, asks("/c"))]:
        made.append(1, direction, payload)
    found.finish()
    late, running = found.exchanges
    assert (late.number, late.request, late.target, late.outcome) == (2, None, "", "200 OK")
    assert (running.number, running.target, running.outcome) == (3, "/c", "running")
    found.save(tmp_path / "late.h2cap")
    assert load(tmp_path / "late.h2cap").exchanges == found.exchanges
    assert found.totals.exchanges == 2
    assert repr(found).startswith("<Capture: 2 exchanges, 3 frames, 4 B of payload in")
    assert repr(running) == "<Exchange 3 GET /c running>"


def test_a_capture_that_begins_within_an_answer():
    made = Recording(10**6)
    made.append(1, C, asks("/a"))
    made.append(1, S, answers(b"late")[:-4])
    found = Capture.begin(made)
    made.append(1, S, b"late")
    found.finish()
    (exchange,) = found.exchanges
    assert (exchange.outcome, exchange.status, exchange.payload_bytes) == ("answered", None, 4)


def test_a_state_without_numbers_is_read_as_well():
    connection = Connection()
    read([(C, asks("/a"))], connection)
    state = connection.state()
    for side in state["sides"]:
        side[-1] = side[-1][:4]
    frames = read([(S, answers())], Connection.restore(1, state))
    assert [each.exchange for each in frames] == [1, 1]


def test_exchanges_of_several_connections_are_told_apart():
    decoder = Decoder()
    for number, direction, payload in [
        (1, C, asks("/a")),
        (2, C, asks("/b")),
        (2, S, answers()),
        (1, S, answers()),
    ]:
        for record in records([(direction, payload)], number, start=number):
            decoder.feed(record)
    assert [(each.connection, each.number, each.target) for each in exchanges(decoder.frames)] == [
        (1, 1, "/a"),
        (2, 1, "/b"),
    ]


PIECES = [
    asks("/a"),
    asks("/b", "Content-Length: 5\r\n", "POST"),
    asks("/c", "Upgrade: h2c\r\n"),
    b"hello",
    answers(),
    answers(b"", "404 "),
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"2\r\nok\r\n0\r\n\r\n",
    b"HTTP/1.0 200 OK\r\n\r\n",
    PREFACE,
    b"\x00\x01",
]


@given(
    st.lists(st.tuples(st.sampled_from([C, S]), st.sampled_from(PIECES)), max_size=12),
    st.sampled_from([None, "FIN", "RESET", "CLOSED"]),
    st.sampled_from([C, S]),
)
@example_settings(max_examples=200, deadline=None, derandomize=True)
def test_whatever_is_said_gives_exchanges(said, end, by):
    connection = Connection()
    frames = read(said, connection) + (connection.event(by, end) if end else [])
    found = exchanges(frames)
    assert sum(len(each.frames) for each in found) == sum(isinstance(each, Http1Part) for each in frames)
    assert [each.start_ns for each in found] == sorted(each.start_ns for each in found)
    assert len({each.number for each in found}) == len(found)
    for each in found:
        assert each.queued is None or each.queued[0] < each.queued[1]
        assert each.outcome
        assert repr(each).startswith("<Exchange ")
    assert not end or end == "FIN" or all(each.done for each in found)
