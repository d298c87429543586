"""What may be claimed of a comparison, in which findings, and what its files hold."""

from __future__ import annotations

import csv
import dataclasses
import json
import random
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.comparison import export, findings, formats
from helpers.comparison.ranking import Spread, faster, first_place, rank, rankings, ratio, spread
from helpers.comparison.results import Results
from helpers.comparison.values import Candidate, Measurement, Workload
from tests.comparison.samples import (
    AIO,
    AIOHTTP,
    GRPC,
    RATE,
    RAW,
    REQUESTS,
    SMALL,
    Page,
    full,
    measured,
    page,
    results,
    rounds,
)

CLAIMS = re.compile(r"\b(was fastest|led in|leads|faster than|slower than|as long as|came to)\b")


def told(found: Results, case: int = 0) -> str:
    """The sentences of one case."""
    return " ".join(findings.sentences(rankings(found)[case], found.mode == "thorough"))


def summary(found: Results) -> str:
    return " ".join(findings.overall(rankings(found)))


# Judging


def test_a_spread_is_the_middle_half():
    assert spread([5.0, 1, 2, 3, 100]) == (2, 3, 5)
    assert spread([7.0]) == (7, 7, 7)
    assert spread([1.0, 2, 3, 4, 5]).width == pytest.approx(2 / 3)
    assert spread([0.0, 0]).width == 0
    with pytest.raises(ValueError, match="at least one"):
        spread([])


def test_a_ratio_is_the_quotient_of_the_medians_between_what_the_middle_halves_allow():
    one, other = Spread(3, 4, 6), Spread(1, 2, 3)
    assert ratio(one, other) == (1, 2, 6)
    assert ratio(other, one) == (1 / 6, 0.5, 1)
    assert ratio(one, Spread(0, 0, 0)) is None


def test_every_ratio_that_is_shown_is_the_quotient_of_the_medians_beside_it():
    # Round by round it would be 1.9 times, and the medians differ by a factor of 1.4.
    restless = [1.0, 4.0, 1.1, 4.2, 1.2, 4.1, 1.1, 4.0, 1.2, 2.0]
    steady = [2.0, 2.0, 2.1, 2.1, 2.2, 2.2, 2.1, 2.1, 2.2, 2.2]
    found = results(measured(GRPC, restless), measured(AIOHTTP, steady), measured(REQUESTS, [9.0] * 10))
    ranking = rank(found, SMALL)
    least = ranking.entries[0].seconds.middle
    from helpers.comparison.report.contents import cells

    for entry, row in zip(ranking.entries, cells(ranking), strict=True):
        assert row[4] == f"{formats.factor(entry.seconds.middle / least)}×"
    assert (
        ranking.head_to_head.times.middle
        == ranking.head_to_head.other.seconds.middle / ranking.head_to_head.one.seconds.middle
    )


def test_no_side_leads_while_the_other_shares_the_first_place():
    """The quickest of gRPC is beaten by a REST client, but another of gRPC, which varies more, is not."""
    steady, restless = [1.2] * 10, [0.9, 1.7] * 5
    found = results(measured(AIOHTTP, [0.98] * 10), measured(GRPC, steady), measured(AIO, restless))
    ranking = rank(found, SMALL)
    assert {entry.family for entry in ranking.first} == {"gRPC", "REST"}
    assert ranking.leader is None
    assert ranking.head_to_head.one.candidate is AIOHTTP
    assert ranking.head_to_head.other.candidate is AIO, "the one that could not be told apart"
    assert "could not be told apart: Starlette (aiohttp) with 980 ms, gRPC (asyncio)" in told(found)
    assert "led" not in summary(found)
    assert "could not be told apart" in str(found)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.lists(st.lists(st.floats(0.5, 2), min_size=10, max_size=10), min_size=4, max_size=4))
def test_a_leader_has_the_first_place_for_itself(samples):
    found = results(*map(measured, (GRPC, AIO, AIOHTTP, REQUESTS), samples))
    ranking = rank(found, SMALL)
    families = {entry.family for entry in ranking.first}
    assert families == ({ranking.leader} if ranking.leader else {"gRPC", "REST"})
    pair = ranking.head_to_head
    assert pair.decided == faster(pair.one.rounds, pair.other.rounds)
    if not pair.decided:
        assert {pair.one, pair.other} <= {*ranking.first}


