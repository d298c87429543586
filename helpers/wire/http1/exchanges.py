"""HTTP/1.1 exchanges: each request with its answer (RFC 9110 section 3.4, RFC 9112)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from helpers.text import visible

from ..direction import TO_SERVER
from ..frames import Frame
from ..grpc import metadata
from .parts import Http1Body, Http1Message, Http1Part

_CLOSE = "close"  # Http1Message.body where only the end of the connection ends it


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP/1.1 request and its answer: what a call is in HTTP/2; times are those of `Frame.t_ns`."""

    connection: int
    number: int
    """Which request of its connection, from 1 (`Http1Part.exchange`)."""
    frames: tuple[Http1Part, ...]
    """Heads and bodies of both directions, in order."""
    request: Http1Message | None
    """Head of the request; None where it was sent before the capture began, or never."""
    response: Http1Message | None
    """Head of the final answer (not of an interim one, 1xx); None while there is none."""
    start_ns: int
    """When the first of its frames was recorded."""
    sent_ns: int | None
    """When the request was complete; None while it is not, or where that was before the capture began."""
    end_ns: int | None
    """When the answer was complete, or the connection ended; None while it runs."""
    cut: str | None = None
    """What ended it before its answer was complete, in a few words."""
    free_ns: int | None = None
    """When the answer before it on the connection was complete: no byte of its own can come earlier."""

    @property
    def method(self) -> str:
        """``GET``, ``POST``, ...; empty where the request is not known."""
        return self.request.start_line.partition(" ")[0] if self.request else ""

    @property
    def target(self) -> str:
        """Path and query as asked for; empty where the request is not known."""
        return self.request.start_line.split(" ")[1] if self.request else ""

    @property
    def status(self) -> int | None:
        """Status code of the final answer, such as 200; None while there is none."""
        return int(self.response.start_line.split(" ")[1]) if self.response else None

    @property
    def reason(self) -> str:
        """What stands behind the status code, such as ``Not Found``; often empty."""
        return self.response.start_line[len("HTTP/1.1 200 ") :] if self.response else ""

    @property
    def protocol(self) -> str:
        """``HTTP/1.1``; where request or answer carry gRPC-Web, that as well."""
        for head in (self.request, self.response):
            said = {name.lower(): value for name, value in head.headers} if head else {}
            dialect = metadata.dialect(said.get("content-type"))
            if dialect is not None:
                return f"HTTP/1.1, {dialect}"
        return "HTTP/1.1"

    @property
    def done(self) -> bool:
        """Whether it has ended, in whichever way."""
        return self.end_ns is not None

    @property
    def duration_ns(self) -> int | None:
        """Nanoseconds from the request's head to the end; None while it runs."""
        return None if self.end_ns is None else self.end_ns - self.start_ns

    @property
    def queued(self) -> tuple[int, int] | None:
        """From when to when the request was complete, but the answer before it was not yet.

        An answer may not overtake another, so this is time spent waiting in line (pipelining, RFC 9112
        section 9.3.2). None where a client sends its next request only after the answer.
        """
        sent, free = self.sent_ns, self.free_ns
        return (sent, free) if sent is not None and free is not None and sent < free else None

    @property
    def payload_bytes(self) -> int:
        """Bytes of both bodies, without the sizes of chunks."""
        return sum(end - start for start, end in (each.body for each in self.frames if each.name == "BODY"))

    @property
    def wire_bytes(self) -> int:
        """All its bytes, heads included."""
        return sum(each.size for each in self.frames)

    @property
    def problem(self) -> str | None:
        """What is malformed about its frames, the first of it; None for a sound exchange."""
        return next((each.problem for each in self.frames if each.problem), None)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is missing about it, one sentence each; what is malformed about it is its outcome."""
        return () if self.request else ("Its request was sent before the capture began, or never.",)

    @property
    def outcome(self) -> str:
        """How it stands, in a few words: ``200 OK``, ``404 Not Found``, ``running``, ..."""
        if self.cut is not None or self.problem is not None:
            return self.cut or self.problem or ""
        if not self.done:
            return "running"
        # The head of an answer may have come before the capture began.
        return f"{self.status} {self.reason}".rstrip() if self.response else "answered"

    def __repr__(self) -> str:
        time = "" if self.duration_ns is None else f", {self.duration_ns / 1e6:.3g} ms"
        told = f"<Exchange {self.number} {self.method or '?'} {self.target or '?'} {self.outcome}{time}>"
        return visible(told, lines=False)


class _Making:
    """An exchange in the making; its attributes are those of `Exchange`."""

    __slots__ = ("cut", "end_ns", "frames", "request", "response", "sent_ns", "start_ns")

    def __init__(self, start_ns: int) -> None:
        self.start_ns = start_ns
        self.frames: list[Http1Part] = []
        self.request: Http1Message | None = None
        self.response: Http1Message | None = None
        self.sent_ns: int | None = None
        self.end_ns: int | None = None
        self.cut: str | None = None

    def take(self, frame: Http1Part) -> None:
        self.frames.append(frame)
        detail, to_server = frame.detail, frame.direction == TO_SERVER
        if isinstance(detail, Http1Message):
            if to_server:
                self.request = detail
            elif not detail.interim:
                self.response = detail
            complete = detail.body == "none" and not detail.interim
        else:
            complete = isinstance(detail, Http1Body) and detail.last
        if complete and to_server:
            self.sent_ns = frame.t_ns
        elif complete and self.end_ns is None:
            self.end_ns = frame.t_ns

    def event(self, frame: Frame, reason: str) -> None:
        """The connection ended, or one side of it, before the answer was complete."""
        if frame.name == "FIN" and frame.direction == TO_SERVER and self.sent_ns is not None:
            return  # the client has said all it wants to say, and still listens
        whole = frame.name == "FIN" and self.response is not None and self.response.body == _CLOSE
        self.end_ns, self.cut = frame.t_ns, None if whole else reason


def exchanges(frames: Iterable[Frame]) -> tuple[Exchange, ...]:
    """Put the frames of any number of connections together to exchanges.

    Args:
        frames: All frames of a capture, in order; those of other protocols are passed over.

    Returns:
        The exchanges in the order of their start.
    """
    made: dict[tuple[int, int], _Making] = {}
    on: dict[int, list[_Making]] = {}  # by connection
    left: set[int] = set()  # connections whose client has closed its side
    for frame in frames:
        number = frame.connection
        if isinstance(frame, Http1Part):
            making = made.get((number, frame.exchange))
            if making is None:
                making = made[number, frame.exchange] = _Making(frame.t_ns)
                on.setdefault(number, []).append(making)
            making.take(frame)
        elif number in on and frame.name in ("FIN", "RESET", "CLOSED"):
            by_client = frame.direction == TO_SERVER
            if frame.name == "FIN" and by_client:
                left.add(number)
            reason = _reason(frame.name, by_client or number in left)
            for making in on[number]:
                if making.end_ns is None:
                    making.event(frame, reason)
            on[number] = [making for making in on[number] if making.end_ns is None]
    return tuple(_finish(made))


def _reason(event: str, by_client: bool) -> str:
    if event == "CLOSED":
        return "the tap was closed"
    side = "client" if by_client else "server"
    return f"the {side} {'closed' if event == 'FIN' else 'reset'} the connection"


def _finish(made: dict[tuple[int, int], _Making]) -> Iterable[Exchange]:
    for (connection, number), each in sorted(made.items(), key=lambda item: item[1].start_ns):
        before = made.get((connection, number - 1))
        yield Exchange(
            connection,
            number,
            tuple(each.frames),
            each.request,
            each.response,
            each.start_ns,
            each.sent_ns,
            each.end_ns,
            each.cut,
            before.end_ns if before is not None else None,
        )
