"""How the results of a comparison look: as text for a terminal, and as a view for a notebook."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import zip_longest

from ..views.bars import Bars
from ..views.contest import contest_html
from ..views.contest_values import Contest, Contestant, Match, Pair
from ..views.style import bundle as with_style
from ..views.style import fmt_bytes, fmt_duration
from .judging import FAMILIES, Entry, Spread, Standing, judge, standings
from .phrases import factor, listed, rate, speed, spoken
from .values import Case, Measurement, Results
from .words import overall, sentences

TITLE = "gRPC and REST, measured on this machine"
LEGEND = (
    "◆ shares the first place: nobody was faster beyond the spread. Median over the rounds, their middle half, and "
    "the ratio of the medians; in sentences ratios are taken round by round, with their middle half in brackets. "
    "Processor time and bytes are for one run, bytes both ways. A floor shows what is left when the client does next "
    "to nothing; nobody would use it, and it takes no part in who is ahead. Client and server share one machine: "
    "there is no network in between."
)
_WIDTH = 108
_SIGN = "◆"


def text(results: Results) -> str:
    """The results for a terminal, at most 110 columns wide."""
    found = standings(results)
    parts = [TITLE, *(_wrapped(line) for line in (when(results), machine(results)) if line)]
    parts += [_wrapped(f"▲ {note}") for note in results.notes]
    parts += ["", _wrapped(" ".join(overall(found)))]
    if any(standing.entries for standing in found):
        parts += ["", *_grid(*pairs_table(found), "lll")]
    for standing in found:
        parts += ["", "", standing.case.title, _wrapped(standing.case.question)]
        if standing.entries:
            parts += ["", *_grid(header(standing.case), cells(standing), "llrlrrrrr"), ""]
        parts += [_wrapped(f"- {line}") for line in sentences(standing, _thorough(results))]
        parts += [_wrapped(line) for line in gaps(standing)]
    if any(standing.entries for standing in found):
        parts += ["", _wrapped(LEGEND)]
    return "\n".join(parts)


def bundle(results: Results) -> dict[str, str]:
    """The results as the mime bundle of a static view: HTML with its style, and text."""
    return with_style(contest_html(contest(results)), text(results), "contest.css")


def measured(results: Results, case: str) -> dict[str, Measurement]:
    """What was measured in one case, by the contender's id, the lowest median first.

    Raises:
        ValueError: there is no such case.
    """
    return {entry.contender.id: entry.measurement for entry in _named(results, case).entries}


def bars(results: Results, case: str) -> Bars:
    """One case as `Bars`, by contender: seconds, or the rate where that tells more.

    Raises:
        ValueError: there is no such case.
    """
    standing = _named(results, case)
    known = standing.case
    samples = {}
    for entry in standing.entries:
        rounds = [s for s in entry.rounds if s > 0] if known.per_second else entry.rounds
        if rounds:
            samples[entry.name] = [known.items / s for s in rounds] if known.per_second else rounds
    unit, what = ("", f", {_unit(known)}") if known.per_second else ("s", "")
    return Bars(samples, unit, f"{known.title}{what}", known.question)


def _named(results: Results, case: str) -> Standing:
    for known in results.cases:
        if known.id == case:
            return judge(results, known)
    names = ", ".join(repr(known.id) for known in results.cases)
    raise ValueError(f"no case {case!r} in these results; there are {names or 'none'}")


def contest(results: Results) -> Contest:
    """The plain values that the view draws."""
    found = standings(results)
    return Contest(
        title=TITLE,
        when=when(results),
        machine=machine(results),
        notes=results.notes,
        summary=overall(found),
        pairs=tuple(_pair(standing) for standing in found),
        matches=tuple(_match(standing, _thorough(results)) for standing in found),
        legend=LEGEND,
    )


def when(results: Results) -> str:
    """When it ran, in which mode, and how long it took."""
    told = [f"{results.mode} mode"] if results.mode else []
    told += [f"took {fmt_duration(results.seconds)}"] if results.seconds > 0 else []
    told += [f"started {results.started.replace('T', ' ')}"] if results.started else []
    return ", ".join(told).capitalize()


def machine(results: Results) -> str:
    """What it ran on and with."""
    return "; ".join(f"{key}: {value}" for key, value in results.machine.items())


def header(case: Case) -> tuple[str, ...]:
    """The names of the columns that `cells` has."""
    measure = _unit(case) if case.per_second else "median"
    return "", "contender", measure, "middle half", "ratio", "client CPU", "server CPU", "payload", "wire"


def cells(standing: Standing) -> list[tuple[str, ...]]:
    """The table of one case, the lowest median first, and last of all a floor."""
    rows = []
    for entry in standing.entries:
        found = entry.measurement
        middle, half = _figures(standing.case, entry.seconds)
        cpu = fmt_duration(found.client_cpu), fmt_duration(found.server_cpu)
        size = fmt_bytes(found.payload), fmt_bytes(found.wire)
        sign = _SIGN if _is_first(standing, entry) else ""
        name = f"{entry.name} (floor)" if entry.contender.floor else entry.name
        rows.append((sign, name, middle, half, _ratio(standing, entry), *cpu, *size))
    return rows


def pairs_table(found: Sequence[Standing]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows of the table over all cases: the best of either side, and which one is ahead."""
    drawn = [_pair(standing) for standing in found]
    rows = [
        (pair.title, ": ".join(filter(None, pair.grpc)), ": ".join(filter(None, pair.rest)), pair.verdict)
        for pair in drawn
    ]
    return ("case", "best of gRPC", "best of REST", "ahead"), rows


