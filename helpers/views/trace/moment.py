"""One moment of a trace, ready to be drawn: which calls in which lanes, over which time, and what is to be said."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from helpers.display import Displayed

from ..kit.text import LONG, plural, visible
from .model import Span

MOST_ROWS = 16
"""So many calls are drawn; of more, those of the first requests."""
MOST_SAID = 3
"""So many calls are named of which the same is not certain."""


@dataclass(frozen=True)
class ServerLane:
    """One server, and those of its calls that are drawn."""

    name: str
    spans: tuple[Span, ...]
    calls: int
    """How many there are."""

    @property
    def note(self) -> str:
        """What is said where nothing is drawn."""
        if self.spans:
            return ""
        return f"{plural(self.calls, 'call')}, not drawn" if self.calls else "no call has come here"


@dataclass(frozen=True)
class Moment(Displayed):
    """A trace as it is now.

    Attributes:
        servers: the names of the lanes, from the top.
        spans: all calls, in order of their start.
        now_ns: the time at which what still runs is cut off, on the calls' clock.
        open: whether more may come.
        begun: whether it has ever begun.
        id_key: where request ids are looked for.
        notes: what a reader must know before trusting it, one sentence each.
    """

    servers: tuple[str, ...]
    spans: tuple[Span, ...] = ()
    now_ns: int = 0
    open: bool = False
    begun: bool = True
    id_key: str = "x-request-id"
    notes: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """``empty``, ``running``, ``failed``, ``full`` (too much to be drawn) or ``done``."""
        if not self.spans:
            return "empty"
        if self.open and any(each.end_ns is None for each in self.spans):
            return "running"
        if len(self.drawn) < len(self.spans):
            return "full"
        return "failed" if any(not each.depth and each.state == "failed" for each in self.spans) else "done"

    @cached_property
    def requests(self) -> tuple[tuple[Span, ...], ...]:
        """The calls by the request that they belong to, each in order of start."""
        found: dict[object, list[Span]] = {}
        for span in self.spans:
            root = span.root
            if root is span and span.candidates:
                root = span.candidates[0].root
            found.setdefault(root.request_id or root, []).append(span)
        return tuple(map(tuple, found.values()))

    @cached_property
    def drawn(self) -> frozenset[Span]:
        """The calls that are drawn: those of the first requests, and of a very large one its first calls."""
        shown: list[Span] = []
        for request in self.requests:
            if shown and len(shown) + len(request) > MOST_ROWS:
                break
            shown += request[:MOST_ROWS]
        return frozenset(shown)

    @cached_property
    def lanes(self) -> tuple[ServerLane, ...]:
        """A lane a server, in the order in which they were given."""
        return tuple(
            ServerLane(
                server,
                tuple(each for each in self.spans if each.server == server and each in self.drawn),
                sum(each.server == server for each in self.spans),
            )
            for server in self.servers
        )

    @cached_property
    def end(self) -> float:
        """The right edge of the picture, in seconds since the first call: what happened, and deadlines that are near.

        While calls run it grows in steps, so that the picture does not move all the time.
        """
        happened = max([self.until(each) for each in self.drawn], default=0.0) or 1e-3
        reach = 1.25 * happened
        if self.state == "running":
            power = 10.0 ** math.floor(math.log10(happened))
            happened = next(power * step for step in (1, 2, 5, 10) if power * step >= happened)
            reach = max(happened, 2.0)
        deadlines = [each.start + each.deadline for each in self.drawn if each.deadline is not None]
        return max([happened, *(at for at in deadlines if at <= reach)])

    def until(self, span: Span) -> float:
        """When a call ended, or until when it is drawn, in seconds since the first call."""
        return max(span.start, (self.now_ns - span.zero_ns) / 1e9) if span.end is None else span.end

    def counts(self) -> str:
        """How many requests and calls, and how they ended."""
        if not self.spans:
            return self.invitation()
        ends = Counter(
            each.status if each.reset is None and each.status is not None else each.outcome
            for each in self.spans
        )
        order = sorted(ends, key=lambda name: (name != "OK", name == "running", name))
        size = f"{plural(len(self.requests), 'request')}, {plural(len(self.spans), 'call')}"
        return f"{size}: {', '.join(f'{ends[name]:,} {name}' for name in order)}."

    def invitation(self) -> str:
        """What is said as long as there is no call."""
        if self.open:
            return "No call yet: the picture grows with the first one."
        if not self.begun:
            return "Nothing is recorded yet: make calls inside of `with … as request:`."
        return (
            "No call has passed these taps. Do the clients connect to the taps, as in "
            "`grpc.insecure_channel(front_tap.address)`?"
        )

    def how(self) -> str:
        """What ties the calls together."""
        if len(self.spans) < 2:
            return ""
        carry = sum(each.request_id is not None for each in self.spans)
        ids = sorted({each.request_id for each in self.spans if each.request_id is not None})
        lies = "a call lies within the one that it was made for"
        some = "" if carry == len(self.spans) else f", which {carry:,} of {len(self.spans):,} calls carry"
        comma = "," if some else ""
        none = (
            f"{self.id_key}{some}{comma} is the same in no two of them"
            if carry
            else f"No call carries {self.id_key}"
        )
        if len(ids) == carry:
            tied = any(each.depth for each in self.spans)
            return f"{f'Tied together by time: {lies}' if tied else 'Nothing ties these calls together'}. {none}."
        which = f" {visible(ids[0], 60)}" if len(ids) == 1 else ""
        return f"Tied together by {self.id_key}{which}{some}. Who called whom is read from time: {lies}."

    def doubts(self) -> Iterator[str]:
        """Of which calls it is not certain who made them: a sentence for all of which the same is true."""
        unsure: dict[str, list[Span]] = {}
        for span in self.spans:
            if span.candidates:
                unsure.setdefault(span.whose, []).append(span)
        for whose, spans in unsure.items():
            named = dict.fromkeys(f"{each.server} ({each.method})" for each in spans)
            more = plural(len(named) - MOST_SAID, "other") if len(named) > MOST_SAID else ""
            yield f"{', '.join([*list(named)[:MOST_SAID], *filter(None, [more])])}: {whose}. The wire does not tell which."

    @property
    def remarks(self) -> tuple[str, ...]:
        """All that is said beneath the counts, a sentence each."""
        said = [self.how(), *self.doubts()]
        hidden = len(self.spans) - len(self.drawn)
        if hidden:
            first = f"The first {plural(len(self.drawn), 'call')} of {len(self.spans):,}"
            said.append(f"{first} are drawn; the sentence above counts all, and `request.calls` has them.")
        open_ended = sum(each.end_ns is None for each in self.spans)
        if open_ended and not self.open:
            said.append(f"{plural(open_ended, 'call')} had not ended when the recording did.")
        return tuple(visible(each, LONG) for each in [*said, *self.notes] if each)
