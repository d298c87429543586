"""The findings of a comparison, as sentences that come out of its figures and of nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from helpers.views.kit.style import fmt_bytes, fmt_duration

from .formats import factor, listed, number, speed, spoken
from .ranking import FAMILIES, LEAST_ROUNDS, Entry, HeadToHead, Ranking, Spread, faster, ratio
from .values import Workload

WIDE = 0.2
"""A middle half wider than this share of its median is called wide."""
SAME_BYTES = 1.02
OTHER_CPU = 1.25  # processor time has no spread of its own here, so small differences are not worth a word


def overall(rankings: Sequence[Ranking]) -> tuple[str, ...]:
    """The paragraph over all cases: where which side led."""
    if not any(ranking.entries for ranking in rankings):
        return ("Nothing was measured.",)
    compared = [ranking for ranking in rankings if ranking.head_to_head and ranking.enough]
    if not compared:
        return ("In no case were both sides measured often enough to say who is ahead.",)
    led = {family: [s for s in compared if s.leader == family] for family in FAMILIES}
    level = [ranking for ranking in compared if ranking.leader is None]
    if len(compared) == 1:
        said = ["One case was compared."]
    else:
        parts = [f"{family} led in {number(len(led[family]))}" for family in FAMILIES if led[family]]
        parts += [f"in {number(len(level))} the two sides could not be told apart"] if level else []
        said = [f"Of {number(len(compared))} cases, {listed(parts)}."]
    for family in FAMILIES:
        if led[family]:
            said.append(f"{family} led in {listed(map(_margin, led[family]))}.")
    if level:
        said.append(f"Could not be told apart: {listed(_quoted(s.case) for s in level)}.")
    if all(led.values()):
        said.append("Which one is faster depends on what you do with it.")
    if left := len(rankings) - len(compared):
        said.append(f"In {number(left)} more, too little was measured to compare the two sides.")
    return tuple(said)


def sentences(ranking: Ranking, thorough: bool = False) -> tuple[str, ...]:
    """What was found in one case.

    Args:
        ranking: the case.
        thorough: the comparison ran in its thorough mode, so that advising it is of no use.
    """
    if not ranking.entries:
        return ("Nothing was measured here.",)
    if not ranking.enough:
        noun = "round" if ranking.rounds == 1 else "rounds"
        few = f"Only {number(ranking.rounds)} {noun}: too few to call anything faster. It takes {number(LEAST_ROUNDS)}."
        return few, *_bytes(ranking)
    parts: tuple[Callable[[Ranking], Iterable[str]], ...] = (
        _first,
        _families,
        _field,
        _tutorials,
        _clients,
        _bytes,
        _cpu,
    )
    return (*(text for part in parts for text in part(ranking)), *_noise(ranking, thorough))


def _first(ranking: Ranking) -> Iterable[str]:
    """Who was fastest, or who share the first place."""
    if len(ranking.ranked) < 2:
        return
    best = ranking.first[0]
    if len(ranking.first) == 1:
        yield f"{_name(best)} was fastest: {_took(ranking.case, best)}."
    else:
        yield f"{listed(map(_name, ranking.first))} could not be told apart: they share the first place."


def _families(ranking: Ranking) -> Iterable[str]:
    """The best of one family against the best of the other."""
    pair = ranking.head_to_head
    if pair is None:
        family = ranking.entries[0].family
        other = FAMILIES[1 - FAMILIES.index(family)]
        yield f"Only {family} was measured here, and nothing of {other} to set against it."
    elif pair.times is None:
        yield f"The clock is too coarse to compare the best of {pair.one.family} with the best of {pair.other.family}."
    elif not pair.decided:
        one, other = (f"{_name(e)} with {_speed(ranking.case, e)}" for e in (pair.one, pair.other))
        yield f"The best of either side could not be told apart: {one}, {other}."
    else:
        name, family = _name(pair.other), pair.other.family
        if len(ranking.family(family)) > 1:
            name = f"The best of {family}" + (f", {name}," if name != family else "")
        yield f"{name} {_behind(ranking.case, pair)}."
        yield from _without(ranking, pair)


def _without(ranking: Ranking, pair: HeadToHead) -> Iterable[str]:
    """What the lead is worth without its best candidate."""
    family = pair.one.family
    if alone := ranking.depends_on:
        leader = ranking.without(alone).leader
        changed = f"{leader} would lead" if leader else "neither side would lead"
        yield f"That {family} leads here rests on {_name(alone)} alone: without it, {changed}."
    elif less := ranking.lesser_lead:
        yield f"Without {_name(pair.one)}, {family} would lead by {_times(less)}."


def _behind(case: Workload, pair: HeadToHead) -> str:
    """How far the other one is behind."""
    assert pair.times is not None
    if not case.per_second:
        return f"took {_times(pair.times)} as long as {_name(pair.one)}"
    more = f"{_times(pair.times)} as many"
    return f"came to {_speed(case, pair.other)}; {_name(pair.one)} to {_speed(case, pair.one)}, {more}"


def _field(ranking: Ranking) -> Iterable[str]:
    """How all of one family stand to the best of the other: that family's own best may be a rare choice."""
    pair = ranking.head_to_head
    if pair is None:
        return
    # The larger family, for it has more to choose from; of two equal ones the one that is behind.
    mark = min((pair.one, pair.other), key=lambda entry: len(ranking.family(entry.family)))
    (family,) = (name for name in FAMILIES if name != mark.family)
    members = ranking.family(family)
    if len(members) < 2:
        return
    ahead = sum(faster(entry.rounds, mark.rounds) for entry in members)
    behind = sum(faster(mark.rounds, entry.rounds) for entry in members)
    apart = "could not be told apart from"
    counts = [(ahead, "faster than"), (len(members) - ahead - behind, apart), (behind, "slower than")]
    (count, how), *others = [pair for pair in counts if pair[0]]
    if not others:
        yield f"{_all(count)} {family} candidates {_be(count, how)} {_name(mark)}."
        return
    first = f"{number(count)} {_be(count, how)} {_name(mark)}"
    rest = [f"{number(n)} {_be(n, how if how == apart else how.partition(' ')[0])}" for n, how in others]
    rest = [f"{text} it" if text.endswith("from") else text for text in rest]
    yield f"Of the {number(len(members))} {family} candidates, {', '.join([first, *rest[:-1]])} and {rest[-1]}."


