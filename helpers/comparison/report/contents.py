"""The contents of a report: title and legend, the tables of its cases, and all of it as the values that are drawn."""

from __future__ import annotations

from collections.abc import Sequence

from helpers.comparison.findings import overall, sentences
from helpers.comparison.formats import factor, listed, rate, rate_unit, speed, spoken
from helpers.comparison.ranking import (
    FAMILIES,
    LEAST_RATIO,
    LEAST_ROUNDS,
    Entry,
    HeadToHead,
    Ranking,
    Spread,
    rankings,
)
from helpers.comparison.values import MeasuredRun, Workload
from helpers.views.kit.style import fmt_bytes, fmt_duration

from .model import CandidateRow, CaseSection, OverviewRow, Report

TITLE = "gRPC and REST, measured on this machine"
LEGEND = (
    "◆ shares the first place: nobody could be called faster. Shown are the median over the rounds, their middle half "
    "(what is left without the quickest and the slowest quarter), and the quotient of two medians as the ratio. "
    f"Faster is called only who, in {LEAST_ROUNDS} rounds or more, has a middle half that does not overlap with the other "
    "one, was faster in more than nine rounds in ten, and has a median that is more than "
    f"{round(100 * (LEAST_RATIO - 1))} % lower; all others could not be told apart. A side leads where nobody of the "
    "other side shares the first place. "
    "Processor time and bytes are for one run, bytes both ways. A baseline shows what is left when the client does next "
    "to nothing; nobody would use it, and it takes no part in who is ahead. Client and server share one machine: "
    "there is no network in between."
)
_SIGN = "◆"


def report(results: MeasuredRun) -> Report:
    """The plain values that the view draws."""
    found = rankings(results)
    return Report(
        title=TITLE,
        when=when(results),
        machine=machine(results),
        notes=results.notes,
        summary=overall(found),
        pairs=tuple(_pair(ranking) for ranking in found),
        tutorials=_tutorials(found),
        sections=tuple(_section(ranking, is_thorough(results)) for ranking in found),
        legend=LEGEND,
    )


def when(results: MeasuredRun) -> str:
    """When it ran, in which mode, and how long it took."""
    parts = [f"{results.mode} mode"] if results.mode else []
    parts += [f"took {fmt_duration(results.seconds)}"] if results.seconds > 0 else []
    parts += [f"started {results.started.replace('T', ' ')}"] if results.started else []
    return ", ".join(parts).capitalize()


def machine(results: MeasuredRun) -> str:
    """What it ran on and with."""
    return "; ".join(f"{key}: {value}" for key, value in results.machine.items())


def header(case: Workload) -> tuple[str, ...]:
    """The names of the columns that `cells` has."""
    measure = rate_unit(case) if case.per_second else "median"
    return "", "candidate", measure, "middle half", "ratio", "client CPU", "server CPU", "payload", "wire"


def cells(ranking: Ranking) -> list[tuple[str, ...]]:
    """The table of one case, the lowest median first, and last of all a baseline."""
    rows: list[tuple[str, ...]] = []
    for entry in ranking.entries:
        found = entry.measurement
        middle, half = _figures(ranking.case, entry.seconds)
        cpu = fmt_duration(found.client_cpu), fmt_duration(found.server_cpu)
        size = fmt_bytes(found.payload), fmt_bytes(found.wire)
        sign = _SIGN if _is_first(ranking, entry) else ""
        name = f"{entry.name} (baseline)" if entry.candidate.baseline else entry.name
        rows.append((sign, name, middle, half, _ratio(ranking, entry), *cpu, *size))
    return rows


