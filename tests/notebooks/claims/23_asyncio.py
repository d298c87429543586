"""What the lesson on asyncio claims."""

import re


def cells_of(output):
    """The rows of a table as texts, each with what stands between wide gaps."""
    lines = output["data"]["text/plain"].splitlines()
    return [re.split(r"\s{2,}", line.strip()) for line in lines[1:]]


def seconds_of(text):
    return float(text.removesuffix(" s"))


# after: first-call
assert "price_cents: 550" in printed
(call_seen,) = seen.calls
assert call_seen.status == "OK"

# after: unawaited-call
assert printed.endswith("have run: 1\n")

# after: thousand-chart
assert waiting.most("ten threads") == 10
assert waiting.most("one loop") > 100, "hundreds at the same time, on one thread"

# after: thousand-table
assert [row[:2] for row in cells_of(outputs[-1])] == [["ten threads", "100"], ["one loop", "1,000"]]

# after: in-turns-table
assert len(rounds) == 3

# after: monitor
marks = [mark.text for mark in lateness._record.marks]
assert marks == ["await asyncio.sleep", "time.sleep", "await asyncio.to_thread", "a handler without async"]
late_by = {name: int(cells[1].removesuffix(" ms")) for name, cells in by_way.items()}
assert late_by["time.sleep"] >= 130, "the loop stands still as long as a handler sleeps"
assert min(late_by, key=late_by.get) != "time.sleep"
took_by = {name: seconds_of(cells[0]) for name, cells in by_way.items()}
assert took_by["time.sleep"] >= 0.7, "one after the other"

# after: cancel-one
assert printed == "CancelledError, and the status is StatusCode.CANCELLED\n"

# after: fates
import sys

grouped_row = ("grouped", "ExceptionGroup", "2 of 2")
if sys.version_info < (3, 11):
    grouped_row = ("grouped", "AttributeError", "0 of 2")
assert fates == [("gathered", "AioRpcError", "0 of 2"), grouped_row, ("by_hand", "AioRpcError", "2 of 2")]

# after: create-task
assert printed.startswith("a coroutine was expected, got")

# after: iterating
assert printed == f"{[float(step) for step in range(10)]}\n"

# after: reading
assert [float(step) for step in printed.split()] == list(range(10))

# after: in-step
assert printed == "at the door\nnobody there\nend of the replies: True StatusCode.OK\n"

# after: mixed
assert printed == "The iterator and read/write APIs may not be mixed on a single RPC.\n"

# after: stop-gently
assert printed.startswith("handlers that got CancelledError: 1\n")
statuses = {name: cells[0] for name, cells in endings.items()}
assert statuses == {"comes late": "UNAVAILABLE", "needs 0.3 s": "OK", "needs 5 s": "UNAVAILABLE"}
assert endings["needs 5 s"][1] < 5

# after: half-kept
assert ("3000 bytes", False, False) in proofs.kept
assert sum(proofs.kept.values()) > 10, "by far the most"
assert {what[1:] for what in proofs.kept} == {(False, False)}

# after: half-cure
assert printed == "photos kept: 0\n"
assert outputs == [] or len(outputs) == 1, "and no card: an abort that nobody hears is no mistake"

# after: half-threads
assert sum(thread_proofs.loops.values()) == 20
assert thread_proofs.loops["raised"] > 0

# after: leak-table
alone, with_cancel = map(seconds_of, ways_out.values())
assert alone >= 0.2 > with_cancel, "to its end, and not"

# after: sync-stub
assert printed == "StatusCode.DEADLINE_EXCEEDED\n"

# after: to-thread
assert printed.startswith("price_cents: 550")

# after: loop-monitor
assert loop_monitor.most("late by") >= 0.018, "one handler blocks for 0.02 s"
assert loop_monitor._record.state == "done"