def test_the_two_of_the_tutorials_are_set_against_each_other():
    tutorial, other = (dataclasses.replace(one, tutorial=True) for one in (GRPC, REQUESTS))
    known = (tutorial, AIOHTTP, other)
    found = results(
        measured(tutorial, 2e-3), measured(AIOHTTP, 1e-3), measured(other, 6e-3), candidates=known
    )
    assert rank(found, SMALL).leader == "REST"
    assert "The two you wrote: Starlette (requests) took 3.0 times as long as gRPC (threads)." in told(found)
    row = str(found).partition("the two you wrote")[2].splitlines()[1]
    assert row.startswith("A small call ")
    assert row.endswith("gRPC, 3.0×")
    assert "The two you wrote" in page(found).text
    level = results(measured(tutorial, 2e-3), measured(other, 2e-3), candidates=known)
    assert "The two you wrote could not be told apart: gRPC (threads) with 2.05 ms," in told(level)
    assert "two you wrote" not in str(results(measured(GRPC, 1e-3), measured(REQUESTS, 1e-3)))


def test_a_clear_difference_is_told():
    assert faster(rounds(1.0), rounds(1.3))
    assert not faster(rounds(1.3), rounds(1.0))


def test_equal_ones_and_none_are_not_told_apart():
    assert not faster(rounds(1.0), rounds(1.0))
    assert not faster([0.0] * 10, [0.0] * 10)
    assert not faster([], [])


def test_zero_against_something_is_a_difference():
    assert faster([0.0] * 10, rounds(1.0))


def test_overlapping_middle_halves_are_not_told_apart():
    """One is faster in every round, but a machine that drifts that much proves little."""
    drifting = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert not faster(drifting, [1.1 * value for value in drifting])


def test_middle_halves_apart_do_not_suffice():
    """It must also be faster in more than nine rounds out of ten."""
    one = [1.0] * 8 + [9.0, 9.0]
    assert not faster(one, [2.0] * 10)
    assert faster([1.0] * 19 + [9.0], [2.0] * 20)


def test_rounds_are_compared_in_pairs():
    """The same values, but in other rounds: the quartiles are the same, and the answer is not."""
    slow = [2.0] * 18 + [1.0] * 2
    assert faster([1.1] * 18 + [0.9] * 2, slow)
    assert not faster([1.1] * 20, slow)


@pytest.mark.parametrize("count", range(8))
def test_few_rounds_claim_nothing(count):
    assert not faster([1.0] * count, [100.0] * count)


def test_of_eight_rounds_all_must_be_won():
    assert faster([1.0] * 7 + [1.9], [2.0] * 8)
    assert not faster([1.0] * 7 + [2.1], [2.0] * 8)
    assert faster([1.0] * 10 + [2.1], [2.0] * 11)


def test_a_few_percent_are_no_difference():
    assert not faster([1.0] * 20, [1.04] * 20)
    assert faster([1.0] * 20, [1.06] * 20)


@pytest.mark.parametrize("count", [8, 11, 15])
def test_chance_alone_rarely_gets_past_it(count):
    source = random.Random(count)
    pairs = alone = some = 0
    for _ in range(100):
        values = {str(n): [source.lognormvariate(0, 0.1) for _ in range(count)] for n in range(9)}
        first = first_place(values)
        alone += len(first) == 1
        some += len(first) < 9
        pairs += sum(faster(values[a], values[b]) for a, b in zip("0246", "1357", strict=True))
    assert alone == 0
    assert pairs <= 8  # of 400
    assert some <= 25


def test_the_first_place_is_shared_by_all_that_nobody_beat():
    values = {"c": rounds(3.0), "a": rounds(1.0), "b": rounds(1.01)}
    assert first_place(values) == ("a", "b")
    assert first_place({"x": [1.0, 2], "y": [5.0, 6]}) == ("x", "y")
    assert first_place({}) == ()


def test_a_restless_leader_does_not_pull_up_whom_a_steady_one_beat():
    restless = [0.5, 2.5] * 4 + [0.9, 0.9]
    values = {"restless": restless, "steady": [1.0] * 10, "slow": [1.5] * 10}
    assert first_place(values) == ("restless", "steady")


