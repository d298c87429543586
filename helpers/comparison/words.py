"""What a comparison found, in sentences that come out of its figures and of nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..views.style import fmt_bytes, fmt_duration
from .judging import FAMILIES, LEAST_ROUNDS, Duel, Entry, Spread, Standing, faster, ratio
from .phrases import factor, listed, number, speed, spoken
from .values import Case

WIDE = 0.2
"""A middle half wider than this share of its median is called wide."""
SAME_BYTES = 1.02
OTHER_CPU = 1.25  # processor time has no spread of its own here, so small differences are not worth a word


def overall(standings: Sequence[Standing]) -> tuple[str, ...]:
    """The paragraph over all cases: where which side led."""
    if not any(standing.entries for standing in standings):
        return ("Nothing was measured.",)
    compared = [standing for standing in standings if standing.duel and standing.enough]
    if not compared:
        return ("In no case were both sides measured often enough to say who is ahead.",)
    led = {family: [s for s in compared if s.leader == family] for family in FAMILIES}
    level = [standing for standing in compared if standing.leader is None]
    if len(compared) == 1:
        told = ["One case was compared."]
    else:
        counts = {**{family: len(led[family]) for family in FAMILIES}, "neither": len(level)}
        parts = [f"{who} led in {number(count)}" for who, count in counts.items() if count]
        told = [f"Of {number(len(compared))} cases, {listed(parts)}."]
    for family in FAMILIES:
        if led[family]:
            told.append(f"{family} led in {listed(map(_margin, led[family]))}.")
    if level:
        told.append(f"No difference beyond the spread in {listed(_quoted(s.case) for s in level)}.")
    if all(led.values()):
        told.append("Which one is faster depends on what you do with it.")
    if left := len(standings) - len(compared):
        told.append(f"In {number(left)} more, too little was measured to compare the two sides.")
    return tuple(told)


def sentences(standing: Standing, thorough: bool = False) -> tuple[str, ...]:
    """What was found in one case.

    Args:
        standing: the case.
        thorough: the comparison ran in its thorough mode, so that advising it is of no use.
    """
    if not standing.entries:
        return ("Nothing was measured here.",)
    if not standing.enough:
        had = f"{number(standing.rounds)} round{'' if standing.rounds == 1 else 's'}"
        few = f"Only {had}: too few to call anything faster. It takes {number(LEAST_ROUNDS)}."
        return few, *_bytes(standing)
    parts: tuple[Callable[[Standing], Iterable[str]], ...] = (
        _first,
        _families,
        _field,
        _clients,
        _bytes,
        _cpu,
    )
    return (*(text for part in parts for text in part(standing)), *_noise(standing, thorough))


def _first(standing: Standing) -> Iterable[str]:
    """Who was fastest, or who share the first place."""
    if len(standing.contesting) < 2:
        return
    best = standing.first[0]
    if len(standing.first) == 1:
        yield f"{_name(best)} was fastest: {_took(standing.case, best)}."
    elif len(standing.first) == len(standing.contesting):
        yield f"No difference beyond the spread. {_all(len(standing.first))} share the first place."
    else:
        names = listed(map(_name, standing.first))
        yield f"No difference beyond the spread between {names}: they share the first place."


def _families(standing: Standing) -> Iterable[str]:
    """The best of one family against the best of the other."""
    duel = standing.duel
    if duel is None:
        family = standing.entries[0].family
        other = FAMILIES[1 - FAMILIES.index(family)]
        yield f"Only {family} was measured here, and nothing of {other} to set against it."
    elif duel.times is None:
        yield f"The clock is too coarse to compare the best of {duel.one.family} with the best of {duel.other.family}."
    elif not duel.decided:
        one, other = (f"{_name(e)} with {_speed(standing.case, e)}" for e in (duel.one, duel.other))
        yield f"The best of either side cannot be told apart: {one}, {other}."
        low, high = factor(duel.times.low), factor(duel.times.high)
        if low != high:
            took = f"{duel.other.family} took {low} to {high} times as long as {duel.one.family}"
            yield f"Round by round, {took} (the middle half of the rounds)."
    else:
        name, family = _name(duel.other), duel.other.family
        if len(standing.family(family)) > 1:
            name = f"The best of {family}" + (f", {name}," if name != family else "")
        yield f"{name} {_behind(standing.case, duel)}."
        yield from _without(standing, duel)


def _without(standing: Standing, duel: Duel) -> Iterable[str]:
    """What the lead is worth without its best contender."""
    family = duel.one.family
    if alone := standing.depends_on:
        leader = standing.without(alone).leader
        changed = f"{leader} would lead" if leader else "neither side would lead"
        yield f"That {family} leads here rests on {_name(alone)} alone: without it, {changed}."
    elif less := standing.lesser_lead:
        yield f"Without {_name(duel.one)}, {family} would lead by {_times(less)}."


def _behind(case: Case, duel: Duel) -> str:
    """How far the other one is behind."""
    assert duel.times is not None
    if not case.per_second:
        return f"took {_times(duel.times)} as long as {_name(duel.one)}"
    more = f"{_times(duel.times)} as many"
    return f"came to {_speed(case, duel.other)}; {_name(duel.one)} to {_speed(case, duel.one)}, {more}"


def _field(standing: Standing) -> Iterable[str]:
    """How all of one family stand to the best of the other: that family's own best may be a rare choice."""
    duel = standing.duel
    if duel is None:
        return
    # The larger family, for it has more to choose from; of two equal ones the one that is behind.
    mark = min((duel.one, duel.other), key=lambda entry: len(standing.family(entry.family)))
    (family,) = (name for name in FAMILIES if name != mark.family)
    members = standing.family(family)
    if len(members) < 2:
        return
    ahead = sum(faster(entry.rounds, mark.rounds) for entry in members)
    behind = sum(faster(mark.rounds, entry.rounds) for entry in members)
    counts = [(ahead, "faster than"), (len(members) - ahead - behind, "level with"), (behind, "slower than")]
    (count, word), *others = [pair for pair in counts if pair[0]]
    if not others:
        yield f"{_all(count)} {family} contenders are {word} {_name(mark)}."
        return
    rest = [f"{number(n)} {'is' if n == 1 else 'are'} {how.partition(' ')[0]}" for n, how in others]
    first = f"{number(count)} {'is' if count == 1 else 'are'} {word} {_name(mark)}"
    yield f"Of the {number(len(members))} {family} contenders, {', '.join([first, *rest[:-1]])} and {rest[-1]}."


