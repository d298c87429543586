"""Who called whom, as far as the wire shows it."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping

from helpers.wire.grpc.call import Call

from .model import Span


def spans_of(
    calls: Iterable[tuple[str, Call]],
    id_key: str = "x-request-id",
    callers: Mapping[str, Collection[str]] | None = None,
    since_ns: int = 0,
) -> tuple[Span, ...]:
    """The calls of several servers, tied together by what the wire shows, in order of their start.

    A call that a server makes begins while another call is under way at that server, and is over before that one is
    answered with OK. Where calls carry request ids, that other call has the same one (or none, if it is the one for
    which the id was made up). Where several calls are such, the wire does not tell which it was; nor does it where a
    server would call back the one that it was called by, or a handler went on when its client had left.

    Args:
        calls: Each with the name of its server; their times are of one clock.
        id_key: The key of the metadata in which request ids travel.
        callers: For a server, those that may call it; for servers that it does not name, all others may.
        since_ns: When the trace began; calls may have begun before.
    """
    found = sorted(calls, key=lambda each: each[1].start_ns)
    tying = _Tying(callers or {}, max(since_ns, found[0][1].start_ns) if found else 0)
    return tuple(tying.add(server, call, _request_id(call, id_key)) for server, call in found)


class _Tying:
    """The calls so far, as far as they matter for the next one."""

    def __init__(self, callers: Mapping[str, Collection[str]], zero_ns: int) -> None:
        self._callers = callers
        self._zero_ns = zero_ns
        self._under_way: list[Span] = []
        # The last ones by request id and server: two, since of two it is not certain which.
        self._given_up: dict[tuple[str | None, str], deque[Span]] = {}
        self._answered: dict[tuple[str | None, str], deque[Span]] = {}
        # A request id that was seen: the call without one that was under way when it first appeared, if any.
        self._made_up_for: dict[str, Span | None] = {}

    def add(self, server: str, call: Call, request_id: str | None) -> Span:
        """Take the next call, in order of their start."""
        self._under_way = [
            each for each in self._under_way if each.end_ns is None or each.end_ns > call.start_ns
        ]
        around = [
            each
            for each in self._under_way
            if self._may_call(each, server) and self._may_carry(each, request_id)
        ]
        could = [each for each in around if not each.answered_before(call)]
        # Where nobody waits any more, a handler or a stream that was left may go on all the same.
        late = not could
        if late:
            could = around or self._gone(self._given_up, server, request_id)
        # Somebody from outside may call as well, unless it is known that the call is one of these.
        back = all(self._calls_back(each, server) for each in could)
        same = request_id is not None and all(each.request_id == request_id for each in could)
        known = server in self._callers or (not back and (not late or same))
        certain = len(could) == 1 and known
        if not could and server in self._callers:
            could = self._gone(self._answered, server, request_id)
        parent = could[0] if certain else None
        by = None if parent is None else "id" if request_id and parent.request_id == request_id else "time"
        unsure = () if certain else tuple(could)
        span = Span(server, call, self._zero_ns, request_id, parent, unsure, bool(unsure) and not known, by)
        self._note(span)
        return span

    def _may_call(self, caller: Span, server: str) -> bool:
        known = self._callers.get(server)
        return caller.server != server if known is None else caller.server in known

    def _calls_back(self, caller: Span, server: str) -> bool:
        """Whether a call of it would be one back to the server that called it, which nobody said that it makes."""
        above = (*caller.lineage, *caller.candidates)
        return server not in self._callers and any(each.server == server for each in above)

    def _gone(
        self, ended: Mapping[tuple[str | None, str], Iterable[Span]], server: str, request_id: str | None
    ) -> list[Span]:
        """Those of calls that have ended whose handlers may make one of a server with this id all the same."""
        found = (
            each
            for (id_, _), spans in ended.items()
            if request_id in (None, id_)
            for each in spans
            if self._may_call(each, server) and not self._calls_back(each, server)
        )
        return sorted(found, key=lambda each: each.start_ns)

    def _may_carry(self, caller: Span, request_id: str | None) -> bool:
        """Whether a call with this id may have been made for it."""
        if request_id is None or caller.request_id == request_id:
            return True
        return caller.request_id is None and self._made_up_for.get(request_id, caller) is caller

    def _note(self, span: Span) -> None:
        self._under_way.append(span)
        ended = self._given_up if span.given_up else self._answered
        ended.setdefault((span.request_id, span.server), deque(maxlen=2)).append(span)
        if span.request_id is not None:
            without = span.parent if span.parent and span.parent.request_id is None else None
            self._made_up_for.setdefault(span.request_id, without)


def _request_id(call: Call, id_key: str) -> str | None:
    found = dict(reversed(call.metadata)).get(id_key)
    return found.hex() if isinstance(found, bytes) else found