def test_a_standing_knows_who_has_no_result():
    found = results(
        measured(GRPC, 1e-3), measured(RAW, ()), measured(AIOHTTP, [1.0, float("nan")]), cases=(SMALL, RATE)
    )
    small, rate = rankings(found)
    assert [entry.candidate for entry in small.entries] == [GRPC]
    assert (small.failed, small.absent) == ((AIOHTTP, RAW), ())
    assert (rate.entries, rate.absent) == ((), (GRPC, AIOHTTP, RAW))


def test_measurements_of_nobody_are_left_out():
    found = dataclasses.replace(results(measured(GRPC, 1e-3)), candidates=())
    assert rankings(found)[0].entries == ()


# Words


@pytest.mark.parametrize(("fast", "slow"), [(GRPC, AIOHTTP), (AIOHTTP, GRPC)])
def test_whoever_is_faster_is_said_to_be(fast, slow):
    found = results(measured(fast, 1e-3), measured(slow, 2e-3))
    name, other = formats.spoken(fast.name), formats.spoken(slow.name)
    assert f"{name} was fastest: 1.03 ms for a call." in told(found)
    assert f" {other} took 2.0 times as long as {name}." in told(found)
    assert summary(found) == f"One case was compared. {fast.family} led in “A small call” (2.0 times)."
    assert rankings(found)[0].leader == fast.family


@pytest.mark.parametrize(("fast", "slow"), [(GRPC, AIOHTTP), (AIOHTTP, GRPC)])
def test_rates_are_told_as_rates(fast, slow):
    found = results(measured(fast, 20e-3, RATE), measured(slow, 60e-3, RATE), cases=(RATE,))
    assert f"{formats.spoken(fast.name)} was fastest: 3,120 calls a second." in told(found)
    one, other = formats.spoken(slow.name), formats.spoken(fast.name)
    expected = f"{one} came to 1,040 calls a second; {other} to 3,120 calls a second, 3.0 times as many."
    assert expected in told(found)


def test_a_tie_has_no_winner():
    found = results(measured(GRPC, 1e-3), measured(AIOHTTP, 1e-3))
    both = "gRPC (threads) and Starlette (aiohttp)"
    assert f"{both} could not be told apart: they share the first place." in told(found)
    both = "gRPC (threads) with 1.03 ms, Starlette (aiohttp) with 1.03 ms"
    assert f"The best of either side could not be told apart: {both}." in told(found)
    assert CLAIMS.findall(told(found) + summary(found)) == []
    assert summary(found) == "One case was compared. Could not be told apart: “A small call”."


@pytest.mark.parametrize("name", ["gRPC", "gRPC, threads"])
def test_the_best_of_several_is_named(name):
    known = dataclasses.replace(GRPC, name=name)
    found = results(
        measured(AIOHTTP, 1e-3), measured(known, 2e-3), measured(AIO, 3e-3), candidates=(known, AIO, AIOHTTP)
    )
    best = "The best of gRPC took" if name == "gRPC" else "The best of gRPC, gRPC (threads), took"
    assert f"{best} 2.0 times as long as Starlette (aiohttp)." in told(found)


def test_some_share_the_first_place():
    found = results(measured(GRPC, 1e-3), measured(AIOHTTP, 1.01e-3), measured(REQUESTS, 5e-3))
    both = "gRPC (threads) and Starlette (aiohttp)"
    assert f"{both} could not be told apart: they share the first place." in told(found)
    counted = "Of the two REST candidates, one could not be told apart from gRPC (threads) and one is slower."
    assert counted in told(found)


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ((2e-3, 3e-3), "Both REST candidates are slower than gRPC (threads)."),
        ((2e-4, 3e-4), "Both REST candidates are faster than gRPC (threads)."),
        ((1e-3, 1e-3), "Both REST candidates could not be told apart from gRPC (threads)."),
        ((2e-4, 2e-3), "Of the two REST candidates, one is faster than gRPC (threads) and one is slower."),
    ],
)
def test_the_whole_family_is_counted(times, sentence):
    found = results(measured(GRPC, 1e-3), measured(AIOHTTP, times[0]), measured(REQUESTS, times[1]))
    assert sentence in told(found)


def test_three_of_each_kind_are_listed():
    more = [dataclasses.replace(AIOHTTP, id=f"x{n}", name=f"X{n}", server=f"server {n}") for n in range(5)]
    times = (5e-4, 6e-4, 1e-3, 2e-3, 3e-3)
    found = results(
        measured(GRPC, 1e-3), *(map(measured, more, times)), candidates=(GRPC, *more)
    )  # fmt: skip
    assert (
        "Of the five REST candidates, two are faster than gRPC (threads), "
        "one could not be told apart from it and two are slower." in told(found)
    )