def _be(count: int, how: str) -> str:
    """`is faster than`, `are faster than`, `could not be told apart from`."""
    return how if how.startswith("could") else f"{'is' if count == 1 else 'are'} {how}"


def _tutorials(ranking: Ranking) -> Iterable[str]:
    """What a tutorial of each side shows, against each other."""
    pair = ranking.tutorials
    if pair is None or pair.times is None:
        return
    if pair.decided:
        yield f"The two you wrote: {_name(pair.other)} {_behind(ranking.case, pair)}."
    else:
        one, other = (f"{_name(e)} with {_speed(ranking.case, e)}" for e in (pair.one, pair.other))
        yield f"The two you wrote could not be told apart: {one}, {other}."


def _clients(ranking: Ranking) -> Iterable[str]:
    """What the choice of the client does on the same server."""
    servers: dict[tuple[str, str], list[Entry]] = {}
    for entry in ranking.entries:
        key = (entry.candidate.server, entry.candidate.protocol)
        servers.setdefault(key, []).append(entry)
    for (server, _), entries in servers.items():
        clients = {entry.candidate.client for entry in entries}
        if len(entries) < 2 or len(clients) < len(entries):
            continue  # one client, or variants that differ in more than the client
        # A baseline stands last, and is the quickest as a rule: what a client costs, it tells best.
        least, *_, most = sorted(entries, key=lambda entry: entry.seconds.middle)
        times = ratio(most.seconds, least.seconds)
        slow, quick = spoken(most.candidate.client), spoken(least.candidate.client)
        if times is None or not faster(least.rounds, most.rounds):
            both = f"the quickest client ({quick}) and the slowest ({slow})"
            yield f"On the same server ({server}), {both} could not be told apart."
        else:
            took = f"{slow} took {_times(times)} as long as {quick}"
            yield f"On the same server ({server}), {took}."


