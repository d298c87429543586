"""`trace`: what passes several taps while a block runs, as the requests that went through their servers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack

from helpers.display import Displayed
from helpers.text import visible
from helpers.wire.capture import Capture
from helpers.wire.taps.capturing import Capturing
from helpers.wire.taps.tap import Tap

from .model import Span
from .moment import Moment
from .nesting import spans_of


class Trace(Displayed):
    """Requests across several servers: made by `trace`, recorded while its block runs.

    ``with`` and ``async with`` record; a block that is entered again begins anew. While it runs the trace is `open`
    and grows, also where it was drawn before; afterwards it no longer changes. A block that raises ends it as well,
    and what has passed until then is kept.

    All methods may be called from any thread.
    """

    def __init__(
        self, taps: Mapping[str, Tap], *, id_key: str, callers: Mapping[str, Collection[str]]
    ) -> None:
        self.taps = dict(taps)
        """The taps by the names of their lanes, from the top."""
        self.captures: dict[str, Capture] = {}
        """What has passed each of them; empty before the first block."""
        self._id_key = id_key
        self._callers = callers
        self._block: Capturing[Trace] | None = None
        self._watchers: list[Callable[[], object]] = []
        self._known: tuple[object, Moment] | None = None

    @property
    def open(self) -> bool:
        """Whether its block runs."""
        return any(capture.open for capture in self.captures.values())

    @property
    def calls(self) -> tuple[Span, ...]:
        """The calls of all servers, in order of their start."""
        return self.moment().spans

    def moment(self) -> Moment:
        """All of it as it is now."""
        captures = self.captures
        with ExitStack() as stack:
            for capture in captures.values():
                stack.enter_context(capture.held())
            key = [(id(capture), capture.version, capture.open) for capture in captures.values()]
            if self._known is not None and self._known[0] == key and not self.open:
                return self._known[1]
            calls = [(name, call) for name, capture in captures.items() for call in capture.calls]
            notes = [f"{name}: {note}" for name, capture in captures.items() for note in capture.notes]
        ends = [
            self.taps[name].recording.clock() if each.end_ns is None else each.end_ns
            for name, each in captures.items()
        ]
        moment = Moment(
            tuple(self.taps),
            spans_of(
                calls,
                self._id_key,
                self._callers,
                min((each.start_ns for each in captures.values()), default=0),
            ),
            max(ends, default=0),
            self.open,
            bool(captures),
            self._id_key,
            tuple(notes),
        )
        self._known = key, moment
        return moment

    def watch(self, watcher: Callable[[], object]) -> Callable[[], None]:
        """Call ``watcher`` after all that passes while a block runs, and when it begins and ends.

        Args:
            watcher: Must return at once, because it is called in the threads that record.

        Returns:
            What ends it.
        """
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher) if watcher in self._watchers else None

    def _tell(self) -> None:
        for watcher in tuple(self._watchers):
            watcher()

    def _begin(self) -> Capturing[Trace]:
        for name, tap in self.taps.items():
            if tap.closed:
                raise ValueError(_closed(name))
        self._end()
        return Capturing([tap.recording for tap in self.taps.values()], self._take)

    def _take(self, captures: tuple[Capture, ...]) -> Trace:
        self.captures = dict(zip(self.taps, captures, strict=True))
        for capture in captures:
            capture.watch(self._tell)
        self._tell()
        return self

    def _end(self) -> None:
        """End a block that was never left."""
        for capture in self.captures.values():
            capture.finish()

    def __enter__(self) -> Trace:
        self._block = self._begin()
        return self._block.__enter__()

    def __exit__(self, *exc: object) -> None:
        if self._block is not None:
            self._block.__exit__(*exc)

    async def __aenter__(self) -> Trace:
        return self.__enter__()

    async def __aexit__(self, *exc: object) -> None:
        if self._block is not None:
            await self._block.__aexit__(*exc)

    def __repr__(self) -> str:
        state = "still open" if self.open else self.moment().counts()
        return visible(f"<Trace of {', '.join(self.taps)}: {state}>", lines=False)


def trace(
    *unnamed: object,
    id_key: str = "x-request-id",
    callers: Mapping[str, str | Collection[str]] | None = None,
    **taps: Tap,
) -> Trace:
    """Follow requests across several servers, through the taps in front of them.

    ``with trace(front=front_tap, quote=quote_tap) as request:`` records what passes while the block runs; ``request``
    is then drawn with a lane a server and a bar a call, and has the calls as values (``request.calls``).

    Calls are tied together by what the wire shows: a call that a server makes lies in time within the call that it
    was made for. Request ids in the metadata tell requests apart that are under way at the same time. Where that
    leaves more than one call, the trace says so and does not guess: a chain of three servers looks in time like one
    server that calls two others at once.

    Args:
        id_key: The key of the metadata in which request ids travel.
        callers: What is known of who calls whom, for what time cannot tell: ``callers={"depot": "quote"}`` says that
            the depot is called by the quotes' server alone, ``{"depot": ["quote", "front"]}`` by these two, and
            ``{"front": ()}`` that no lane calls the front.
        taps: The taps by the names of their lanes, in this order from the top.

    Raises:
        ValueError: There is no tap, or one without a name; something is no tap; the same tap comes twice; a tap is
            closed; ``callers`` names what is no lane.
    """
    if unnamed or not taps:
        raise ValueError(
            "trace() needs a tap for each server, with the name of its lane: trace(front=front_tap)"
        )
    names: dict[Tap, str] = {}
    for name, each in taps.items():
        if not isinstance(each, Tap):
            kind = type(each).__name__
            raise ValueError(
                f"trace() follows taps, and {name} is of class {kind}: tap(server) puts one in front of a server"
            )
        if each in names:
            raise ValueError(
                f"{names[each]} and {name} are the same tap, and each server needs one of its own: tap() gives the "
                "same one for the same server"
            )
        names[each] = name
        if each.closed:
            raise ValueError(_closed(name))
    return Trace(taps, id_key=id_key.lower(), callers=_by_server(callers or {}, taps))


def _by_server(
    callers: Mapping[str, str | Collection[str]], lanes: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Who may call each server; raises ValueError where something is not the name of a lane."""
    known = {}
    for server, who in dict(callers).items():
        known[server] = tuple(who) if isinstance(who, (list, tuple, set, frozenset)) else (who,)
        for name in (server, *known[server]):
            if name not in lanes:
                raise ValueError(
                    f"callers says by the names of lanes who calls whom, as in {{'depot': 'quote'}}, and {name!r} is "
                    f"none: there are {', '.join(lanes)}"
                )
    return known


def _closed(name: str) -> str:
    return (
        f"the tap {name} is closed, because its server was stopped or replaced: run the cell that makes it again, and "
        "the one that makes the channel to it"
    )