def test_a_baseline_is_shown_and_is_nobody_to_beat():
    baseline = dataclasses.replace(RAW, baseline=True)
    found = results(
        measured(GRPC, 1e-3),
        measured(AIOHTTP, 2e-3),
        measured(baseline, 1e-4),
        candidates=(GRPC, AIOHTTP, baseline),
    )
    ranking = rank(found, SMALL)
    assert [entry.candidate for entry in ranking.entries] == [GRPC, AIOHTTP, baseline]
    assert [entry.candidate for entry in ranking.first] == [GRPC]
    assert ranking.leader == "gRPC"
    assert "gRPC (threads) was fastest" in told(found)
    assert "| Starlette, raw socket (baseline) |" in export.to_markdown(found)
    # What a client costs is told against it, though.
    assert (
        "On the same server (Starlette on uvicorn), aiohttp took 20 times as long as a raw socket."
        in told(found)
    )
    alone = results(measured(baseline, 1e-4), candidates=(baseline,))
    assert rank(alone, SMALL).first == ()
    assert "fastest" not in str(alone)


def test_a_lead_that_rests_on_one_candidate_is_said_to():
    found = results(measured(GRPC, 1e-3), measured(RAW, 5e-4), measured(AIOHTTP, 1e-3))
    sentence = (
        "That REST leads here rests on Starlette (raw socket) alone: without it, neither side would lead."
    )
    assert sentence in told(found)
    assert "(2.0 times, thanks to Starlette (raw socket) alone)" in summary(found)
    turned = results(measured(GRPC, 1e-3), measured(RAW, 5e-4), measured(AIOHTTP, 2e-3))
    assert "without it, gRPC would lead." in told(turned)
    both = results(measured(GRPC, 1e-3), measured(RAW, 5e-4), measured(AIOHTTP, 6e-4))
    assert "rests on" not in told(both)
    assert "Without" not in told(both)
    assert "rests on" not in told(results(measured(GRPC, 1e-3), measured(RAW, 5e-4)))


@pytest.mark.parametrize(("best", "next_one", "other"), [(RAW, AIOHTTP, GRPC), (GRPC, AIO, RAW)])
def test_a_lead_that_shrinks_without_its_best_is_told_in_both_sizes(best, next_one, other):
    found = results(measured(other, 1e-3), measured(best, 2e-4), measured(next_one, 5e-4))
    name = formats.spoken(best.name)
    assert f"Without {name}, {best.family} would lead by 2.0 times." in told(found)
    assert f"“A small call” (5.0 times, 2.0 without {name})." in summary(found)


def test_what_the_client_does_on_the_same_server():
    found = results(measured(RAW, 1e-3), measured(AIOHTTP, 2e-3), measured(REQUESTS, 2.9e-3))
    expected = "On the same server (Starlette on uvicorn), requests took 2.9 times as long as a raw socket."
    assert expected in told(found)
    equal = results(measured(RAW, 1e-3), measured(AIOHTTP, 1e-3))
    both = "the quickest client (aiohttp) and the slowest (a raw socket)"
    assert f"On the same server (Starlette on uvicorn), {both} could not be told apart." in told(equal)
    assert "the client" not in told(results(measured(RAW, 1e-3), measured(GRPC, 1e-3)))


def test_variants_of_one_client_say_nothing_about_clients():
    variant = dataclasses.replace(AIOHTTP, id="variant", name="Starlette, aiohttp, 100 a write")
    found = results(measured(AIOHTTP, 1e-3), measured(variant, 5e-3), candidates=(AIOHTTP, variant))
    assert "same server" not in told(found)


def test_one_side_alone_is_not_compared():
    found = results(measured(GRPC, 1e-3), measured(AIO, 2e-3))
    assert "Only gRPC was measured here, and nothing of REST to set against it." in told(found)
    assert summary(found) == "In no case were both sides measured often enough to say who is ahead."


