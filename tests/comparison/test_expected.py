"""Clients check what they get: a wrong answer is never taken for one, however it is wrong."""

from __future__ import annotations

import io
import socket
import threading
from contextlib import contextmanager
from dataclasses import asdict

import pytest

from helpers.comparison import business, expected
from helpers.comparison.clients import Blocking, OnLoop, Work
from helpers.comparison.clients_raw import RawSocket, lines, read_answer
from helpers.comparison.expected import WrongAnswer

PARCELS = [asdict(parcel) for parcel in business.parcels(expected.PARCELS)]
POSITIONS = [asdict(position) for (position,) in business.positions(200)]


def test_business_is_the_same_each_time_and_rises_with_weight_distance_and_speed():
    assert business.price(1000, 10, "standard") < business.price(2000, 10, "standard")
    assert business.price(1000, 10, "standard") < business.price(1000, 20, "standard")
    assert business.price(1000, 10, "standard") < business.price(1000, 10, "express")
    assert len(business.parcels(1000)) == 1000
    assert len({parcel.parcel_id for parcel in business.parcels(1000)}) == 1000
    assert [len(part) for part in business.positions(250, 100)] == [100, 100, 50]
    together = [position for part in business.positions(250, 100) for position in part]
    assert together == [position for (position,) in business.positions(250)]


def test_right_answers_pass():
    expected.check_status(200)
    expected.check_price(expected.PRICE_CENTS)
    expected.check_photo(bytes(expected.PHOTO))
    expected.check_parcel_dicts(PARCELS)
    expected.check_positions(200, 200, sum(map(expected.value_of_position, POSITIONS)))


@pytest.mark.parametrize("field", PARCELS[0])
def test_every_field_of_a_parcel_counts(field):
    wrong = PARCELS[7][field] + ("x" if isinstance(PARCELS[7][field], str) else 1)
    if field == "speed":
        wrong = {"standard": "express", "express": "standard"}[PARCELS[7][field]]
    with pytest.raises(WrongAnswer, match="1,000 parcels that add up"):
        expected.check_parcel_dicts([*PARCELS[:7], {**PARCELS[7], field: wrong}, *PARCELS[8:]])


@pytest.mark.parametrize("field", POSITIONS[0])
def test_every_field_of_a_position_counts(field):
    wrong = POSITIONS[7][field] + ("x" if isinstance(POSITIONS[7][field], str) else 0.001)
    changed = [*POSITIONS[:7], {**POSITIONS[7], field: wrong}, *POSITIONS[8:]]
    with pytest.raises(WrongAnswer, match="200 positions that add up"):
        expected.check_positions(200, 200, sum(map(expected.value_of_position, changed)))


@pytest.mark.parametrize(
    ("check", "told"),
    [
        (lambda: expected.check_status(500), "HTTP status 500"),
        (lambda: expected.check_status(204), "HTTP status 204"),
        (lambda: expected.check_price(expected.PRICE_CENTS + 1), "cents instead of"),
        (lambda: expected.check_price(None), "None cents"),
        (lambda: expected.check_photo(expected.PHOTO[:-1]), "999,999 bytes"),
        (lambda: expected.check_photo(expected.PHOTO[:-1] + b"\0\0"[: 1 + (expected.PHOTO[-1] == 0)]), "not the one"),
        (lambda: expected.check_parcel_dicts(PARCELS[:-1]), "999 parcels"),
        (lambda: expected.check_positions(200, 199, 1.0), "199 positions"),
    ],
)  # fmt: skip
def test_wrong_answers_are_refused(check, told):
    with pytest.raises(WrongAnswer, match=told):
        check()


def answer(text: str, body: bytes = b"") -> bytes:
    return text.replace("\n", "\r\n").encode() + body


PLAIN = answer("HTTP/1.1 200 OK\nContent-Length: 5\n\n", b"hello")
CHUNKED = answer("HTTP/1.1 200 OK\ntransfer-encoding: Chunked\n\n5\nhello\n1;ext=1\n!\n00\nTrailer: x\n\n")


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        (PLAIN, [b"hello"]),
        (CHUNKED, [b"hello", b"!"]),
        (answer("HTTP/1.1 103 Early Hints\nLink: x\n\n") + PLAIN, [b"hello"]),
        (answer("HTTP/1.0 200 OK\n\n", b"up to the end"), [b"up to the end"]),
        (answer("HTTP/1.1 200 OK\nContent-Length: 0\n\n"), [b""]),
    ],
)
def test_the_bare_client_reads_every_framing(said, pieces):
    file = io.BytesIO(said)
    assert list(read_answer(file)) == pieces
    assert file.read() == b""  # the next answer begins here


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"", "ended in the middle"),
        (answer("SSH-2.0 hello\n"), "not HTTP/1.1"),
        (answer("HTTP/1.1 404 Not Found\nContent-Length: 0\n\n"), "HTTP status 404"),
        (answer("HTTP/1.1 200 OK\nContent-Length: 9\n\n", b"hello"), "5 of 9 bytes"),
        (answer("HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked\n\n"), "transfer encoding"),
        (answer("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nxyz\n"), "chunk of size"),
        (answer("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nhello\n"), "longer than it said"),
        (answer("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n"), "ended in the middle"),
    ],
)
def test_the_bare_client_refuses_what_is_no_answer(said, told):
    with pytest.raises(WrongAnswer, match=told):
        list(read_answer(io.BytesIO(said)))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_lines_come_whole_from_pieces_that_end_anywhere(size):
    text = "ä\nbc\n\nd".encode()
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    assert list(lines(iter(pieces))) == ["ä".encode(), b"bc", b"", b"d"]


@contextmanager
def one_answer(said: bytes):
    """A server that gives one answer, whatever it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(said)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def test_the_bare_client_over_a_real_socket():
    body = b'{"price_cents":%d}' % expected.PRICE_CENTS
    with one_answer(answer(f"HTTP/1.1 200 OK\nContent-Length: {len(body)}\n\n") + body) as address:
        client = RawSocket(address)
        assert client.run(Work("price"), 1) > 0
        client.close()
    with one_answer(answer("HTTP/1.1 200 OK\nContent-Length: 17\n\n", b'{"price_cents":1}')) as address:
        client = RawSocket(address)
        with pytest.raises(WrongAnswer, match="1 cents"):
            client.run(Work("price"), 1)
        client.close()


def test_a_blocking_client_makes_many_calls_at_once_only_where_it_can():
    class OneByOne(Blocking):
        def price(self) -> None: ...

    with pytest.raises(NotImplementedError, match="OneByOne makes one call at a time"):
        OneByOne().run(Work("price", at_once=64), 1)


class Counting(OnLoop):
    """A client that counts how many of its calls are under way."""

    async def open(self, address: str) -> None:
        self.now = self.most = self.calls = 0
        if address == "nowhere":
            raise ConnectionError("nobody there")

    async def price(self) -> None:
        import asyncio

        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        self.calls += 1

    async def shut(self) -> None: ...


def test_64_at_once_are_64_at_once(nothing_left):
    client = Counting("somewhere")
    client.run(Work("price", at_once=64), 3)
    assert (client.most, client.calls) == (64, 192)
    client.run(Work("price"), 3)
    assert client.calls == 195
    client.close()


def test_a_client_that_cannot_open_leaves_nothing(nothing_left):
    with pytest.raises(ConnectionError, match="nobody there"):
        Counting("nowhere")
