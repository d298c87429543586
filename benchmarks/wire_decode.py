"""Time to decode a capture, a call and a frame, against hyperframe with hpack on the same bytes.

python benchmarks/wire_decode.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from hpack import Decoder as PlainHpack
from hyperframe.frame import ContinuationFrame, Frame, HeadersFrame
from wire_common import MESSAGE, channel, server, table

from helpers.wire import Capture, tap
from helpers.wire.decoder import Decoder
from helpers.wire.frames import PREFACE
from helpers.wire.names import TO_CLIENT, TO_SERVER
from helpers.wire.recording import Record

CALLS, ROUNDS = 300, 9


def main() -> None:
    with server() as port, tap(port) as wire, channel(wire.address) as to:
        unary = to.unary_unary("/bench.Bench/Unary")
        with wire.capture() as calls:
            for number in range(CALLS):
                metadata = (("x-request-id", f"{number:08x}"), ("x-token", "secret"))
                unary(MESSAGE, timeout=5, metadata=metadata)
    with server() as port, tap(port) as wire, channel(wire.address) as to, wire.capture() as stream:
        messages = sum(1 for _ in to.unary_stream("/bench.Bench/Stream")(b""))
    ours, theirs = per_run(lambda: decode(calls.records())), per_run(lambda: compare(calls.records()))
    ours_stream = per_run(lambda: frames_only(stream.records()))
    theirs_stream = per_run(lambda: compare(stream.records()))
    frames, stream_frames = len(calls.frames), len(stream.frames)
    us = 1e6
    rows = [
        (
            "small unary call, full detail",
            "at most 100 µs",
            f"{ours / CALLS * us:.0f} µs ({frames / CALLS:.1f} frames a call)",
        ),
        (
            "the same bytes with hyperframe + hpack",
            "",
            f"{theirs / CALLS * us:.0f} µs ({theirs / ours:.1f} ×)",
        ),
        (
            f"stream of {messages:,} messages, frames and calls",
            "",
            f"{ours_stream / stream_frames * us:.1f} µs a frame",
        ),
        (
            "the same bytes with hyperframe + hpack",
            "",
            f"{theirs_stream / stream_frames * us:.1f} µs a frame ({theirs_stream / ours_stream:.1f} ×)",
        ),
    ]
    table(rows)


def per_run(run: Callable[[], object]) -> float:
    """Median seconds of processor time of a run: decoding waits for nothing, others on the machine may."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return statistics.median(times)


def again(records: tuple[Record, ...]) -> Capture:
    return Capture(Decoder(keep=False), list(records), start_ns=0, end_ns=0)


def frames_only(records: tuple[Record, ...]) -> Capture:
    capture = again(records)
    assert capture.frames
    assert capture.calls
    return capture


def decode(records: tuple[Record, ...]) -> int:
    """Everything: frames, header entries, calls with their metadata and status, fields of all messages."""
    capture = frames_only(records)
    fields = 0
    for call in capture.calls:
        assert call.status == "OK"
        assert call.metadata
        assert call.timeout_ns
        for message in call.messages:
            fields += len(message.fields)
    return fields


def compare(records: tuple[Record, ...]) -> int:
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
