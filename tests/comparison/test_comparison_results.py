"""What may be claimed of a comparison, in which words, and what its files hold."""

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
from results_samples import (
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
    results,
    rounds,
)

from helpers.comparison import export, judging, phrases, words
from helpers.comparison.values import Case, Contender, Measurement, Results

CLAIMS = re.compile(r"\b(was fastest|led in|leads|faster than|slower than|as long as|came to)\b")


def told(found: Results, case: int = 0) -> str:
    """The sentences of one case."""
    return " ".join(words.sentences(judging.standings(found)[case], found.mode == "thorough"))


def summary(found: Results) -> str:
    return " ".join(words.overall(judging.standings(found)))


# Judging


def test_a_spread_is_the_middle_half():
    assert judging.spread([5.0, 1, 2, 3, 100]) == (2, 3, 5)
    assert judging.spread([7.0]) == (7, 7, 7)
    assert judging.spread([1.0, 2, 3, 4, 5]).width == pytest.approx(2 / 3)
    assert judging.spread([0.0, 0]).width == 0
    with pytest.raises(ValueError, match="at least one"):
        judging.spread([])


def test_a_ratio_is_taken_round_by_round():
    # The machine became ten times slower in the middle of it; side by side nothing changed.
    other = [1.0, 1, 1, 10, 10]
    assert judging.ratio([2 * value for value in other], other) == (2, 2, 2)
    assert judging.ratio([1.0, 2, 3], [0.0, 0, 0]) is None
    assert judging.ratio([1.0, 2, 3], [0.0, 1, 1]) == (2.25, 2.5, 2.75)


def test_a_clear_difference_is_told():
    assert judging.faster(rounds(1.0), rounds(1.3))
    assert not judging.faster(rounds(1.3), rounds(1.0))


def test_equal_ones_and_none_are_not_told_apart():
    assert not judging.faster(rounds(1.0), rounds(1.0))
    assert not judging.faster([0.0] * 10, [0.0] * 10)
    assert not judging.faster([], [])


def test_zero_against_something_is_a_difference():
    assert judging.faster([0.0] * 10, rounds(1.0))


def test_overlapping_middle_halves_are_not_told_apart():
    """One is faster in every round, but a machine that drifts that much proves little."""
    drifting = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert not judging.faster(drifting, [1.1 * value for value in drifting])


def test_middle_halves_apart_do_not_suffice():
    """It must also be faster in more than nine rounds out of ten."""
    one = [1.0] * 8 + [9.0, 9.0]
    assert not judging.faster(one, [2.0] * 10)
    assert judging.faster([1.0] * 19 + [9.0], [2.0] * 20)


def test_rounds_are_compared_in_pairs():
    """The same values, but in other rounds: the quartiles are the same, and the answer is not."""
    slow = [2.0] * 18 + [1.0] * 2
    assert judging.faster([1.1] * 18 + [0.9] * 2, slow)
    assert not judging.faster([1.1] * 20, slow)


@pytest.mark.parametrize("count", range(5))
def test_few_rounds_claim_nothing(count):
    assert not judging.faster([1.0] * count, [100.0] * count)


def test_five_rounds_claim_only_what_does_not_touch():
    assert judging.faster([1.0, 1, 1, 1, 1.9], [2.0] * 5)
    # With more rounds one slow one would not matter; of five it is a fifth.
    slowed = [2.0, 2, 2, 2, 3.5]
    assert not judging.faster([1.0, 1, 1, 1, 2.1], slowed)
    assert judging.faster([1.0] * 8 + [2.1], [2.0] * 8 + [3.5])


def test_a_few_percent_are_no_difference():
    assert not judging.faster([1.0] * 20, [1.04] * 20)
    assert judging.faster([1.0] * 20, [1.06] * 20)


@pytest.mark.parametrize("count", [5, 8, 11, 15])
def test_chance_alone_rarely_gets_past_it(count):
    source = random.Random(count)
    pairs = alone = some = 0
    for _ in range(100):
        values = {str(n): [source.lognormvariate(0, 0.1) for _ in range(count)] for n in range(9)}
        first = judging.first_place(values)
        alone += len(first) == 1
        some += len(first) < 9
        pairs += sum(judging.faster(values[a], values[b]) for a, b in zip("0246", "1357", strict=True))
    assert alone == 0
    assert pairs <= 8  # of 400
    assert some <= 25


def test_the_first_place_is_shared_by_all_that_nobody_beat():
    values = {"c": rounds(3.0), "a": rounds(1.0), "b": rounds(1.01)}
    assert judging.first_place(values) == ("a", "b")
    assert judging.first_place({"x": [1.0, 2], "y": [5.0, 6]}) == ("x", "y")
    assert judging.first_place({}) == ()


