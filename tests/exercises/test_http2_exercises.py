"""What the checks of the lesson on HTTP/2 stand on: right answers of other shapes, strange bytes, silent servers."""

from __future__ import annotations

import contextlib
import importlib
import socket
import textwrap
import threading

import hpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.exercises import grpc_by_hand, http2_on_the_wire
from helpers.exercises.engine import WriteFunction
from helpers.exercises.engine.raw_exchange import (
    RawExchange,
    frame,
    prefixed,
    request_bytes,
    request_headers,
    send_bytes,
)
from helpers.exercises.grpc_by_hand.causes import mistake
from helpers.wire.connection import Connection
from helpers.wire.direction import TO_SERVER
from helpers.wire.frames import PREFACE, Frame

PATH, AUTHORITY, MESSAGE = "/courier.v1.QuoteService/GetQuote", "127.0.0.1:50051", b"\x08\xb0\x09"
HEADERS = request_headers(PATH, AUTHORITY)
RIGHT = request_bytes(PATH, AUTHORITY, MESSAGE)

SHAPES = [
    (
        http2_on_the_wire.split_frames,
        """
        @http2_on_the_wire.split_frames
        def frames(data):
            found, start = [], 0
            while start + 9 <= len(data):
                high, low, kind, flags, stream = struct.unpack_from(">BHBBL", data, start)
                end = start + 9 + (high << 16 | low)
                if end <= len(data):
                    found.append([kind, flags, stream & 2**31 - 1, bytearray(data[start + 9 : end])])
                start = end
            return found
        """,
    ),
    (
        grpc_by_hand.messages,
        """
        @grpc_by_hand.messages
        def messages(pieces):
            data = (byte for piece in pieces for byte in piece)
            while True:
                prefix = bytes(byte for _, byte in zip(range(5), data))
                if len(prefix) < 5:
                    return
                length = int.from_bytes(prefix[1:], "big")
                message = bytes(byte for _, byte in zip(range(length), data))
                if len(message) < length:
                    return
                yield message
        """,
    ),
    (
        grpc_by_hand.by_hand,
        r"""
        @grpc_by_hand.by_hand
        def request_bytes(path, authority, message):
            block = hpack.Encoder().encode(
                {
                    ":method": "POST", ":path": path, ":authority": authority, ":scheme": "http",
                    "te": "trailers", "user-agent": "by hand", "content-type": "application/grpc+proto",
                },
                huffman=False,
            )
            parts = [
                (4, 0, 0, struct.pack(">HI", 4, 1_000_000)),
                (8, 0, 0, struct.pack(">I", 1_000_000)),
                (1, 0, 1, block[:20]),
                (9, 4, 1, block[20:]),
                (0, 0, 1, bytes([0])),
                (0, 0, 1, struct.pack(">I", len(message)) + message),
                (0, 1, 1, b""),
            ]
            data = bytearray(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            for kind, flags, stream, payload in parts:
                data += struct.pack(">BHBBL", 0, len(payload), kind, flags, stream) + payload
            return data
        """,
    ),
]  # fmt: skip


def read(data: bytes) -> tuple[Frame, ...]:
    """The frames that a client's bytes read as."""
    connection = Connection()
    frames = connection.feed(TO_SERVER, data)
    if not connection.idle:
        frames += connection.event(TO_SERVER, "FIN")
    return tuple(frame for frame in frames if frame.name != "FIN")


@pytest.mark.parametrize(("exercise", "answer"), SHAPES, ids=lambda item: getattr(item, "id", ""))
def test_a_right_answer_of_another_shape_passes(exercise, answer):
    verdict = exercise.judge_source(textwrap.dedent(answer).strip())
    assert verdict.outcome == "passed", verdict


@pytest.mark.parametrize(
    ("old", "new", "actual"),
    [
        (r'b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"', 'b""', "the end of the connection"),
        ("path),", 'path.lstrip("/")),', "grpc-status 12 UNIMPLEMENTED"),
        ('"te"', '"TE"', "Illegal header key: TE"),
        ("prefix + message", "message", "GetQuoteResponse(price_cents=450), grpc-status 0 OK"),
        ("(1, 4, 1,", "(1, 4, 2,", "your SETTINGS acknowledged, then nothing for 2.5 s"),
    ],
)
def test_the_card_says_what_the_server_really_did(old, new, actual):
    exercise = grpc_by_hand.by_hand
    verdict = exercise.judge_source(exercise.answer.replace(old, new))
    assert verdict.outcome == "failed"
    assert actual in verdict.actual


def test_a_refusal_that_nobody_can_explain_is_told_as_the_servers(monkeypatch):
    refused = RawExchange(read(RIGHT), (), None, True, 1.0)
    module = importlib.import_module("helpers.exercises.grpc_by_hand.by_hand")  # the name is the exercise
    monkeypatch.setattr(module, "send_bytes", lambda address, data: refused)
    monkeypatch.setattr(module, "mistake", lambda *args: "")
    verdict = grpc_by_hand.by_hand.judge_source(grpc_by_hand.by_hand.answer)
    assert verdict.outcome == "failed"
    assert "compare frame by frame" in verdict.sentence
    assert verdict.actual == "the server's own SETTINGS, then the end of the connection"