@pytest.mark.parametrize(("grpc", "rest"), [(100, 250), (250, 100)])
def test_bytes_name_who_sends_less(grpc, rest):
    found = results(
        measured(GRPC, 1e-3, payload=grpc, wire=700), measured(AIOHTTP, 2e-3, payload=rest, wire=500)
    )
    less, more = ("gRPC (threads)", "Starlette (aiohttp)")[:: 1 if grpc < rest else -1]
    assert f"Payload: 100 B with {less}, 250 B with {more}, 2.5 times as much." in told(found)
    # The wire may tell another story than the payload.
    assert (
        "on the wire: 500 B with Starlette (aiohttp), 700 B with gRPC (threads), 1.4 times as much."
        in told(found)
    )


def test_bytes_that_are_the_same():
    same = results(measured(GRPC, 1e-3, payload=0), measured(AIOHTTP, 1e-3, payload=0, wire=303))
    assert "Payload: 0 B with either of Starlette (aiohttp) and gRPC (threads)." in told(same)
    assert "on the wire: about 300 B with either of" in told(same)
    none = results(measured(GRPC, 1e-3, payload=0), measured(AIOHTTP, 1e-3, payload=9))
    assert "Payload: 0 B with gRPC (threads), 9 B with Starlette (aiohttp)." in told(none)


@pytest.mark.parametrize(("fast", "slow"), [(GRPC, AIOHTTP), (AIOHTTP, GRPC)])
def test_the_processor_is_heard_where_it_disagrees(fast, slow):
    found = results(measured(fast, 1e-3, cpu=8e-4), measured(slow, 2e-3, cpu=4e-4))
    one, other = formats.spoken(fast.name), formats.spoken(slow.name)
    worked = f"client and server together worked 1.60 ms for {one}, 800 µs for {other}."
    assert f"The processor disagrees with the clock: {worked}" in told(found)
    level = results(measured(fast, 1e-3, cpu=8e-4), measured(slow, 1e-3, cpu=4e-4))
    assert f"By the clock they could not be told apart; by the processor: {worked}" in told(level)
    agrees = results(measured(fast, 1e-3, cpu=4e-4), measured(slow, 2e-3, cpu=8e-4))
    assert "processor" not in told(agrees)
    nothing = results(measured(fast, 1e-3, cpu=0.0), measured(slow, 2e-3, cpu=0.0))
    assert "processor" not in told(nothing)


def test_a_wide_spread_is_said_with_a_cure():
    wide = [1e-3, 2e-3] * 5
    found = results(measured(GRPC, wide), measured(AIOHTTP, 1e-3))
    assert "The spread is wide for gRPC (threads): 67 % of its median." in told(found)
    assert "use the thorough mode" in told(found)
    thorough = dataclasses.replace(found, mode="thorough")
    assert "close other programs and run it again" in told(thorough)
    assert "wide for both, most for" in told(results(measured(GRPC, wide), measured(AIOHTTP, wide)))
    assert "spread is wide" not in told(results(measured(GRPC, 1e-3), measured(AIOHTTP, 1e-3)))


def test_few_rounds_say_only_that():
    found = results(measured(GRPC, [1e-3] * 3), measured(AIOHTTP, [9e-3] * 3))
    assert told(found).startswith("Only three rounds: too few to call anything faster. It takes eight.")
    assert CLAIMS.findall(told(found) + summary(found)) == []


def test_one_with_fewer_rounds_is_named():
    found = results(measured(GRPC, 1e-3), measured(AIOHTTP, [9e-3] * 2))
    assert "Starlette (aiohttp) has only 2 of the rounds: nothing is claimed about it." in told(found)
    assert rankings(found)[0].leader is None


def test_the_paragraph_over_all_cases():
    found = full()
    assert summary(found) == (
        "Of two cases, gRPC led in one and REST led in one. "
        "gRPC led in “A small call” (2.0 times, 1.3 without gRPC (threads)). "
        "REST led in “64 at once” (2.0 times). Which one is faster depends on what you do with it."
    )
    more = dataclasses.replace(found, cases=(*found.cases, Workload("rest", "The rest", "?")))
    assert summary(more).endswith("In one more, too little was measured to compare the two sides.")
    assert summary(results()) == "Nothing was measured."