def test_a_restless_leader_does_not_pull_up_whom_a_steady_one_beat():
    restless = [0.5, 2.5] * 4 + [0.9, 0.9]
    values = {"restless": restless, "steady": [1.0] * 10, "slow": [1.5] * 10}
    assert judging.first_place(values) == ("restless", "steady")


def test_a_standing_knows_who_has_no_result():
    found = results(
        measured(GRPC, 1e-3), measured(RAW, ()), measured(AIOHTTP, [1.0, float("nan")]), cases=(SMALL, RATE)
    )
    small, rate = judging.standings(found)
    assert [entry.contender for entry in small.entries] == [GRPC]
    assert (small.failed, small.absent) == ((AIOHTTP, RAW), ())
    assert (rate.entries, rate.absent) == ((), (GRPC, AIOHTTP, RAW))


def test_measurements_of_nobody_are_left_out():
    found = dataclasses.replace(results(measured(GRPC, 1e-3)), contenders=())
    assert judging.standings(found)[0].entries == ()


# Words


@pytest.mark.parametrize(("fast", "slow"), [(GRPC, AIOHTTP), (AIOHTTP, GRPC)])
def test_whoever_is_faster_is_said_to_be(fast, slow):
    found = results(measured(fast, 1e-3), measured(slow, 2e-3))
    name, other = phrases.spoken(fast.name), phrases.spoken(slow.name)
    assert f"{name} was fastest: 1.03 ms for a call." in told(found)
    assert f" {other} took 2.0 times as long as {name}." in told(found)
    assert summary(found) == f"One case was compared. {fast.family} led in “A small call” (2.0 times)."
    assert judging.standings(found)[0].leader == fast.family


@pytest.mark.parametrize(("fast", "slow"), [(GRPC, AIOHTTP), (AIOHTTP, GRPC)])
def test_rates_are_told_as_rates(fast, slow):
    found = results(measured(fast, 20e-3, RATE), measured(slow, 60e-3, RATE), cases=(RATE,))
    assert f"{phrases.spoken(fast.name)} was fastest: 3,120 calls a second." in told(found)
    one, other = phrases.spoken(slow.name), phrases.spoken(fast.name)
    expected = f"{one} came to 1,040 calls a second; {other} to 3,120 calls a second, 3.0 times as many."
    assert expected in told(found)


def test_a_tie_has_no_winner():
    found = results(measured(GRPC, 1e-3), measured(AIOHTTP, 1e-3))
    assert "No difference beyond the spread. Both share the first place." in told(found)
    both = "gRPC (threads) with 1.03 ms, Starlette (aiohttp) with 1.03 ms"
    assert f"The best of either side cannot be told apart: {both}." in told(found)
    assert CLAIMS.findall(told(found) + summary(found)) == []
    assert summary(found) == "One case was compared. No difference beyond the spread in “A small call”."


def test_where_nobody_is_ahead_the_range_is_told():
    restless = [value * (0.7 + 0.1 * n) for n, value in enumerate(rounds(1e-3))]
    found = results(measured(GRPC, 1e-3), measured(AIOHTTP, restless))
    assert (
        "Round by round, REST took 0.92 to 1.4 times as long as gRPC (the middle half of the rounds)."
        in told(found)
    )


def test_the_range_of_a_ratio_is_told():
    values = [value * (1 + 0.02 * n) for n, value in enumerate(rounds(2e-3))]
    assert "took 2.2 times (2.1 to 2.3) as long as" in told(
        results(measured(GRPC, 1e-3), measured(AIOHTTP, values))
    )


@pytest.mark.parametrize("name", ["gRPC", "gRPC, threads"])
def test_the_best_of_several_is_named(name):
    known = dataclasses.replace(GRPC, name=name)
    found = results(
        measured(AIOHTTP, 1e-3), measured(known, 2e-3), measured(AIO, 3e-3), contenders=(known, AIO, AIOHTTP)
    )
    best = "The best of gRPC took" if name == "gRPC" else "The best of gRPC, gRPC (threads), took"
    assert f"{best} 2.0 times as long as Starlette (aiohttp)." in told(found)


def test_some_share_the_first_place():
    found = results(measured(GRPC, 1e-3), measured(AIOHTTP, 1.01e-3), measured(REQUESTS, 5e-3))
    assert "between gRPC (threads) and Starlette (aiohttp): they share the first place" in told(found)
    assert "Of the two REST contenders, one is level with gRPC (threads) and one is slower." in told(found)


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ((2e-3, 3e-3), "Both REST contenders are slower than gRPC (threads)."),
        ((2e-4, 3e-4), "Both REST contenders are faster than gRPC (threads)."),
        ((1e-3, 1e-3), "Both REST contenders are level with gRPC (threads)."),
        ((2e-4, 2e-3), "Of the two REST contenders, one is faster than gRPC (threads) and one is slower."),
    ],
)
def test_the_whole_family_is_counted(times, sentence):
    found = results(measured(GRPC, 1e-3), measured(AIOHTTP, times[0]), measured(REQUESTS, times[1]))
    assert sentence in told(found)


