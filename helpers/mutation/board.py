"""`MutantBoard`: which broken servicers do your tests catch?"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import ipywidgets
import pytest

from helpers import text
from helpers.learner_threads import LearnerThreads
from helpers.views.kit.style import css
from helpers.views.kit.widget import CellWidget

from .model import Judgment, Tally
from .runs import LIMIT, Hung, Result, run_tests

_STYLE = "views/kit/table.css"
_LONGEST = 80  # characters of an error


class MutantBoard(CellWidget, ipywidgets.HTML):
    """A table of something that is right and of broken ones, which shows what tests say of them.

    Args:
        fixture: the fixture that stands for what is under test, `"servicer"`.
        subjects: what is under test, by name: classes, or other callables that need no argument. The first is right,
            all others are broken.
        uses: the fixtures that the tests use besides, `[parcels]`.
        limit: seconds that a test may take.

    Attributes:
        tally: what is shown now, as a value.
    """

    static_css: ClassVar[tuple[str, ...]] = (_STYLE,)

    def __init__(
        self,
        fixture: str,
        subjects: Mapping[str, Callable[[], object]],
        uses: Sequence[object] = (),
        *,
        limit: float = LIMIT,
    ) -> None:
        if (
            not isinstance(subjects, Mapping)
            or len(subjects) < 2
            or not all(map(callable, subjects.values()))
        ):
            raise ValueError(
                "a board needs what is right and what is broken, two classes at least, by name: "
                '{"right": Parcels, "forgets the weight": Weightless}'
            )
        self._fixture, self._subjects, self._limit = fixture, dict(subjects), limit
        self._uses = {_name(each): each for each in uses}
        self._cancelled = threading.Event()
        good, *broken = subjects
        self.tally = Tally(good, tuple(broken))
        super().__init__()
        self._show(self.tally)

    def run(self, *tests: Any) -> None:
        """Runs tests against everything on the board, and shows what they say.

        Args:
            tests: test functions, or classes of them.

        Raises:
            TypeError: something else, or nothing.
        """
        if not tests or not all(_is_test(each) for each in tests):
            raise TypeError(
                "run takes tests, whose names begin with test_ or Test: board.run(test_known, test_unknown)"
            )
        self.stop()
        self._cancelled = cancelled = threading.Event()
        self._show(replace(self.tally, judgments=(), state="running"))
        worker = LearnerThreads().start(lambda: self._work(tests, cancelled))
        try:
            while worker.is_alive():  # in short steps, for the stop button
                worker.join(0.05)
        except BaseException:
            cancelled.set()
            worker.join(2)
            raise

    def stop(self) -> None:
        """Ends a run; what is known stays on the page."""
        self._cancelled.set()

    def _work(self, tests: Sequence[Any], cancelled: threading.Event) -> None:
        names = {each.__name__: each for each in tests}
        try:
            run_tests(
                {**self._uses, **names},
                self._fixture,
                self._subjects,
                _made,
                limit=self._limit,
                heard=self._hear,
                cancelled=cancelled,
            )
        finally:
            self._show(replace(self.tally, state="stopped" if cancelled.is_set() else "done"))

    def _hear(self, result: Result) -> None:
        why = _words(result.error) if result.error is not None else ""
        said = Judgment(result.test, result.subject, result.outcome, why)
        self._show(replace(self.tally, judgments=(*self.tally.judgments, said)))

    def _show(self, tally: Tally) -> None:
        self.tally = tally
        if self.comm is not None:
            self.value = f"<style>{css(_STYLE)}</style>{self._static_html()}"

    def _static_html(self) -> str:
        table = text.visible(self.tally.table().html())
        return f'<div class="mathjax_ignore" data-state="{self.tally.state}" aria-live="polite">{table}</div>'

    def _static_text(self) -> str:
        return str(self.tally.table())


def _made(make: Callable[[], object]) -> Iterator[object]:
    yield make()


def _is_test(value: object) -> bool:
    name = getattr(value, "__name__", "")
    return (inspect.isfunction(value) and name.startswith("test")) or (
        inspect.isclass(value) and name.startswith("Test")
    )


def _name(fixture: object) -> str:
    name = getattr(fixture, "__name__", None)
    if name is None:
        raise TypeError(f"uses takes fixtures, functions below @pytest.fixture, and not {fixture!r}")
    return str(name)


def _words(error: BaseException) -> str:
    if isinstance(error, pytest.FixtureLookupError):
        return f"there is no fixture `{error.argname}` on the board"
    first, *_ = str(error).strip().splitlines() or [""]
    if isinstance(error, Hung):
        return first
    words = f"{type(error).__name__}: {first}" if first else type(error).__name__
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