def pairs_table(found: Sequence[Ranking]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows of the table over all cases: the best of either side, and which one is ahead."""
    return ("case", "best of gRPC", "best of REST", "ahead"), [_cells(_pair(ranking)) for ranking in found]


def tutorials_table(found: Sequence[Ranking]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The same for what a tutorial of each side shows."""
    return ("the two you wrote", "gRPC", "REST", "ahead"), [_cells(pair) for pair in _tutorials(found)]


def _cells(pair: OverviewRow) -> tuple[str, ...]:
    return pair.title, ": ".join(filter(None, pair.grpc)), ": ".join(filter(None, pair.rest)), pair.verdict


def gaps(ranking: Ranking) -> tuple[str, ...]:
    """Who has no figures here."""
    missing = {"▲ No result": ranking.failed, "Not in this case": ranking.absent}
    return tuple(
        f"{why}: {listed(spoken(candidate.name) for candidate in who)}."
        for why, who in missing.items()
        if who
    )


def _pair(ranking: Ranking) -> OverviewRow:
    """The best of either side in one case."""
    pair = ranking.head_to_head
    if pair is not None:
        return _set_against(ranking, pair, " (one candidate)" if ranking.depends_on else "")
    grpc, rest = (_value(ranking, ranking.family(name)[:1]) for name in FAMILIES)
    return OverviewRow(ranking.case.title, grpc, rest, "not compared", "", None)


def _tutorials(found: Sequence[Ranking]) -> tuple[OverviewRow, ...]:
    """What a tutorial of each side shows, in the cases in which both take part."""
    pairs = [(ranking, ranking.tutorials) for ranking in found]
    return tuple(_set_against(ranking, pair) for ranking, pair in pairs if pair is not None)


def _set_against(ranking: Ranking, pair: HeadToHead, remark: str = "") -> OverviewRow:
    times, leader = pair.times, ""
    if not ranking.enough:
        verdict, times = "too few rounds", None
    elif times is None:
        verdict = "the clock is too coarse"
    elif pair.decided:
        verdict, leader = (
            f"{pair.one.family}, {factor(times.middle)}×{remark}",
            pair.one.family,
        )
    else:
        verdict = "could not be told apart"
    if times is not None and pair.one.family == "REST":
        times = Spread(*(1 / value for value in reversed(times))) if all(times) else None
    sides = {entry.family: entry for entry in (pair.one, pair.other)}
    grpc, rest = (_value(ranking, (sides[name],)) for name in FAMILIES)
    return OverviewRow(ranking.case.title, grpc, rest, verdict, leader, times)


def _value(ranking: Ranking, entries: Sequence[Entry]) -> tuple[str, str]:
    """A candidate's name and its median."""
    if not entries:
        return "–", ""
    return spoken(entries[0].name), speed(ranking.case, entries[0].seconds.middle)


def _section(ranking: Ranking, thorough: bool) -> CaseSection:
    """One case, as it is drawn."""
    case = ranking.case
    rows = []
    for entry, row in zip(ranking.entries, cells(ranking), strict=True):
        low, middle, high = entry.seconds
        if case.per_second:
            low, middle, high = (case.items / s if s > 0 else 0.0 for s in (high, middle, low))
        found = entry.measurement
        rows.append(
            CandidateRow(
                row[1], entry.family, bool(row[0]), middle, low, high, row[2], row[3], row[4],
                found.client_cpu, found.server_cpu, found.payload, found.wire,
            )
        )  # fmt: skip
    unit, better = (rate_unit(case), "more") if case.per_second else ("s", "less")
    findings = sentences(ranking, thorough)
    return CaseSection(case.title, case.question, unit, better, tuple(rows), findings, gaps(ranking))


def _figures(case: Workload, seconds: Spread) -> tuple[str, str]:
    """Median and middle half, written."""
    low, middle, high = seconds
    if not case.per_second:
        return fmt_duration(middle), _span(fmt_duration(low), fmt_duration(high))
    low, middle, high = (case.items / s if s > 0 else 0.0 for s in (high, middle, low))
    shown = [rate(value) if value else "–" for value in (low, middle, high)]
    return shown[1], _span(shown[0], shown[2])


def _span(low: str, high: str) -> str:
    """`1.20 – 1.31 ms`: the unit is written once where it is the same."""
    number, _, unit = low.partition(" ")
    return f"{number if high.endswith(f' {unit}') else low} – {high}"


def _ratio(ranking: Ranking, entry: Entry) -> str:
    least = ranking.entries[0].seconds.middle
    return f"{factor(entry.seconds.middle / least)}×" if least > 0 and len(ranking.entries) > 1 else ""


def _is_first(ranking: Ranking, entry: Entry) -> bool:
    """Whether the sign of the first place belongs to it: with too few rounds nobody has it."""
    return ranking.enough and len(ranking.entries) > 1 and entry in ranking.first


def is_thorough(results: MeasuredRun) -> bool:
    """Whether the comparison ran in its thorough mode."""
    return results.mode == "thorough"