def test_three_of_each_kind_are_listed():
    more = [dataclasses.replace(AIOHTTP, id=f"x{n}", name=f"X{n}", server=f"server {n}") for n in range(5)]
    times = (5e-4, 6e-4, 1e-3, 2e-3, 3e-3)
    found = results(
        measured(GRPC, 1e-3), *(map(measured, more, times)), contenders=(GRPC, *more)
    )  # fmt: skip
    assert (
        "Of the five REST contenders, two are faster than gRPC (threads), one is level and two are slower."
        in told(found)
    )


def test_a_floor_is_shown_and_is_nobody_to_beat():
    floor = dataclasses.replace(RAW, floor=True)
    found = results(
        measured(GRPC, 1e-3),
        measured(AIOHTTP, 2e-3),
        measured(floor, 1e-4),
        contenders=(GRPC, AIOHTTP, floor),
    )
    standing = judging.judge(found, SMALL)
    assert [entry.contender for entry in standing.entries] == [GRPC, AIOHTTP, floor]
    assert [entry.contender for entry in standing.first] == [GRPC]
    assert standing.leader == "gRPC"
    assert "gRPC (threads) was fastest" in told(found)
    assert "Starlette, raw socket (floor)" in str(found)
    # What a client costs is told against it, though.
    assert "On the same server (Starlette on uvicorn), aiohttp took 20 times as long as a raw socket." in told(found)
    alone = results(measured(floor, 1e-4), contenders=(floor,))
    assert judging.judge(alone, SMALL).first == ()
    assert "fastest" not in str(alone)


def test_a_lead_that_rests_on_one_contender_is_said_to():
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
    name = phrases.spoken(best.name)
    assert f"Without {name}, {best.family} would lead by 2.0 times." in told(found)
    assert f"“A small call” (5.0 times, 2.0 without {name})." in summary(found)


def test_what_the_client_does_on_the_same_server():
    found = results(measured(RAW, 1e-3), measured(AIOHTTP, 2e-3), measured(REQUESTS, 2.9e-3))
    expected = "On the same server (Starlette on uvicorn), requests took 2.9 times as long as a raw socket."
    assert expected in told(found)
    equal = results(measured(RAW, 1e-3), measured(AIOHTTP, 1e-3))
    assert "(Starlette on uvicorn), the client made no difference beyond the spread." in told(equal)
    assert "the client" not in told(results(measured(RAW, 1e-3), measured(GRPC, 1e-3)))


def test_variants_of_one_client_say_nothing_about_clients():
    variant = dataclasses.replace(AIOHTTP, id="variant", name="Starlette, aiohttp, 100 a write")
    found = results(measured(AIOHTTP, 1e-3), measured(variant, 5e-3), contenders=(AIOHTTP, variant))
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
    one, other = phrases.spoken(fast.name), phrases.spoken(slow.name)
    worked = f"client and server together worked 1.60 ms for {one}, 800 µs for {other}."
    assert f"The processor disagrees with the clock: {worked}" in told(found)
    level = results(measured(fast, 1e-3, cpu=8e-4), measured(slow, 1e-3, cpu=4e-4))
    assert f"The clock sees no difference, the processor does: {worked}" in told(level)
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
    assert told(found).startswith("Only three rounds: too few to call anything faster. It takes five.")
    assert CLAIMS.findall(told(found) + summary(found)) == []


def test_one_with_fewer_rounds_is_named():
    found = results(measured(GRPC, 1e-3), measured(AIOHTTP, [9e-3] * 2))
    assert "Starlette (aiohttp) has only 2 of the rounds: nothing is claimed about it." in told(found)
    assert judging.standings(found)[0].leader is None


def test_the_paragraph_over_all_cases():
    found = full()
    assert summary(found) == (
        "Of two cases, gRPC led in one and REST led in one. "
        "gRPC led in “A small call” (2.0 times, 1.3 without gRPC (threads)). "
        "REST led in “64 at once” (2.0 times). Which one is faster depends on what you do with it."
    )
    more = dataclasses.replace(found, cases=(*found.cases, Case("rest", "The rest", "?")))
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
            "Of two cases, neither led in two. No difference beyond the spread in “A small call” and “64 at once”.",
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
    assert phrases.factor(value) == text