def test_one_side_may_lead_everywhere_or_nobody():
    for rest, sentence in (
        (
            5e-4,
            "Of two cases, REST led in two. REST led in “A small call” (2.0 times) and “64 at once” (2.0 times).",
        ),
        (
            1e-3,
            "Of two cases, in two the two sides could not be told apart. "
            "Could not be told apart: “A small call” and “64 at once”.",
        ),
        (
            2e-3,
            "Of two cases, gRPC led in two. gRPC led in “A small call” (2.0 times) and “64 at once” (2.0 times).",
        ),
    ):
        measurements = (
            measured(one, took, case) for case in (SMALL, RATE) for one, took in ((GRPC, 1e-3), (RAW, rest))
        )
        assert summary(results(*measurements, cases=(SMALL, RATE))) == sentence


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5"), (0.999, "1"), (1, "1"), (1.06, "1.06"), (1.1, "1.1"), (2, "2.0"),
        (9.94, "9.9"), (12.4, "12"), (1234, "1,234"),
    ],
)  # fmt: skip
def test_factors(value, text):
    assert formats.factor(value) == text


def test_numbers_and_rates_and_lists():
    assert [formats.number(n) for n in (0, 3, 10, 1000)] == ["zero", "three", "10", "1,000"]
    assert [formats.rate(value) for value in (12_543, 123.4, 12.34, 0.5)] == ["12,500", "123", "12.3", "0.5"]
    assert formats.speed(RATE, 0) == "–"
    assert [formats.listed("abc"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


# Any results at all

NAMES = st.text(max_size=12)
SECONDS = st.lists(
    st.one_of(st.floats(0, 100), st.sampled_from([0.0, 1e-3, float("nan"), float("inf"), -1.0])), max_size=12
)


@st.composite
def any_results(draw: st.DrawFn) -> Results:
    count, cases = draw(st.integers(0, 5)), draw(st.integers(0, 3))
    candidates = tuple(
        Candidate(
            str(n), draw(NAMES), draw(st.sampled_from(["gRPC", "REST"])), "HTTP/2", draw(NAMES), draw(NAMES),
            draw(st.booleans()), draw(st.booleans()),
        )
        for n in range(count)
    )  # fmt: skip
    known = tuple(
        Workload(str(n), draw(NAMES), draw(NAMES), draw(st.integers(1, 9999)), "call", draw(st.booleans()))
        for n in range(cases)
    )
    numbers, sizes = st.floats(0, 10), st.integers(0, 10**9)
    measurements = tuple(
        Measurement(
            str(draw(st.integers(0, 6))), str(draw(st.integers(0, 4))), tuple(draw(SECONDS)),
            draw(numbers), draw(numbers), draw(sizes), draw(sizes),
        )
        for _ in range(draw(st.integers(0, 8)))
    )  # fmt: skip
    machine = draw(st.dictionaries(NAMES, NAMES, max_size=2))
    notes = tuple(draw(st.lists(NAMES, max_size=2)))
    return Results(candidates, known, measurements, draw(NAMES), machine, draw(NAMES), draw(numbers), notes)


@settings(derandomize=True, deadline=None, max_examples=120)
@given(any_results())
def test_any_results_can_be_shown_and_written(found):
    assert max(map(len, str(found).splitlines())) <= 110
    Page(found._repr_mimebundle_()["text/html"].split("</style>", 1)[1])
    for write in export.WRITERS.values():
        write(found)
    ElementTree.fromstring(export.to_svg(found))
    for ranking in rankings(found):
        assert len(ranking.first) >= min(1, len(ranking.ranked))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.lists(st.floats(0, 1e3), min_size=1, max_size=12),
    st.lists(st.sampled_from([GRPC, AIO, AIOHTTP, REQUESTS, RAW]), min_size=2, unique=True),
    st.sampled_from([SMALL, RATE]),
)
def test_equal_values_give_no_claim(seconds, candidates, case):
    found = results(*(measured(candidate, seconds, case) for candidate in candidates), cases=(case,))
    assert CLAIMS.findall(told(found) + summary(found)) == []
    assert rankings(found)[0].leader is None


# Files


def as_json(found: Results) -> dict[str, object]:
    """What a file has to hold of results: each field, and what it is."""
    return json.loads(json.dumps({"format": export.FORMAT, **dataclasses.asdict(found)}))


def test_json_has_everything(tmp_path):
    found = full()
    path = found.save(tmp_path / "run.json")
    assert path == tmp_path / "run.json"
    assert json.loads(path.read_text(encoding="utf-8")) == as_json(found)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(any_results())
def test_any_finite_results_survive_a_file(found):
    finite = [m for m in found.measurements if all(0 <= s < 1e9 for s in m.seconds)]
    found = dataclasses.replace(found, measurements=tuple(finite))
    assert json.loads(export.to_json(found)) == as_json(found)


def test_csv_has_a_row_for_each(tmp_path):
    with full().save(tmp_path / "run.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["case"], row["candidate"]) for row in rows] == [
        ("small", "grpc"), ("small", "grpc-aio"), ("small", "aiohttp"), ("small", "requests"),
        ("many", "aiohttp"), ("many", "grpc"),
    ]  # fmt: skip
    first = rows[0]
    assert float(first["median_s"]) == pytest.approx(1.025e-3)
    assert float(first["first_quartile_s"]) < float(first["median_s"]) < float(first["third_quartile_s"])
    assert float(rows[4]["per_second"]) == pytest.approx(64 / 20.5e-3)
    assert [row["first_place"] for row in rows] == ["1", "0", "0", "0", "1", "0"]
    assert (first["payload_bytes"], first["wire_bytes"], first["machine: Python"]) == ("100", "300", "3.12.1")


def test_csv_of_nothing_has_a_head():
    assert export.to_csv(results()).startswith("case,candidate,mode,started,notes,machine: processor")


def test_markdown_has_the_tables_and_shows_text_as_it_is():
    text = export.to_markdown(full())
    assert "| ◆ | gRPC, threads | 1.03 ms |" in text
    assert "## 64 at once" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables} == {5, 10}
    odd = dataclasses.replace(GRPC, name="<b>a|b</b> *x*\n`y` [z](u)")
    text = export.to_markdown(results(measured(odd, 1e-3), candidates=(odd,)))
    assert r"&lt;b&gt;a\|b&lt;/b&gt; \*x\* \`y\` \[z\](u)" in text


