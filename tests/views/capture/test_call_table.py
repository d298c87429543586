"""The calls of a capture as a table: the slow one is at the top."""

from __future__ import annotations

import hpack
import pytest

from helpers import call_table, display, method_table
from helpers.views.capture.html import capture_text
from helpers.wire import names
from helpers.wire.capture import Capture
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.record import Record
from tests.wire.build import OPENING, REQUEST, RESPONSE, TRAILERS, data, headers, message

C, S, END = TO_SERVER, TO_CLIENT, names.END_STREAM
MILLISECOND = 1_000_000


def captured(connections: int = 1, last: bool = True) -> Capture:
    """Three calls on each connection: of 5, 20 and 10 ms; the last one may be left without its answer."""
    records = []
    for connection in range(1, connections + 1):
        at = 0
        for direction, payload in OPENING:
            records.append(Record(connection, direction, at, payload))
        for n, (method, took) in enumerate([("Unary", 5), ("Slow", 20), ("Unary", 10)]):
            stream = 2 * n + 1
            asked = [
                (key, f"/wiretest.v1.Kinds/{method}" if key == ":path" else value) for key, value in REQUEST
            ]
            sent = headers(asked, stream) + data(message(b"x"), stream, END)
            records.append(Record(connection, C, at, sent))
            if n < 2 or last:
                records.append(Record(connection, S, at + MILLISECOND, headers(RESPONSE, stream)))
                answer = data(message(b"y") * (n + 1), stream) + headers(TRAILERS, stream, END)
                records.append(Record(connection, S, at + took * MILLISECOND, answer))
            at += 100 * MILLISECOND
    return Capture(Decoder(keep=False), records, start_ns=0, end_ns=0)


def column(table, name: str) -> list[str]:
    return [row[table.header.index(name)] for row in table.rows]


@pytest.mark.parametrize(
    ("sort", "streams"),
    [
        ("duration", ["3", "5", "1"]),
        ("start", ["1", "3", "5"]),
        ("messages", ["5", "3", "1"]),
        ("bytes", ["5", "3", "1"]),
        ("first byte", ["1", "3", "5"]),
    ],
)
def test_sorted(sort, streams):
    assert column(call_table(captured(), sort), "Stream") == streams


def test_what_is_told_of_a_call():
    table = call_table(captured())
    assert table.header == ("Stream", "Method", "Start", "First byte", "Took", "Messages", "Bytes", "Outcome")
    assert table.rows[0][:6] == ("3", "Kinds/Slow", "100 ms", "1.00 ms", "20.0 ms", "1 → 2 ←")
    assert table.rows[0][-1] == "✓ OK"
    assert table.title == "3 calls, by duration"
    assert set(display.static(table)) == {"text/html", "text/plain"}


def test_a_call_that_never_ended_took_longest():
    capture = captured(last=False)
    table = call_table(
        Capture(
            Decoder(keep=False), [*capture.records(), Record(1, C, 10**9, b"", "FIN")], start_ns=0, end_ns=0
        )
    )
    assert table.rows[0][:2] == ("5", "Kinds/Unary")
    assert column(table, "First byte")[0] == "none"
    assert "closed" in column(table, "Outcome")[0]
    running = call_table(
        Capture(Decoder(keep=False), [*capture.records(), Record(1, C, 10**9, b"\0")], start_ns=0, end_ns=0)
    )
    assert "running" in column(running, "Outcome")[-1]


def test_several_connections_and_more_calls_than_are_listed():
    table = call_table(captured(4), most=5)
    assert table.header[0] == "Conn·Str"
    assert column(table, "Conn·Str")[:4] == ["1·3", "2·3", "3·3", "4·3"]
    assert table.note == "and 7 more calls"
    some = captured(4)
    assert len(call_table(some, calls=[each for each in some.calls if "Slow" in each.path]).rows) == 4


def test_a_capture_that_begins_in_the_middle():
    """The method is not known; which calls are of the same one still is, by the rows of the table that they name."""
    client, server = hpack.Encoder(), hpack.Encoder()
    first = [*OPENING]
    later = []
    for n, method in enumerate(["A", "B", "A", "B"]):
        asked = [(key, f"/x.S/{method}" if key == ":path" else value) for key, value in REQUEST]
        made = [
            (C, headers(asked, 2 * n + 1, encoder=client) + data(message(b"x"), 2 * n + 1, END)),
            (
                S,
                headers(RESPONSE, 2 * n + 1, encoder=server)
                + headers(TRAILERS, 2 * n + 1, END, encoder=server),
            ),
        ]
        (first if n < 2 else later).extend(made)
    records = [Record(1, C, 0, b"", "JOINED: a → b"), *(Record(1, way, 5, payload) for way, payload in later)]
    capture = Capture(Decoder(keep=False), records, start_ns=0, end_ns=0)
    table = call_table(capture, "start")
    one, other = column(table, "Method")
    assert one != other
    assert one.startswith("? (")
    assert column(table, "Outcome") == ["▲ ended, its status is not known; headers not known"] * 2
    assert "the same numbers on a connection, the same method" in table.note
    assert {row[0] for row in method_table(capture).rows} == {one, other}
    assert "▲ status not known" in capture_text(capture)


def test_methods():
    table = method_table(captured(2))
    assert table.rows == (
        ("Kinds/Slow", "2", "0", "20.0 ms", "20.0 ms", "20.0 ms", table.rows[0][-1]),
        ("Kinds/Unary", "4", "0", "7.50 ms", "10.0 ms", "10.0 ms", table.rows[1][-1]),
    )


def test_empty_and_unknown():
    empty = Capture(Decoder(keep=False), [], start_ns=0, end_ns=0)
    assert "Nothing to show yet" in str(call_table(empty))
    assert "Nothing to show yet" in str(method_table(empty))
    with pytest.raises(
        ValueError, match="unknown sort 'time'; one of start, duration, first byte, bytes, messages"
    ):
        call_table(empty, "time")
