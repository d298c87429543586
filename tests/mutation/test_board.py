"""The board of mutants: what tests say of a right servicer and of broken ones, in all of its states."""

from __future__ import annotations

import threading

import pytest

from helpers import MutantBoard
from helpers.mutation.model import Judgment, Tally


class Good:
    answer = 42


class Silent:
    answer = None


class Off(Good):
    answer = 41


@pytest.fixture
def board():
    made = MutantBoard("service", {"right": Good, "says nothing": Silent, "is off by one": Off}, limit=0.3)
    yield made
    made.close()


def rows(board):
    return {name: (verdict, by) for name, verdict, by in board.tally.table().rows}


def test_answer(service):
    assert service.answer == 42


def test_number(service):
    assert service.answer is not None


# They are the board's, and not for the pytest that runs this file.
answer, number = test_answer, test_number
del test_answer, test_number


def test_nothing_has_run_yet(board):
    assert board.tally.state == "empty"
    assert set(rows(board).values()) == {("", "")}
    assert "2 broken ones, and no test yet" in str(board)


def test_it_says_what_is_caught_and_by_which_test(board):
    board.run(number)
    assert rows(board) == {
        "right": ("✓ passes", "test_number"),
        "says nothing": ("✓ caught", "test_number"),
        "is off by one": ("▲ gets past", ""),
    }
    assert board.tally.table().title == "1 of 2 broken ones are caught"
    board.run(number, answer)
    assert rows(board) == {
        "right": ("✓ passes", "all tests"),
        "says nothing": ("✓ caught", "test_number, test_answer"),
        "is off by one": ("✓ caught", "test_answer"),
    }
    assert board.tally.state == "done"


def test_a_test_that_refuses_what_is_right_catches_nothing(board):
    def test_wrong(service):
        assert service.answer == 41

    board.run(test_wrong)
    assert rows(board)["right"][0] == "✗ refused"
    assert not any(board.tally.caught.values())
    assert "`test_wrong` refuses what is right" in board.tally.table().note


def test_crashes_and_tests_without_an_end_are_told(board):
    def test_typo(service):
        unknown  # noqa: B018, F821

    def test_loop(service):
        while True:
            pass

    def test_alone():
        pass

    board.run(test_typo)
    assert rows(board)["right"] == ("✗ crashed", "test_typo: NameError: name 'unknown' is not defined")
    assert rows(board)["says nothing"] == ("", "")
    board.run(test_loop)
    assert rows(board)["right"] == ("✗ hung", "test_loop: still running after 0.3 s")
    board.run(test_alone)
    assert "Nothing that is under test reaches `test_alone`." in board.tally.table().note

    def test_misspelt(servise):
        pass

    board.run(test_misspelt)
    assert board.tally.table().note == "test_misspelt: there is no fixture `servise` on the board."


def test_a_test_that_only_crashes_on_a_broken_one_has_not_caught_it(board):
    def test_sum(service):
        assert service.answer + 1 > 0

    board.run(test_sum)
    assert rows(board)["says nothing"][0] == "▲ crashed"


def test_it_is_stopped(board):
    def test_first(service):
        threading.Timer(0.01, board.stop).start()
        threading.Event().wait(20)

    board.run(test_first)
    assert board.tally.state == "stopped"
    assert "Stopped." in str(board)


def test_what_is_shown_is_escaped_and_the_same_in_all_faces():
    board = MutantBoard("service", {"<b>right</b>": Good, "<i>": Silent})
    board.run(number)
    html = board.static()["text/html"]
    assert "<b>" not in html
    assert "&lt;b&gt;right" in html
    assert 'data-state="done"' in html
    assert board.value.endswith(board._static_html())
    assert "✓ caught" in str(board)
    board.close()


@pytest.mark.parametrize("tests", [(), (42,), (print,), (Good,)])
def test_anything_but_tests_is_refused(board, tests):
    with pytest.raises(TypeError, match="run takes tests"):
        board.run(*tests)


def test_a_board_needs_what_is_right_and_what_is_broken():
    with pytest.raises(ValueError, match="what is right and what is broken"):
        MutantBoard("service", {"right": Good})
    with pytest.raises(ValueError, match="what is right and what is broken"):
        MutantBoard("service", Good)
    with pytest.raises(TypeError, match="uses takes fixtures"):
        MutantBoard("service", {"right": Good, "off": Off}, uses=["parcels"])


def test_too_long_an_error_is_cut_and_a_problem_of_pytest_is_told():
    tally = Tally("right", ("off",), (Judgment("", "", "crashed", "no parameter most"),), "done")
    assert "no parameter most" in str(tally.table())
