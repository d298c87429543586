"""What became of the calls that were played again, beside what was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from google.protobuf.descriptor import Descriptor

from helpers import display
from helpers.display import Displayed
from helpers.text import plural, shorten, visible
from helpers.views.kit.style import fmt_duration
from helpers.views.kit.table import Table
from helpers.wire.grpc.call import Call
from helpers.wire.protobuf.reader import walk

from .script import Script

MOST_ROWS = 100
"""So many calls stand in the table: those that differ first."""

_OF_THE_CLIENT = (
    "OK",
    "CANCELLED",
    "DEADLINE_EXCEEDED",
)  # here the client's library finds the words, or nobody
SHOWN = 120
"""Characters of a difference."""


@dataclass(frozen=True)
class ReplayedCall:
    """A recorded call, and what became of it when it was played again."""

    call: Call = field(repr=False)
    """As it was recorded."""
    skipped: str | None = None
    """Why it was not played; None where it was."""
    status: str | None = None
    """The status that the client has now, such as ``OK``; None where it was not played."""
    details: str = ""
    """The text that came with the status."""
    replies: tuple[bytes, ...] = field(default=(), repr=False)
    """The messages that came, serialized."""
    duration: float | None = None
    """Seconds from the beginning of the call to its end."""
    expected: str | None = None
    """The status that the client had when it was recorded; None where the capture does not tell."""
    differences: tuple[str, ...] = ()
    """What is not as it was recorded, one each."""
    notes: tuple[str, ...] = ()
    """What was played in another way than recorded."""

    @property
    def same(self) -> bool:
        """Whether it was played, and ended as it was recorded: the same status, the same bytes in every message."""
        return self.skipped is None and not self.differences


class Replay(Displayed):
    """What `replay` gives: all calls of a capture, in the order of their start, and how each compares.

    Attributes:
        calls: One `ReplayedCall` for each.
        target: Where they were played to.
        manner: How: one after another, or with the recorded times.
    """

    def __init__(self, calls: tuple[ReplayedCall, ...], target: str, manner: str) -> None:
        self.calls = calls
        self.target = target
        self.manner = manner

    @property
    def different(self) -> tuple[ReplayedCall, ...]:
        """The calls that did not end as recorded."""
        return tuple(each for each in self.calls if each.differences)

    @property
    def skipped(self) -> tuple[ReplayedCall, ...]:
        """The calls that were not played."""
        return tuple(each for each in self.calls if each.skipped is not None)

    @property
    def same(self) -> bool:
        """Whether some were played, and all of these ended as recorded."""
        return len(self.skipped) < len(self.calls) and not self.different

    @property
    def table(self) -> Table:
        """The calls as rows, those that differ first, then those that were skipped."""
        order = sorted(self.calls, key=lambda each: (not each.differences, each.skipped is None))
        rows = [_row(each) for each in order[:MOST_ROWS]]
        header = ("Call", "Method", "Recorded", "Now", "Took", "Compared")
        more = f" {plural(len(order) - MOST_ROWS, 'more call')} not listed." if len(order) > MOST_ROWS else ""
        return Table(rows, header, title=self._title(), note=f"Played to {self.target}, {self.manner}.{more}")

    def _title(self) -> str:
        different, skipped = len(self.different), len(self.skipped)
        same = len(self.calls) - different - skipped
        told = [f"{same:,} as recorded", f"{different:,} different", f"{skipped:,} skipped"]
        return f"{plural(len(self.calls), 'call')} played again: {', '.join(told)}"

    def __repr__(self) -> str:
        return f"<Replay: {self._title()}>"


@display.static.register
def _(replay: Replay) -> dict[str, str]:
    return display.static(replay.table)


def _row(each: ReplayedCall) -> tuple[str, ...]:
    call = each.call
    took = " → ".join(fmt_duration(seconds) for seconds in _durations(each))
    if each.skipped is not None:
        verdict = f"– skipped: {each.skipped}"
    elif each.differences:
        verdict = f"✗ {'; '.join(each.differences)}"
    else:
        verdict = "✓ the same"
    recorded = _outcome(each.expected or call.outcome, len(call.responses))
    now = "–" if each.status is None else _outcome(each.status, len(each.replies))
    said = "; ".join([verdict, *each.notes])
    return (
        f"{call.connection}·{call.stream}",
        visible(call.short_path or "?"),
        visible(recorded),
        now,
        took,
        visible(said),
    )


def _outcome(status: str, replies: int) -> str:
    """A status, and the number of replies where that is not the usual one: one with OK, none with any other."""
    return status if replies == (status == "OK") else f"{status}, {replies} ←"


def _durations(each: ReplayedCall) -> Iterator[float]:
    if each.call.duration_ns is not None:
        yield each.call.duration_ns / 1e9
    if each.duration is not None:
        yield each.duration


def differences(script: Script, status: str, details: str, replies: tuple[bytes, ...]) -> Iterator[str]:
    """What is not as it was recorded."""
    call = script.call
    said = f"{status}{f' ({shorten(details, SHOWN)})' if details else ''}"
    if script.expected is None:
        if status != "OK":
            yield f"{said}; what it was is not in the capture"
    elif status != script.expected:
        yield f"{said} instead of {script.expected}"
    elif status not in _OF_THE_CLIENT and call.status == status and call.status_message != details:
        yield f"says {shorten(details, SHOWN)!r} instead of {shorten(call.status_message, SHOWN)!r}"
    whole = all(each.complete for each in call.messages) and not call.problems
    if script.cancelled is not None:
        replies = replies[
            : len(script.replies)
        ]  # what came before the server heard of it is a matter of time
    elif whole and len(replies) != len(script.replies) and script.expected in (status, None):
        yield f"{count_replies(len(replies))} instead of {len(script.replies):,}"
    kind = call.method.output_type if call.method is not None else None
    for number, (now, then) in enumerate(zip(replies, script.replies, strict=False)):
        if now != then and whole:
            yield f"reply {number}: {_first_difference(now, then, kind)}"
            return


def count_replies(count: int) -> str:
    """``1 reply``, ``2 replies``."""
    return f"{count:,} {'reply' if count == 1 else 'replies'}"


def _first_difference(now: bytes, then: bytes, kind: Descriptor | None) -> str:
    """The first field that differs, as text."""
    ours, theirs = ([repr(each) for each in walk(data, kind)] for data in (now, then))
    for one, other in zip([*ours, "nothing"], [*theirs, "nothing"], strict=False):
        if one != other:
            return f"{shorten(one, SHOWN)} instead of {shorten(other, SHOWN)}"
    return f"{len(now)} other bytes"
