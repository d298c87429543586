"""Tests that are run with pytest against one thing after the other."""

from __future__ import annotations

import threading
import time

import grpc
import pytest

from helpers.mutation.runs import run_tests


def ran(*tests, subjects=None, uses=(), **options):
    """The outcomes of tests with a right and a wrong number, by test and subject."""
    given = {each.__name__: each for each in (*tests, *uses)}
    results = run_tests(given, "number", subjects or {"right": 1, "wrong": 2}, as_it_is, **options)
    return {(each.test, each.subject): each.outcome for each in results}


def as_it_is(subject):
    yield subject


def test_each_test_meets_each_subject():
    def test_one(number):
        assert number == 1

    def test_positive(number):
        assert number > 0

    assert ran(test_one, test_positive) == {
        ("test_one", "right"): "passed", ("test_one", "wrong"): "failed",
        ("test_positive", "right"): "passed", ("test_positive", "wrong"): "passed",
    }  # fmt: skip


def test_what_pytest_offers_works():
    @pytest.fixture
    def double(number):
        return 2 * number

    class TestDouble:
        @pytest.mark.parametrize("most", [2, 9])
        def test_most(self, double, most, tmp_path):
            assert double <= most

        def test_raises(self, double):
            with pytest.raises(ZeroDivisionError):
                _ = 1 / (double - 2)

        def test_skipped(self, number):
            pytest.skip("not today")

    assert ran(TestDouble, uses=[double]) == {
        ("test_most[2]", "right"): "passed", ("test_most[2]", "wrong"): "failed",
        ("test_most[9]", "right"): "passed", ("test_most[9]", "wrong"): "passed",
        ("test_raises", "right"): "passed", ("test_raises", "wrong"): "failed",
        ("test_skipped", "right"): "skipped", ("test_skipped", "wrong"): "skipped",
    }  # fmt: skip


def test_a_status_is_a_judgment_and_any_other_exception_a_crash():
    class Status(grpc.RpcError, grpc.Call):
        pass

    Status.__abstractmethods__ = frozenset()

    def test_status(number):
        raise Status

    def test_typo(number):
        unknown  # noqa: B018, F821

    def test_exit(number):
        raise SystemExit

    outcomes = ran(test_status, test_typo, test_exit)
    assert [outcomes[name, "right"] for name in ("test_status", "test_typo", "test_exit")] == [
        "failed", "crashed", "crashed",
    ]  # fmt: skip


def test_what_cannot_be_collected_or_set_up_is_a_crash():
    @pytest.mark.parametrize("most", [2])
    def test_without_its_parameter(number):
        pass

    def test_unknown_fixture(number, nobody):
        pass

    assert ran(test_without_its_parameter) == {("", ""): "crashed"}
    assert ran(test_unknown_fixture)["test_unknown_fixture", "right"] == "crashed"


def test_a_test_that_does_not_ask_for_it_runs_once():
    def test_alone():
        pass

    assert ran(test_alone) == {("test_alone", ""): "passed"}


def test_a_test_that_never_ends_is_ended_and_not_run_again():
    turns = []

    def test_loop(number):
        turns.append(number)
        while True:
            pass

    before = threading.active_count()
    assert set(ran(test_loop, limit=0.2).values()) == {"hung"}
    assert turns == [1]
    until = time.monotonic() + 20
    while threading.active_count() > before:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_run_can_be_cancelled():
    cancelled, over = threading.Event(), []

    @pytest.fixture
    def server():
        yield
        over.append("stopped")

    def test_first(number, server):
        cancelled.set()
        threading.Event().wait(60)

    def test_second(number):
        over.append("run")

    assert ran(test_first, test_second, uses=[server], limit=60, cancelled=cancelled) == {}
    assert over == ["stopped"]


def test_it_leaves_the_pytest_around_it_alone(monkeypatch, capsys):
    def test_nested(number):
        print("printed")
        assert number == 1

    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    assert len(ran(test_nested)) == 2
    assert capsys.readouterr().err == ""