def _clients(standing: Standing) -> Iterable[str]:
    """What the choice of the client does on the same server."""
    servers: dict[tuple[str, str], list[Entry]] = {}
    for entry in standing.entries:
        key = (entry.contender.server, entry.contender.protocol)
        servers.setdefault(key, []).append(entry)
    for (server, _), entries in servers.items():
        clients = {entry.contender.client for entry in entries}
        if len(entries) < 2 or len(clients) < len(entries):
            continue  # one client, or variants that differ in more than the client
        # A floor stands last, and is the quickest as a rule: what a client costs, it tells best.
        least, *_, most = sorted(entries, key=lambda entry: entry.seconds.middle)
        times = ratio(most.rounds, least.rounds)
        if times is None or not faster(least.rounds, most.rounds):
            yield f"On the same server ({server}), the client made no difference beyond the spread."
        else:
            slow, quick = spoken(most.contender.client), spoken(least.contender.client)
            took = f"{slow} took {_times(times)} as long as {quick}"
            yield f"On the same server ({server}), {took}."


def _bytes(standing: Standing) -> Iterable[str]:
    """Who sends less: payload, and all that went over the wire."""
    duel = standing.duel
    if duel is None:
        return
    names = " and ".join(sorted((_name(duel.one), _name(duel.other))))
    for what, key in (("Payload", "payload"), ("Bytes on the wire", "wire")):
        small, large = sorted((duel.one, duel.other), key=lambda entry: getattr(entry.measurement, key))
        least, most = getattr(small.measurement, key), getattr(large.measurement, key)
        if least == most:
            yield f"{what}: {fmt_bytes(least)} with either of {names}."
        elif most <= SAME_BYTES * least:
            yield f"{what}: about {fmt_bytes(least)} with either of {names}."
        else:
            times = f", {factor(most / least)} times as much" if least > 0 else ""
            yield f"{what}: {fmt_bytes(least)} with {_name(small)}, {fmt_bytes(most)} with {_name(large)}{times}."


