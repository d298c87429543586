"""Results made by hand, and a strict reader of the HTML that is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

from helpers.comparison.results import Results
from helpers.comparison.values import Candidate, Measurement, Workload
from helpers.text import breakable

VOID = {"br", "col", "hr", "img", "input", "meta", "wbr"}

SMALL = Workload("small", "A small call", "How long does one small call take?")
RATE = Workload("many", "64 at once", "How many calls a second?", items=64, per_second=True)

GRPC = Candidate("grpc", "gRPC, threads", "gRPC", "HTTP/2", "gRPC, threads", "a stub")
AIO = Candidate("grpc-aio", "gRPC, asyncio", "gRPC", "HTTP/2", "gRPC, asyncio", "a stub for asyncio")
AIOHTTP = Candidate("aiohttp", "Starlette, aiohttp", "REST", "HTTP/1.1", "Starlette on uvicorn", "aiohttp")
REQUESTS = Candidate(
    "requests", "Starlette, requests", "REST", "HTTP/1.1", "Starlette on uvicorn", "requests"
)
RAW = Candidate("raw", "Starlette, raw socket", "REST", "HTTP/1.1", "Starlette on uvicorn", "a raw socket")

# A machine that drifts: every round has its own speed, the same for all candidates of the round.
DRIFT = (1.0, 1.02, 1.04, 1.01, 1.03, 1.05, 1.02, 1.0, 1.04, 1.03)


def rounds(seconds: float, shape: Sequence[float] = DRIFT) -> tuple[float, ...]:
    """Rounds about this long."""
    return tuple(seconds * share for share in shape)


def measured(
    candidate: Candidate,
    seconds: float | Sequence[float],
    case: Workload = SMALL,
    cpu: float = 1e-4,
    payload: int = 100,
    wire: int = 300,
) -> Measurement:
    """A measurement; of a single number, rounds that drift about it."""
    values = rounds(seconds) if isinstance(seconds, float) else tuple(seconds)
    return Measurement(candidate.id, case.id, values, cpu, cpu, payload, wire)


def results(
    *measurements: Measurement,
    cases: Sequence[Workload] = (SMALL,),
    candidates: Sequence[Candidate] = (GRPC, AIO, AIOHTTP, REQUESTS, RAW),
    mode: str = "quick",
    machine: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
) -> Results:
    """Results of these measurements; of the candidates only those that were measured."""
    there = {measurement.candidate for measurement in measurements}
    took_part = tuple(candidate for candidate in candidates if candidate.id in there)
    known = {"processor": "a processor", "Python": "3.12.1"} if machine is None else machine
    return Results(
        took_part, tuple(cases), measurements, mode, known, "2026-01-02T03:04:05+01:00", 21.5, tuple(notes)
    )


def full() -> Results:
    """Two cases: in the first gRPC is ahead, in the second REST."""
    return results(
        measured(GRPC, 1e-3),
        measured(AIO, 1.5e-3),
        measured(AIOHTTP, 2e-3, payload=250, wire=500),
        measured(REQUESTS, 5e-3, payload=250, wire=700),
        measured(GRPC, 40e-3, RATE, payload=6400),
        measured(AIOHTTP, 20e-3, RATE, payload=9000),
        cases=(SMALL, RATE),
    )


class Page(HTMLParser):
    """Which elements a piece of HTML really has, in order, and its text; every element must be closed."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += breakable(data)

    def all(self, tag: str, name: str | None = None) -> list[dict[str, str | None]]:
        """The attributes of all elements with this tag, and with this class if one is given."""
        return [
            attrs
            for kind, attrs in self.elements
            if kind == tag and (name is None or name in (attrs.get("class") or "").split())
        ]

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}


def page(of: Results) -> Page:
    """The view of these results, without its style."""
    return Page(of._repr_mimebundle_()["text/html"].split("</style>", 1)[1])
