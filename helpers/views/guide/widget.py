"""`DecisionGuide`: a few questions about what you build, and a reasoned answer to "gRPC or REST?"."""

from __future__ import annotations

from typing import Any

import traitlets

from ..kit import style
from ..kit.esm import Esm
from ..kit.widget import View
from .advise import advise, check
from .html import advice_text, guide_html
from .model import Advice


class DecisionGuide(View):
    """Questions with radio buttons; each answer changes the reasoned result at once.

    Args:
        answers: answers to begin with, such as ``callers="browsers"``: see `questions.QUESTIONS`.

    Raises:
        ValueError: for a question or a choice that is not there; it names those that are.
    """

    _esm = Esm("views/guide/widget.js")
    _css = style.css("views/kit/controls.css", "views/guide/style.css")
    static_css = ("views/guide/style.css",)
    html = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)

    def __init__(self, **answers: str | None) -> None:
        advice = advise(check(answers))
        self._advice = advice
        super().__init__(html=guide_html(advice, live=True), text=advice_text(advice))

    @property
    def advice(self) -> Advice:
        """The reasoned answer to what has been answered so far."""
        return self._advice

    @property
    def answers(self) -> dict[str, str]:
        """The name of the choice for each question that has been answered."""
        return dict(self._advice.answers)

    def answer(self, **answers: str | None) -> Advice:
        """Answers questions, as a click does; None takes an answer back. Returns the advice.

        Raises:
            ValueError: for a question or a choice that is not there; it names those that are.
        """
        self._show(advise(check({**self._advice.answers, **answers})))
        return self._advice

    def clear(self) -> None:
        """Takes all answers back."""
        self._show(advise({}))

    def _static_html(self) -> str:
        return guide_html(self._advice)

    def _static_text(self) -> str:
        return advice_text(self._advice)

    def _show(self, advice: Advice) -> None:
        self._advice = advice
        with self.hold_sync():
            self.html, self.text = guide_html(advice, live=True), advice_text(advice)

    def _receive(self, content: dict[str, Any]) -> None:
        try:
            if content.get("clear"):
                self.clear()
            else:
                self.answer(**content.get("answer", {}))
        except (TypeError, ValueError):
            pass  # no message of ours
