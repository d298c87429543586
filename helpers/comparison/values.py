"""The plain values of a comparison: candidates, workloads, measurements, and a whole run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Family = Literal["gRPC", "REST"]


@dataclass(frozen=True)
class Candidate:
    """A client and a server that speak with each other.

    Attributes:
        id: short and unique, such as `fastapi-httpx`.
        name: for reading, such as `FastAPI, httpx`.
        family: the side it stands for.
        protocol: what it speaks, `HTTP/2` or `HTTP/1.1`.
        server: what answers, such as `FastAPI on uvicorn`.
        client: what asks, such as `httpx`.
        baseline: whether it is there to show what a client costs, and is none that anybody would use. It is measured
            and shown like the others, and takes no part in who is ahead.
        tutorial: whether it is what a tutorial of its side shows; these two are set against each other, too.
    """

    id: str
    name: str
    family: Family
    protocol: str
    server: str
    client: str
    baseline: bool = False
    tutorial: bool = False


@dataclass(frozen=True)
class Workload:
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
    """One candidate in one case. Round n of one candidate ran right beside round n of every other.

    Attributes:
        candidate: id of the `Candidate`.
        case: id of the `Workload`.
        seconds: wall-clock time of one run, a value a round.
        client_cpu: processor time of the client's process for one run, in seconds, mean over all rounds.
        server_cpu: the same of the server's process.
        payload: bytes of messages or bodies of one run, both directions, without headers and framing.
        wire: bytes of one run on the wire, both directions, as the tap counted them; the connection was open.
    """

    candidate: str
    case: str
    seconds: tuple[float, ...]
    client_cpu: float
    server_cpu: float
    payload: int
    wire: int


@dataclass(frozen=True)
class MeasuredRun:
    """A whole run.

    Attributes:
        candidates: all that took part.
        cases: all that were measured, in order.
        measurements: what was found; not every candidate takes part in every case.
        mode: `quick` or `thorough`.
        machine: what it ran on and with: processor, cores, system, Python, and each library's version.
        started: when it began, ISO 8601 with the offset of the time zone.
        seconds: how long it all took.
        notes: what a reader must know before trusting it, one sentence each; mostly empty.
    """

    candidates: tuple[Candidate, ...]
    cases: tuple[Workload, ...]
    measurements: tuple[Measurement, ...]
    mode: str
    machine: Mapping[str, str] = field(default_factory=dict)
    started: str = ""
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