def _bytes(ranking: Ranking) -> Iterable[str]:
    """Who sends less: payload, and all that went over the wire."""
    pair = ranking.head_to_head
    if pair is None:
        return
    names = " and ".join(sorted((_name(pair.one), _name(pair.other))))
    for what, key in (("Payload", "payload"), ("Bytes on the wire", "wire")):
        small, large = sorted((pair.one, pair.other), key=lambda entry: getattr(entry.measurement, key))
        least, most = getattr(small.measurement, key), getattr(large.measurement, key)
        if least == most:
            yield f"{what}: {fmt_bytes(least)} with either of {names}."
        elif most <= SAME_BYTES * least:
            yield f"{what}: about {fmt_bytes(least)} with either of {names}."
        else:
            times = f", {factor(most / least)} times as much" if least > 0 else ""
            yield f"{what}: {fmt_bytes(least)} with {_name(small)}, {fmt_bytes(most)} with {_name(large)}{times}."


def _cpu(ranking: Ranking) -> Iterable[str]:
    """Processor time, where it tells another story than the clock."""
    pair = ranking.head_to_head
    if pair is None or not (pair.one.cpu > 0 and pair.other.cpu > 0):
        return
    least, most = sorted((pair.one, pair.other), key=lambda entry: entry.cpu)
    if most.cpu < OTHER_CPU * least.cpu or (pair.decided and most is not pair.one):
        return
    figures = (
        f"client and server together worked {fmt_duration(most.cpu)} for {_name(most)}, "
        f"{fmt_duration(least.cpu)} for {_name(least)}"
    )
    if pair.decided:
        yield f"The processor disagrees with the clock: {figures}."
    else:
        yield f"By the clock they could not be told apart; by the processor: {figures}."


def _noise(ranking: Ranking, thorough: bool) -> Iterable[str]:
    """What makes the figures doubtful, and what to do about it."""
    for entry in ranking.entries:
        if len(entry.rounds) < LEAST_ROUNDS:
            yield f"{_name(entry)} has only {len(entry.rounds)} of the rounds: nothing is claimed about it."
    wide = sorted(
        (entry for entry in ranking.entries if entry.seconds.width > WIDE),
        key=lambda entry: -entry.seconds.width,
    )
    if not wide:
        return
    most = f"{_name(wide[0])}: {100 * wide[0].seconds.width:.0f} % of its median"
    if len(wide) == 1:
        found = f"The spread is wide for {most}."
    else:
        of_all = "both" if len(wide) == len(ranking.entries) == 2 else f"{number(len(wide))} of them"
        found = f"The spread is wide for {of_all}, most for {most}."
    cure = (
        "close other programs and run it again"
        if thorough
        else "close other programs, or use the thorough mode"
    )
    yield f"{found} For a clearer answer, {cure}."


def _margin(ranking: Ranking) -> str:
    """A case, and by how much its leader led."""
    pair = ranking.head_to_head
    assert pair is not None
    alone = ranking.depends_on
    by = [f"{factor(pair.times.middle)} times"] if pair.times else []
    by += [f"thanks to {_name(alone)} alone"] if alone else []
    if less := ranking.lesser_lead:
        by.append(f"{factor(less.middle)} without {_name(pair.one)}")
    return f"{_quoted(ranking.case)} ({', '.join(by)})" if by else _quoted(ranking.case)


def _quoted(case: Workload) -> str:
    return f"“{case.title}”"


def _took(case: Workload, entry: Entry) -> str:
    """The median of one run, with what a run is."""
    if case.per_second or case.items == 1:
        return f"{_speed(case, entry)}{'' if case.per_second else f' for a {case.of}'}"
    return f"{_speed(case, entry)} for {case.items:,} {case.of}s"


def _speed(case: Workload, entry: Entry) -> str:
    return speed(case, entry.seconds.middle).replace("/s", " a second")


def _times(value: Spread) -> str:
    """The quotient of two medians."""
    return f"{factor(value.middle)} times"


def _all(count: int) -> str:
    return "Both" if count == 2 else f"All {number(count)}"


def _name(entry: Entry) -> str:
    return spoken(entry.name)
