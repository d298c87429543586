"""`DecisionGuide`: a few questions about what you build, and a reasoned answer to "gRPC or REST?"."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from . import live, style
from .guide_face import advice_text, guide_html
from .guide_rules import Advice, advise, check


class DecisionGuide(anywidget.AnyWidget):
    """Questions with radio buttons; each answer changes the reasoned result at once.

    Args:
        answers: answers to begin with, such as ``callers="browsers"``: see `guide_questions.QUESTIONS`.

    Raises:
        ValueError: for a question or a choice that is not there; it names those that are.
    """

    _esm = style.esm("guide.js", "ear.js")
    _css = style.css("controls.css", "guide.css")
    face = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    heard = traitlets.Unicode().tag(sync=True)

    def __init__(self, **answers: str | None) -> None:
        advice = advise(check(answers))
        super().__init__(face=guide_html(advice, live=True), text=advice_text(advice))
        self._advice = advice
        self.on_msg(self._hear)
        live.register(self, type(self).__qualname__)

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

    def stop(self) -> None:
        """Nothing runs behind the guide; it stays as it is."""

    def close(self) -> None:
        """Takes the guide off the page."""
        live.forget(self)
        self.layout.close()
        super().close()

    def static(self) -> dict[str, str]:
        """The face for pages and terminals without widgets: ``text/html`` and ``text/plain``."""
        return style.bundle(guide_html(self._advice), str(self), "guide.css")

    def __str__(self) -> str:
        return advice_text(self._advice)

    def _show(self, advice: Advice) -> None:
        self._advice = advice
        with self.hold_sync():
            self.face, self.text = guide_html(advice, live=True), advice_text(advice)

    def _hear(self, _: object, content: dict[str, Any], __: object) -> None:
        try:
            if content.get("clear"):
                self.clear()
            else:
                self.answer(**content.get("answer", {}))
        except (TypeError, ValueError):
            pass  # no message of ours
        self.heard = str(content.get("ack", ""))

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, **self.static()}, metadata
