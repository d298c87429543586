"""What a comparison is about and what it found, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from ..views.bars import Bars


@dataclass(frozen=True)
class Contender:
    """A client and a server that speak with each other.

    Attributes:
        id: short and unique, such as `fastapi-httpx`.
        name: for reading, such as `FastAPI, httpx`.
        family: the side it stands for.
        protocol: what it speaks, `HTTP/2` or `HTTP/1.1`.
        server: what answers, such as `FastAPI on uvicorn`.
        client: what asks, such as `httpx`.
        floor: whether it is there to show what a client costs, and is none that anybody would use. It is measured
            and shown like the others, and takes no part in who is ahead.
    """

    id: str
    name: str
    family: Literal["gRPC", "REST"]
    protocol: str
    server: str
    client: str
    floor: bool = False


@dataclass(frozen=True)
class Case:
    """One thing that is measured.

    Attributes:
        id: short and unique, such as `small`.
        title: for reading, such as `A small call`.
        question: what it asks, one sentence.
        items: calls or messages that one run has: 1 for a call, 64 for 64 at once, 20,000 for a stream.
        of: what the items are, `call` or `message`.
        per_second: whether a rate tells more than a duration: shown is `items / seconds`, more is better.
    """

    id: str
    title: str
    question: str
    items: int = 1
    of: str = "call"
    per_second: bool = False


@dataclass(frozen=True)
class Measurement:
    """One contender in one case. Round n of one contender ran right beside round n of every other.

    Attributes:
        contender: id of the `Contender`.
        case: id of the `Case`.
        seconds: wall-clock time of one run, a value a round.
        client_cpu: processor time of the client's process for one run, in seconds, mean over all rounds.
        server_cpu: the same of the server's process.
        payload: bytes of messages or bodies of one run, both directions, without headers and framing.
        wire: bytes of one run on the wire, both directions, as the tap counted them; the connection was open.
    """

    contender: str
    case: str
    seconds: tuple[float, ...]
    client_cpu: float
    server_cpu: float
    payload: int
    wire: int


@dataclass(frozen=True)
class Results:
    """A whole run.

    Attributes:
        contenders: all that took part.
        cases: all that were measured, in order.
        measurements: what was found; not every contender takes part in every case.
        mode: `quick` or `thorough`.
        machine: what it ran on and with: processor, cores, system, Python, and each library's version.
        started: when it began, ISO 8601 with the offset of the time zone.
        seconds: how long it all took.
        notes: what a reader must know before trusting it, one sentence each; mostly empty.
    """

    contenders: tuple[Contender, ...]
    cases: tuple[Case, ...]
    measurements: tuple[Measurement, ...]
    mode: str
    machine: Mapping[str, str] = field(default_factory=dict)
    started: str = ""
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        from .face import text

        return text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from .face import bundle

        return bundle(self)

    def of(self, case: str) -> dict[str, Measurement]:
        """What was measured in one case, by the contender's id, the lowest median first.

        Raises:
            ValueError: there is no case with this id.
        """
        from .face import measured

        return measured(self, case)

    def bars(self, case: str) -> Bars:
        """One case as bars, by the contender's name: seconds, or items a second where the case counts these.

        Raises:
            ValueError: there is no case with this id.
        """
        from .face import bars

        return bars(self, case)

    def save(self, path: str | PathLike[str]) -> Path:
        """Writes the results to a file; its suffix says what: json, csv, md, svg or html.

        Raises:
            ValueError: another suffix.
            OSError: the file cannot be written; the text says why, and what to do.
        """
        from .export import save

        return save(self, path)