def test_a_picture_is_drawn_to_scale():
    tree = ElementTree.fromstring(export.to_svg(full()))
    svg = "{http://www.w3.org/2000/svg}"
    bars = {kind: tree.findall(f"{svg}rect[@class='{kind}']") for kind in ("grpc", "rest")}
    key, first, second, rate = (float(bar.get("width")) for bar in bars["grpc"])
    assert second / first == pytest.approx(1.5, rel=0.01)
    # Each striped bar has its stripes.
    assert len(tree.findall(f"{svg}line[@class='hatch']")) == len(bars["rest"]) == 4
    assert float(bars["rest"][-1].get("width")) / rate == pytest.approx(2, rel=0.01)
    assert key == 26
    texts = [element.text for element in tree.iter(f"{svg}text")]
    assert {"gRPC, threads", "ms, less is better", "calls/s, more is better", "◆"} <= set(texts)
    assert tree.find(f"{svg}title").text


def test_a_picture_escapes_what_xml_cannot_hold():
    odd = dataclasses.replace(GRPC, name="<b>\x00&\ud800")
    tree = ElementTree.fromstring(export.to_svg(results(measured(odd, 1e-3), candidates=(odd,))))
    assert "<b>\ufffd&\ufffd" in [element.text for element in tree.iter()]


def test_a_page_stands_alone():
    text = export.to_html(full())
    page = Page(text)
    assert text.startswith("<!doctype html>")
    assert page.tags().isdisjoint({"script", "link", "img"})
    assert "prefers-color-scheme:dark" in text
    assert "A small call" in page.text


@pytest.mark.parametrize("suffix", export.WRITERS)
def test_every_format_is_written(tmp_path, suffix):
    odd = dataclasses.replace(full(), notes=("a lone \ud800 surrogate",))
    path = odd.save(str(tmp_path / f"run{suffix.upper()}"))
    assert path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "kind", "why"),
    [
        ("run", ValueError, r"'run' does not say what to write; end its name in one of \.json, \.csv"),
        ("run.xlsx", ValueError, "'run.xlsx' does not say"),
        ("no/run.json", FileNotFoundError, "there is no folder '.*no' to write into; make it first"),
        ("folder.md", IsADirectoryError, "is a folder; name a file in it"),
        ("x" * 300 + ".md", OSError, "cannot be written: .*; choose another place"),
    ],
)
def test_a_path_that_does_not_work_is_told_with_its_cure(tmp_path, name, kind, why):
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(kind, match=why):
        full().save(tmp_path / name)
