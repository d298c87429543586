"""Time to decode a capture, a call and a frame, against hyperframe with hpack on the same bytes, in turns.

python benchmarks/wire_decode.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable

from hpack import Decoder as PlainHpack
from hyperframe.frame import ContinuationFrame, Frame, HeadersFrame
from wire_common import MESSAGE, channel, ratio, server, table, take_turns

from helpers.wire import Capture, tap
from helpers.wire.connection import Connection
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.frames import PREFACE
from helpers.wire.record import Record

CALLS, ROUNDS = 1000, 15
Records = tuple[Record, ...]


def main() -> None:
    calls, stream = record_calls(), record_stream()
    messages = sum(len(call.responses) for call in again(stream).calls)
    ways = {
        "calls": timed(lambda: every_field(calls)),
        "calls, theirs": timed(lambda: theirs(calls)),
        "calls, frames only": timed(lambda: only_frames(calls)),
        "calls, no fields": timed(lambda: no_fields(calls)),
        "stream": timed(lambda: every_field(stream)),
        "stream, theirs": timed(lambda: theirs(stream)),
        "stream, frames only": timed(lambda: only_frames(stream)),
        "stream, no fields": timed(lambda: no_fields(stream)),
    }
    found = take_turns(ways, ROUNDS)
    rows = [
        *compared(found, "calls", f"{CALLS:,} unary calls", CALLS, "call", "at most 1.4"),
        ("", "at most 60 µs a call", f"{statistics.median(found['calls']) / CALLS * 1e6:.0f} µs a call"),
        *compared(found, "stream", f"stream of {messages:,} messages", messages, "message", "at most 3"),
        ("", "100,000 frames in 1.5 s", f"{in_all(found, len(again(stream).frames)):.2f} s for 100,000"),
    ]
    table(rows)


def compared(
    found: dict[str, list[float]], what: str, title: str, count: int, unit: str, target: str
) -> list[tuple[str, str, str]]:
    """Our time over theirs, and what of ours goes where."""
    whole, plain, frames = (
        statistics.median(found[f"{what}{part}"]) for part in ("", ", no fields", ", frames only")
    )
    peer = f"{what}, theirs"
    shares = (
        (frames, "frames and headers"),
        (plain - frames, "calls and windows"),
        (whole - plain, "fields"),
    )
    spent = ", ".join(f"{share / count * 1e6:.1f} µs {where}" for share, where in shares)
    return [
        (f"{title}, all fields: times hyperframe + hpack", target, ratio(found, what, peer)),
        ("  the same without fields", "", ratio(found, f"{what}, no fields", peer)),
        (f"  of a {unit}, where ours goes", "", spent),
        (f"  of a {unit}, theirs", "", f"{statistics.median(found[peer]) / count * 1e6:.1f} µs"),
    ]


def in_all(found: dict[str, list[float]], frames: int) -> float:
    """Seconds for 100,000 frames, without fields."""
    return statistics.median(found["stream, no fields"]) / frames * 100_000


def record_calls() -> Records:
    with server() as port, tap(port) as wire, channel(wire.address) as to:
        unary = to.unary_unary("/bench.Bench/Unary")
        with wire.capture() as calls:
            for number in range(CALLS):
                metadata = (("x-request-id", f"{number:08x}"), ("x-token", "secret"))
                unary(MESSAGE, timeout=5, metadata=metadata)
    return calls.records()


def record_stream() -> Records:
    with server() as port, tap(port) as wire, channel(wire.address) as to, wire.capture() as stream:
        for _ in to.unary_stream("/bench.Bench/Stream")(b""):
            pass
    return stream.records()


def timed(run: Callable[[], object]) -> Callable[[], float]:
    """Seconds of processor time of a run: decoding waits for nothing, others on the machine may."""

    def once() -> float:
        start = time.process_time()
        run()
        return time.process_time() - start

    return once


def again(records: Records) -> Capture:
    return Capture(Decoder(keep=False), list(records), start_ns=0, end_ns=0)


def only_frames(records: Iterable[Record]) -> int:
    """The lowest layer: frames with their header entries."""
    connection = Connection()
    return sum(len(connection.feed(each.direction, each.data, each.t_ns)) for each in records)


def no_fields(records: Records) -> Capture:
    """Frames, header entries, calls with their messages, windows."""
    capture = again(records)
    assert capture.frames
    assert capture.calls
    return capture


def every_field(records: Records) -> int:
    """Everything: also metadata, status and deadline of all calls, and the fields of all messages."""
    fields = 0
    for call in no_fields(records).calls:
        assert call.status == "OK"
        assert call.metadata is not None
        assert call.timeout_ns is None or call.timeout_ns > 0
        for message in call.messages:
            fields += len(message.fields)
    return fields


def theirs(records: Iterable[Record]) -> int:
    """The peer: hyperframe for frames, hpack for header lists, no calls, no byte ranges, no fields."""
    rest = {TO_SERVER: b"", TO_CLIENT: b""}
    hpack = {TO_SERVER: PlainHpack(), TO_CLIENT: PlainHpack()}
    count = 0
    for record in records:
        data = rest[record.direction] + record.data
        data = data.removeprefix(PREFACE)
        while len(data) >= 9:
            frame, length = Frame.parse_frame_header(memoryview(data[:9]))
            if len(data) < 9 + length:
                break
            frame.parse_body(memoryview(data[9 : 9 + length]))
            if isinstance(frame, (HeadersFrame, ContinuationFrame)):
                hpack[record.direction].decode(frame.data, raw=True)
            data = data[9 + length :]
            count += 1
        rest[record.direction] = data
    return count


if __name__ == "__main__":
    main()
