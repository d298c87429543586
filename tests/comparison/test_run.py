"""`run`: honest about the slow, the wrong and the interrupted."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from helpers.comparison import CANDIDATES, CASES, ComparisonError, machine, run
from helpers.comparison.candidates import Setup
from helpers.comparison.expected import WrongAnswer
from helpers.comparison.ranking import faster
from helpers.comparison.rounds import MODES, Mode
from tests.comparison.variants import Changed, Slowed, entry_of, variant

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture(autouse=True)
def eight_short_rounds(monkeypatch):
    """What a test says does not depend on many rounds, or long ones."""
    monkeypatch.setitem(MODES, "quick", Mode(budget=0.0, least=0.002))


def test_a_slowed_variant_comes_out_slower_and_is_called_so():
    slow = variant("starlette-raw", "slowed", Slowed)
    results = run(cases=["small"], candidates=["starlette-raw", slow])
    found = {found.candidate: found for found in results.measurements}
    assert {len(one.seconds) for one in found.values()} == {8}
    assert faster(found["starlette-raw"].seconds, found["slowed"].seconds)
    assert not faster(found["slowed"].seconds, found["starlette-raw"].seconds)
    # It sleeps; that is no work for a processor.
    assert found["slowed"].client_cpu < min(found["slowed"].seconds)
    assert [candidate.id for candidate in results.candidates] == ["starlette-raw", "slowed"]
    assert "starlette-raw" in next(iter(results.of("small")))


def test_whoever_is_slowed_loses():
    """The same the other way round, so that no order and no name decides."""
    slow = variant("starlette-raw", "slowed", Slowed)
    results = run(cases=["small"], candidates=["fastapi-aiohttp", slow, "grpc"])
    assert list(results.of("small"))[-1] == "slowed"


class Wrong(Changed):
    """A client whose server answers with another price, from the third run on."""

    runs = 0

    def run(self, work, repeats):
        self.runs += 1
        took = self.client.run(work, repeats)
        if work.method == "price" and self.runs > 2:
            raise WrongAnswer("a price of 1 cents instead of 1215")
        return took


@pytest.mark.parametrize("cases", [["small"], ["large", "small"]])
def test_a_wrong_answer_is_never_a_time(cases):
    wrong = variant("starlette-raw", "wrong", Wrong)
    results = run(cases=cases, candidates=["starlette-raw", wrong])
    assert {candidate.id for candidate in results.candidates} == {"starlette-raw"}
    assert {found.candidate for found in results.measurements} == {"starlette-raw"}
    assert len(results.measurements) == len(cases)
    assert "wrong is left out: a price of 1 cents instead of 1215" in results.notes


def test_where_all_fail_there_are_no_results():
    wrong = variant("starlette-raw", "wrong", Wrong)
    with pytest.raises(ComparisonError, match="wrong is left out: a price of 1 cents"):
        run(cases=["small"], candidates=[wrong])


def test_a_server_that_does_not_start_costs_its_own_candidates_only(monkeypatch):
    broken = Setup(entry_of("grpc-aio").candidate, "no-such-kind", entry_of("grpc-aio").clients)
    results = run(cases=["small"], candidates=["starlette-raw", broken])
    assert [candidate.id for candidate in results.candidates] == ["starlette-raw"]
    (note,) = [note for note in results.notes if "left out" in note]
    assert note.startswith("gRPC, asyncio is left out: The server `no-such-kind` did not start: KeyError:")


def test_what_results_say_of_themselves():
    told = []
    results = run(
        "quick", lambda done, text: told.append((done, text)), ["at-once"], ["grpc-aio", "starlette-aiohttp"]
    )
    assert results.mode == "quick"
    assert results.seconds > 0
    assert "T" in results.started
    assert results.started[-6] in "+-"
    assert {"processor", "cores", "Python", "grpcio", "fastapi", "orjson", "uvloop"} <= set(results.machine)
    assert results.machine["gRPC on asyncio"] in ("uvloop", "asyncio")
    assert all(found.payload < found.wire for found in results.measurements)
    assert all(found.client_cpu > 0 and found.server_cpu > 0 for found in results.measurements)
    done = [share for share, _ in told]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0.0, pytest.approx(1.0))
    assert {text for _, text in told} == {"Servers start", "64 calls at once", ""}


def test_cases_and_candidates_come_in_their_own_order():
    results = run(cases=("large", "small"), candidates=("starlette-raw", "grpc", "grpc-dicts"))
    assert [case.id for case in results.cases] == ["small", "large"]
    assert [candidate.id for candidate in results.candidates] == ["grpc", "starlette-raw"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"mode": "slow"}, "no mode 'slow': there are 'quick', 'thorough'"),
        ({"cases": ["smal"]}, "no case 'smal': there are 'small', 'large'"),
        ({"cases": "tiny"}, "no case 'tiny'"),
        ({"cases": []}, "at least one case is needed"),
        ({"candidates": ["curl"]}, "no candidate 'curl': there are 'grpc'"),
        ({"cases": ["small"], "candidates": ["grpc-dicts"]}, "none of these candidates takes part"),
        ({"candidates": ["grpc", entry_of("grpc")]}, "two candidates have the same id"),
    ],
)
def test_what_cannot_be_run_is_told_before_anything_starts(arguments, told):
    with pytest.raises(ValueError, match=told):
        run(**arguments)


class Interrupted(Changed):
    """A client during whose work somebody presses the stop button, once it does `method`."""

    method = "price"

    def run(self, work, repeats):
        if work.method == self.method:
            os.kill(os.getpid(), signal.SIGINT)
            threading.Event().wait(5)
        return self.client.run(work, repeats)


@pytest.mark.skipif(os.name == "nt", reason="sends Unix signals")
def test_an_interrupt_before_anything_is_complete_goes_on():
    with pytest.raises(KeyboardInterrupt):
        run(cases=["small"], candidates=["grpc-aio", variant("starlette-raw", "stopped", Interrupted)])


@pytest.mark.skipif(os.name == "nt", reason="sends Unix signals")
def test_an_interrupt_leaves_what_is_complete():
    class Later(Interrupted):
        method = "photo"

    results = run(
        cases=["small", "large", "list"],
        candidates=["grpc-aio", variant("starlette-raw", "stopped", Later)],
    )
    assert [case.id for case in results.cases] == ["small"]
    assert {found.case for found in results.measurements} == {"small"}
    assert "Interrupted: not measured were A large payload, A list of 1,000 records." in results.notes


def test_only_what_matters_is_remarked(monkeypatch):
    monkeypatch.setattr(machine, "cores", lambda: 2)
    assert machine.remarks(10.0, None) == machine.remarks(10.0, 1.0) == []
    (busy,) = machine.remarks(10.0, 9.0)
    assert busy.startswith("Other programs took 0.9 of 2 cores while this was measured")
    monkeypatch.setattr(machine, "cores", lambda: 1)
    (alone,) = machine.remarks(10.0, 0.0)
    assert alone.startswith("There is one core")
    assert machine.worked() is None or machine.worked() > 0


def test_all_can_be_named():
    assert {case.id for case in CASES} == {"small", "large", "list", "at-once", "stream", "batches"}
    assert len(CANDIDATES) == 10