def gaps(standing: Standing) -> tuple[str, ...]:
    """Who has no figures here."""
    told = {"▲ No result": standing.failed, "Not in this case": standing.absent}
    return tuple(
        f"{why}: {listed(spoken(contender.name) for contender in who)}." for why, who in told.items() if who
    )


def _pair(standing: Standing) -> Pair:
    """The best of either side in one case."""
    best = {name: standing.family(name)[:1] for name in FAMILIES}
    duel, times = standing.duel, None
    if duel is None:
        verdict = "not compared"
    elif not standing.enough or duel.times is None:
        verdict = "too few rounds"
    else:
        verdict = f"{duel.one.family}, {factor(duel.times.middle)}×" if duel.decided else "neither"
        verdict += " (one contender)" if standing.depends_on else ""
        if all(duel.times):
            swapped = duel.one.family == "REST"
            times = Spread(*(1 / value for value in reversed(duel.times))) if swapped else duel.times
        best[duel.one.family] = (duel.one,)
    grpc, rest = (
        (spoken(entries[0].name), speed(standing.case, entries[0].seconds.middle)) if entries else ("–", "")
        for entries in best.values()
    )
    return Pair(standing.case.title, grpc, rest, verdict, standing.leader or "", times)


def _match(standing: Standing, thorough: bool) -> Match:
    """One case, as it is drawn."""
    case = standing.case
    rows = []
    for entry, row in zip(standing.entries, cells(standing), strict=True):
        low, middle, high = entry.seconds
        if case.per_second:
            low, middle, high = (case.items / s if s > 0 else 0.0 for s in (high, middle, low))
        found = entry.measurement
        rows.append(
            Contestant(
                row[1], entry.family, bool(row[0]), middle, low, high, row[2], row[3], row[4],
                found.client_cpu, found.server_cpu, found.payload, found.wire,
            )
        )  # fmt: skip
    unit, better = (_unit(case), "more") if case.per_second else ("s", "less")
    told = sentences(standing, thorough)
    return Match(case.title, case.question, unit, better, tuple(rows), told, gaps(standing))


def _figures(case: Case, seconds: Spread) -> tuple[str, str]:
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


def _ratio(standing: Standing, entry: Entry) -> str:
    least = standing.entries[0].seconds.middle
    return f"{factor(entry.seconds.middle / least)}×" if least > 0 and len(standing.entries) > 1 else ""


def _is_first(standing: Standing, entry: Entry) -> bool:
    """Whether the sign of the first place belongs to it: with too few rounds nobody has it."""
    return standing.enough and len(standing.entries) > 1 and entry in standing.first


def _unit(case: Case) -> str:
    return f"{case.of}s/s"


def _thorough(results: Results) -> bool:
    return results.mode == "thorough"


def _wrapped(line: str) -> str:
    return textwrap.fill(
        line, _WIDTH, break_long_words=True, subsequent_indent="  " if line[:1] in "▲-" else ""
    )


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]], align: str) -> list[str]:
    """A table in lines; what is too long for the page is broken, the widest text column first."""
    table = [head, *rows]
    widths = [max(1, *(len(row[column]) for row in table)) for column in range(len(head))]
    align = align.ljust(len(head), "l")
    while sum(widths) + 2 * len(widths) > _WIDTH and max(widths) > 12:
        widths[max(range(len(widths)), key=widths.__getitem__)] -= 1
    lines = []
    for row in table:
        broken = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
        for parts in zip_longest(*broken, fillvalue=""):
            padded = (
                part.rjust(width) if side == "r" else part.ljust(width)
                for part, width, side in zip(parts, widths, align, strict=True)
            )
            lines.append("  ".join(padded).rstrip())
    return lines