def test_numbers_and_rates_and_lists():
    assert [phrases.number(n) for n in (0, 3, 10, 1000)] == ["zero", "three", "10", "1,000"]
    assert [phrases.rate(value) for value in (12_543, 123.4, 12.34, 0.5)] == ["12,500", "123", "12.3", "0.5"]
    assert phrases.speed(RATE, 0) == "–"
    assert [phrases.listed("abc"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


# Any results at all

NAMES = st.text(max_size=12)
SECONDS = st.lists(
    st.one_of(st.floats(0, 100), st.sampled_from([0.0, 1e-3, float("nan"), float("inf"), -1.0])), max_size=12
)


@st.composite
def any_results(draw: st.DrawFn) -> Results:
    count, cases = draw(st.integers(0, 5)), draw(st.integers(0, 3))
    contenders = tuple(
        Contender(
            str(n), draw(NAMES), draw(st.sampled_from(["gRPC", "REST"])), "HTTP/2", draw(NAMES), draw(NAMES),
            draw(st.booleans()),
        )
        for n in range(count)
    )  # fmt: skip
    known = tuple(
        Case(str(n), draw(NAMES), draw(NAMES), draw(st.integers(1, 9999)), "call", draw(st.booleans()))
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
    return Results(contenders, known, measurements, draw(NAMES), machine, draw(NAMES), draw(numbers), notes)


@settings(derandomize=True, deadline=None, max_examples=120)
@given(any_results())
def test_any_results_can_be_shown_and_written(found):
    assert max(map(len, str(found).splitlines())) <= 110
    Page(found._repr_mimebundle_()["text/html"].split("</style>", 1)[1])
    for write in export.WRITERS.values():
        write(found)
    ElementTree.fromstring(export.to_svg(found))
    for standing in judging.standings(found):
        assert len(standing.first) >= min(1, len(standing.contesting))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.lists(st.floats(0, 1e3), min_size=1, max_size=12),
    st.lists(st.sampled_from([GRPC, AIO, AIOHTTP, REQUESTS, RAW]), min_size=2, unique=True),
    st.sampled_from([SMALL, RATE]),
)
def test_equal_values_give_no_claim(seconds, contenders, case):
    found = results(*(measured(contender, seconds, case) for contender in contenders), cases=(case,))
    assert CLAIMS.findall(told(found) + summary(found)) == []
    assert judging.standings(found)[0].leader is None


# Files


def test_json_gives_the_same_results_back(tmp_path):
    found = full()
    path = found.save(tmp_path / "run.json")
    assert path == tmp_path / "run.json"
    assert export.load(path) == found
    assert json.loads(path.read_text(encoding="utf-8"))["machine"]["Python"] == "3.12.1"


@settings(derandomize=True, deadline=None, max_examples=60)
@given(any_results())
def test_any_finite_results_survive_a_file(found):
    finite = [m for m in found.measurements if all(0 <= s < 1e9 for s in m.seconds)]
    found = dataclasses.replace(found, measurements=tuple(finite))
    assert export.from_json(export.to_json(found)) == found


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text[:-20], "Expecting"),
        (lambda text: "[]", "its format is not"),
        (lambda text: text.replace(", 1", ", 99"), "its format is not"),
        (lambda text: text.replace('"wire"', '"wire2"', 1), "knows no wire2"),
        (lambda text: text.replace('"wire": 300', '"wire": NaN', 1), "NaN is no number"),
        (lambda text: text.replace("0.001,", '"fast",', 1), "'fast' is no number of seconds"),
        (lambda text: text.replace("0.001,", "true,", 1), "True is no number of seconds"),
        (lambda text: text.replace('"cases"', '"boxes"'), "KeyError: 'cases'"),
        (lambda text: re.sub(r'"wire": 300', '"wire": 300, "extra": 1', text, count=1), "knows no extra"),
        (lambda text: re.sub(r',\s*"wire": 300', "", text, count=1), "missing"),
    ],
)
def test_a_file_with_something_else_is_refused(tmp_path, change, why):
    path = tmp_path / "run.json"
    changed = change(export.to_json(full()))
    assert changed != export.to_json(full())
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(ValueError, match=why) as raised:
        export.load(path)
    assert str(raised.value).startswith("'run.json' holds no saved results")


def test_csv_has_a_row_for_each(tmp_path):
    with full().save(tmp_path / "run.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["case"], row["contender"]) for row in rows] == [
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
    assert export.to_csv(results()).startswith("case,contender,mode,started,notes,machine: processor")


def test_markdown_has_the_tables_and_shows_text_as_it_is():
    text = export.to_markdown(full())
    assert "| ◆ | gRPC, threads | 1.03 ms |" in text
    assert "## 64 at once" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables} == {5, 10}
    odd = dataclasses.replace(GRPC, name="<b>a|b</b> *x*\n`y` [z](u)")
    text = export.to_markdown(results(measured(odd, 1e-3), contenders=(odd,)))
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
    tree = ElementTree.fromstring(export.to_svg(results(measured(odd, 1e-3), contenders=(odd,))))
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