def test_a_right_request_has_no_mistake():
    assert mistake(RIGHT, read(RIGHT), HEADERS, MESSAGE) == ""


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no bytes at all"),
        (b"POST / HTTP/1.1\r\n\r\n", "as text"),
        (PREFACE[:10], "from byte 10 on"),
        (PREFACE + RIGHT, "there twice"),
        (PREFACE, "After the preface comes nothing"),
        (PREFACE + frame(4), "After SETTINGS comes: nothing"),
        (PREFACE + frame(4) + frame(6, 0, 0, bytes(8)), "After SETTINGS comes: PING"),
        (PREFACE + frame(4, 0, 0, b"123"), "cannot take your SETTINGS"),
        (RIGHT + b"\0", "there is 1 byte left over"),
        (RIGHT + frame(6, 0, 0, b"123"), "PING cannot be read"),
        (RIGHT + frame(0, 1, 1, b""), "DATA after the flag END_STREAM"),
    ],
)
def test_mistakes_that_have_no_wrong_answer_of_their_own(data, says):
    assert says in mistake(data, read(data), HEADERS, MESSAGE)


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ([*HEADERS, (":method", "POST")], "`:method` is there 2 times"),
        ([*HEADERS, ("connection", "keep-alive")], "forbids them"),
        ([pair for pair in HEADERS if pair[0] != ":path"], "says which method"),
        ([(":scheme", "ftp") if pair[0] == ":scheme" else pair for pair in HEADERS], "Without TLS"),
        ([*HEADERS, ("x-request-id", "7")], ""),
    ],
)
def test_mistakes_in_headers(headers, says):
    block = frame(1, 4, 1, hpack.Encoder().encode(headers))
    data = PREFACE + frame(4) + block + frame(0, 1, 1, prefixed(MESSAGE))
    found = mistake(data, read(data), HEADERS, MESSAGE)
    assert says in found
    assert bool(says) is bool(found)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    start=st.integers(0, len(RIGHT)),
    length=st.integers(0, 40),
    instead=st.binary(max_size=40),
    keep=st.booleans(),
)
def test_any_bytes_have_an_explanation(start, length, instead, keep):
    data = RIGHT[:start] + instead + (RIGHT[start + length :] if keep else b"")
    found = mistake(data, read(data), HEADERS, MESSAGE)
    assert isinstance(found, str)
    assert found or PREFACE in data  # whatever is let through is a request at least


@contextlib.contextmanager
def listening(answer: bytes, *, hang_up: bool):
    """Something that accepts one connection, says something, and then is silent or hangs up."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(answer)
                if not hang_up:
                    over.wait(10)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        over.set()
        thread.join(5)


@pytest.mark.parametrize(
    ("answer", "hang_up", "text"),
    [
        (b"", False, "the server's own SETTINGS, then nothing for 0.2 s"),
        (b"", True, "the server's own SETTINGS, then the end of the connection"),
        (frame(4) + frame(4, 1), False, "your SETTINGS acknowledged, then nothing for 0.2 s"),
        (frame(4) + frame(7, 0, 0, bytes(7) + b"\1no"), True, "then the end of the connection"),
        (frame(4) + frame(3, 0, 1, b"\0\0\0\7"), False, "RST_STREAM REFUSED_STREAM"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", True, "then the end of the connection"),
    ],
)
def test_sending_bytes_ends_whatever_the_server_does(answer, hang_up, text):
    with listening(answer, hang_up=hang_up) as address:
        seen = send_bytes(address, RIGHT, patience=0.2)
    assert text in seen.text
    assert seen.closed is hang_up
    assert [each.name for each in seen.sent] == ["PREFACE", "SETTINGS", "HEADERS", "DATA"]


def test_an_endless_generator_is_stopped_while_it_is_run_through():
    def numbers():
        while True:
            yield 1

    endless = WriteFunction(
        id="sample.numbers", title="Numbers", task="Count.", hints=["One.", "Two."], reason="So.",
        parameters=[], is_generator=True,
        check=lambda check: check.run(within=0.3, stuck="There is no end.", through=lambda made: sum(made)),
    )  # fmt: skip
    before = set(threading.enumerate())
    verdict = endless.judge(numbers)
    assert (verdict.outcome, verdict.sentence) == ("failed", "There is no end.")
    left = [thread for thread in set(threading.enumerate()) - before if thread.name == "exercise"]
    for thread in left:
        thread.join(5)
    assert not any(thread.is_alive() for thread in left)


def test_the_questions_tell_what_was_seen():
    path = http2_on_the_wire.third_path.judge_source(http2_on_the_wire.third_path.answer)
    assert "`:path` took 41 bytes, then 41, then 41" in path.sentence
    unread = http2_on_the_wire.unread_reply.judge_source(http2_on_the_wire.unread_reply.answer)
    assert "65,535 bytes came" in unread.sentence


def test_https_is_a_scheme_like_http_for_whoever_reads_the_protocol():
    answer = grpc_by_hand.by_hand.answer.replace('(":scheme", "http")', '(":scheme", "https")')
    verdict = grpc_by_hand.by_hand.judge_source(answer)
    assert verdict.outcome == "passed", verdict