def _cpu(standing: Standing) -> Iterable[str]:
    """Processor time, where it tells another story than the clock."""
    duel = standing.duel
    if duel is None or not (duel.one.cpu > 0 and duel.other.cpu > 0):
        return
    least, most = sorted((duel.one, duel.other), key=lambda entry: entry.cpu)
    if most.cpu < OTHER_CPU * least.cpu or (duel.decided and most is not duel.one):
        return
    figures = (
        f"client and server together worked {fmt_duration(most.cpu)} for {_name(most)}, "
        f"{fmt_duration(least.cpu)} for {_name(least)}"
    )
    if duel.decided:
        yield f"The processor disagrees with the clock: {figures}."
    else:
        yield f"The clock sees no difference, the processor does: {figures}."


def _noise(standing: Standing, thorough: bool) -> Iterable[str]:
    """What makes the figures doubtful, and what to do about it."""
    for entry in standing.entries:
        if len(entry.rounds) < LEAST_ROUNDS:
            yield f"{_name(entry)} has only {len(entry.rounds)} of the rounds: nothing is claimed about it."
    wide = sorted(
        (entry for entry in standing.entries if entry.seconds.width > WIDE),
        key=lambda entry: -entry.seconds.width,
    )
    if not wide:
        return
    most = f"{_name(wide[0])}: {100 * wide[0].seconds.width:.0f} % of its median"
    if len(wide) == 1:
        found = f"The spread is wide for {most}."
    else:
        of_all = "both" if len(wide) == len(standing.entries) == 2 else f"{number(len(wide))} of them"
        found = f"The spread is wide for {of_all}, most for {most}."
    cure = (
        "close other programs and run it again"
        if thorough
        else "close other programs, or use the thorough mode"
    )
    yield f"{found} For a clearer answer, {cure}."


def _margin(standing: Standing) -> str:
    """A case, and by how much its leader led."""
    duel = standing.duel
    assert duel is not None
    alone = standing.depends_on
    by = [f"{factor(duel.times.middle)} times"] if duel.times else []
    by += [f"thanks to {_name(alone)} alone"] if alone else []
    if less := standing.lesser_lead:
        by.append(f"{factor(less.middle)} without {_name(duel.one)}")
    return f"{_quoted(standing.case)} ({', '.join(by)})" if by else _quoted(standing.case)


def _quoted(case: Case) -> str:
    return f"“{case.title}”"


def _took(case: Case, entry: Entry) -> str:
    """The median of one run, with what a run is."""
    if case.per_second or case.items == 1:
        return f"{_speed(case, entry)}{'' if case.per_second else f' for a {case.of}'}"
    return f"{_speed(case, entry)} for {case.items:,} {case.of}s"


def _speed(case: Case, entry: Entry) -> str:
    return speed(case, entry.seconds.middle).replace("/s", " a second")


def _times(value: Spread) -> str:
    """A ratio with its middle half, where that says more than the ratio itself."""
    low, high = factor(value.low), factor(value.high)
    return f"{factor(value.middle)} times{f' ({low} to {high})' if low != high else ''}"


def _all(count: int) -> str:
    return "Both" if count == 2 else f"All {number(count)}"


def _name(entry: Entry) -> str:
    return spoken(entry.name)
