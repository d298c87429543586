"""The calls of a trace as values: each with its server, its end, its deadline, and the call that it was made for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from helpers.wire.direction import TO_CLIENT
from helpers.wire.frames import Frame
from helpers.wire.grpc.call import UNARY, Call

from ..kit.style import fmt_duration
from ..kit.text import LONG, plural, visible

CASCADE = 0.02
"""Seconds that a cancellation which is handed on, or a deadline of all, may take from server to server."""


@dataclass(frozen=True, eq=False)
class Span:
    """One call of a trace, as its server's tap saw it.

    Times in nanoseconds (`start_ns`) are those of the taps' common clock; times in seconds (`start`) count from the
    trace's first call.
    """

    server: str
    """The name of the tap, as `trace` was given it."""
    call: Call = field(repr=False)
    """The call as it was read from the wire: its frames, messages and metadata."""
    zero_ns: int = field(default=0, repr=False)
    """When the trace's first call began, or the trace itself where that was under way already."""
    request_id: str | None = None
    """What stands in its metadata under the trace's ``id_key``; None where nothing does."""
    parent: Span | None = field(default=None, repr=False)
    """The call that it was made for; None where there is none, or where it is not certain which of `candidates`."""
    candidates: tuple[Span, ...] = field(default=(), repr=False)
    """Where it is not certain which call it was made for: those that it may be, in order of their start."""
    outside: bool = field(default=False, repr=False)
    """Whether it may as well be none of `candidates`, but a call from outside."""
    tied_by: str | None = None
    """What ties it to `parent`: ``id`` (both carry the same request id) or ``time``; None without a parent."""

    @property
    def key(self) -> str:
        """What tells it from all other calls of its trace."""
        return f"{self.server}/{self.call.connection}/{self.call.stream}"

    @property
    def service(self) -> str:
        """Its service with the package, such as ``courier.v1.QuoteService``."""
        return self.call.path.removeprefix("/").rpartition("/")[0] if self.call.is_grpc else ""

    @property
    def method(self) -> str:
        """Its method, such as ``GetQuote``; of what is not gRPC, HTTP's method and path."""
        if not self.call.is_grpc:
            return f"{self.call.header(':method') or ''} {self.call.path}".strip() or "?"
        return self.call.path.rpartition("/")[2] or "?"

    @property
    def start_ns(self) -> int:
        """When its request headers passed the tap."""
        return self.call.start_ns

    @property
    def end_ns(self) -> int | None:
        """When its answer was complete, or it was reset or cut; None where it did not end."""
        return self.call.end_ns

    @property
    def start(self) -> float:
        """`start_ns` in seconds since the trace's first call."""
        return (self.start_ns - self.zero_ns) / 1e9

    @property
    def end(self) -> float | None:
        """`end_ns` in seconds since the trace's first call."""
        return None if self.end_ns is None else (self.end_ns - self.zero_ns) / 1e9

    @property
    def duration(self) -> float | None:
        """Seconds from start to end; None where it did not end."""
        return None if self.call.duration_ns is None else self.call.duration_ns / 1e9

    @property
    def status(self) -> str | None:
        """Name of the status that passed, such as ``NOT_FOUND``; None where none did: a reset call has none, mostly."""
        return self.call.status

    @property
    def code(self) -> int | None:
        """Number of the status that passed."""
        return self.call.status_code

    @property
    def details(self) -> str:
        """The text that passed with the status (``grpc-message``)."""
        return self.call.status_message

    @property
    def timeout(self) -> str | None:
        """The deadline as it went over the wire (``grpc-timeout``), such as ``505m``; None without one."""
        return self.call.header("grpc-timeout")

    @property
    def deadline(self) -> float | None:
        """The same in seconds from its start."""
        return None if self.call.timeout_ns is None else self.call.timeout_ns / 1e9

    @property
    def deadline_ns(self) -> int | None:
        """When that is over, on the clock of `start_ns`."""
        return None if self.call.timeout_ns is None else self.start_ns + self.call.timeout_ns

    @cached_property
    def reset(self) -> Frame | None:
        """The RST_STREAM that ended it; None where it ended otherwise.

        One that follows on a complete answer ends nothing: servers send it where a client could still send.
        """
        for frame in self.call.frames:
            if frame.end_stream and frame.direction == TO_CLIENT:
                return None
            if frame.name == "RST_STREAM":
                return frame
        return None

    @property
    def cancelled_by(self) -> str | None:
        """Who ended it with RST_STREAM before its answer was complete: ``client`` or ``server``; None where nobody did."""
        return None if self.reset is None else self.reset.direction.sender

    @property
    def _error(self) -> str | None:
        """The error code of `reset`, such as ``CANCEL`` or ``REFUSED_STREAM``."""
        return None if self.reset is None or self.call.reset is None else self.call.reset[1]

    @property
    def at_deadline(self) -> bool:
        """Whether its client gave it up when its deadline was over."""
        return self.reset is not None and self.call.deadline_passed

    @property
    def given_up(self) -> bool:
        """Whether its client has left before there was an answer, so that a handler may go on with nobody waiting."""
        return self.cancelled_by == "client" or self.status in ("CANCELLED", "DEADLINE_EXCEEDED")

    def answered_before(self, call: Call) -> bool:
        """Whether it was answered with OK while another call still ran, one that was not just about to be cancelled."""
        ended, until = self.end_ns, call.end_ns
        if self.code != 0 or ended is None or (until is not None and until <= ended):
            return False
        return until is None or not call.cancelled or until - ended > CASCADE * 1e9

    @property
    def attempt(self) -> int:
        """Which attempt of its client's it is, from 1: gRPC tells the server when it tries again."""
        before = self.call.header("grpc-previous-rpc-attempts") or ""
        return 1 + (int(before) if before.isascii() and before.isdigit() and len(before) < 4 else 0)

    @cached_property
    def lineage(self) -> tuple[Span, ...]:
        """The calls that it was certainly made for, outermost first: its parent, the parent of that, and so on."""
        if self.parent is not None:
            return (*self.parent.lineage, self.parent)
        paths = [(*each.lineage, each) for each in self.candidates]
        return tuple(
            level[0] for level in takewhile(lambda level: len(set(level)) == 1, zip(*paths, strict=False))
        )

    @property
    def depth(self) -> int:
        """How many calls it is away from the outermost one, at least."""
        return max(len(self.lineage), bool(self.candidates))

    @property
    def root(self) -> Span:
        """The outermost call that it was certainly made for; itself where there is none."""
        return self.lineage[0] if self.lineage else self

    @property
    def outcome(self) -> str:
        """How it ended, in two or three words: ``0 OK``, ``4 DEADLINE_EXCEEDED``, ``cancelled by client``.

        A status that passed after a reset has ended nothing: whoever gave the call up has one of its own.
        """
        if self.reset is not None:
            word = "cancelled" if self._error == "CANCEL" else "reset"
            return "deadline passed" if self.at_deadline else f"{word} by {self.cancelled_by}"
        if self.code is not None:
            return f"{self.code} {self.status}"
        if not self.call.done:
            return "running"
        http = self.call.http_status
        return f"HTTP {http}" if http is not None and not self.call.is_grpc else "no status"

    @property
    def state(self) -> str:
        """``running``, ``done`` or ``failed``."""
        if not self.call.done:
            return "running"
        http = self.call.http_status or 500
        good = self.code == 0 or (not self.call.is_grpc and http < 400)
        return "done" if good and self.reset is None else "failed"

    @property
    def sign(self) -> str:
        """The sign before `outcome`."""
        return {"running": "…", "done": "✓", "failed": "✗"}[self.state]

    @property
    def whose(self) -> str:
        """Who made it, in words."""
        by = self.candidates if self.parent is None else (self.parent,)
        if not by:
            return "called from outside"
        servers = " or ".join(dict.fromkeys(each.server for each in by))
        whose = f"called {'from outside, or ' if self.outside else ''}by {servers}"
        if all(each.end_ns is not None and each.end_ns < self.start_ns for each in by):
            went_on = all(each.given_up for each in by)
            return f"{whose}, {'whose handler went on' if went_on else 'whose call had ended before'}"
        if all(each.answered_before(self.call) for each in by):
            return f"{whose}, which has answered before it ended"
        return whose

    def describe(self) -> str:
        """The call in a sentence, for a tooltip and a screen reader."""
        begun = fmt_duration(abs(self.start))
        said = [self.whose, f"began {begun} before the trace" if self.start < 0 else f"began at {begun}"]
        if self.attempt > 1:
            said.append(f"attempt {self.attempt}")
        if self.deadline is not None:
            said.append(f"deadline {self.timeout} ({fmt_duration(self.deadline)})")
        if self.call.kind != UNARY:
            sent, got = len(self.call.requests), len(self.call.responses)
            said.append(f"{plural(sent, 'message')} to the server, {got:,} to the client")
        said.append(self._ending())
        if self.outlived:
            said.append(f"went on for {fmt_duration(self.outlived)} after its caller's call had ended")
        if self.request_id is not None:
            said.append(f"request id {self.request_id}")
        return visible(f"{self.server}, {self.method}: {'; '.join(said)}.", LONG)

    @property
    def outlived(self) -> float:
        """Seconds that it went on after the end of `parent`, whose client no longer waits; 0 where it did not."""
        ended = None if self.parent is None else self.parent.end_ns
        if ended is None or self.end_ns is None:
            return 0.0
        late = (self.end_ns - max(ended, self.start_ns)) / 1e9
        return late if late > CASCADE else 0.0

    def _ending(self) -> str:
        if self.duration is None:
            return "has not ended"
        after = f"after {fmt_duration(self.duration)}"
        if self.reset is not None:
            error = "" if self._error == "CANCEL" else f" {self._error}"
            late = ", when its deadline had passed" if self.at_deadline else ""
            status = f"; a status passed later: {self.code} {self.status}" if self.code is not None else ""
            return f"the {self.cancelled_by} ended it with RST_STREAM{error} {after}{late}{status}"
        words = f": {self.details}" if self.details else ""
        if self.code is not None:
            return f"status {self.outcome}{words} {after}"
        return f"{self.call.outcome} {after}"
