"""The widget of a question: radio buttons with a legend, and a region that tells the verdict aloud."""

from __future__ import annotations

from typing import Any

import traitlets

from helpers import display
from helpers.views.kit import style
from helpers.views.kit.esm import Esm
from helpers.views.kit.widget import View

from . import cards, record
from .questions import Choose


class QuestionWidget(View):
    """Shows a `Choose` or `Predict` and answers a click with the verdict's card."""

    _esm = Esm("exercises/engine/question.js")
    _css = style.css("exercises/engine/question.css")
    question = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    action = traitlets.Unicode("Check").tag(sync=True)
    chosen = traitlets.Int(None, allow_none=True).tag(sync=True)
    verdict = traitlets.Unicode().tag(sync=True)
    turn = traitlets.Int().tag(sync=True)

    def __init__(self, exercise: Choose) -> None:
        super().__init__(question=exercise.task, options=[option.text for option in exercise.options])
        self.add_class(f"t-{exercise.name.replace('_', '-')}")
        self._exercise = exercise

    def static(self) -> dict[str, str]:
        """The question's card, where no widget can live."""
        return display.static(self._exercise)

    def _receive(self, content: dict[str, Any]) -> None:
        number = content.get("chosen")
        if type(number) is not int or not 0 <= number < len(self.options):
            number = None  # nothing chosen yet, or no message of ours
        with self.hold_sync():
            self.chosen = number
            self.verdict = self._exercise.answered(number).html()
            # Also where the same answer is given twice, so that the button comes back.
            self.turn += 1


@display.mimebundle.register
def _(question: Choose) -> dict[str, Any]:
    return QuestionWidget(question)._repr_mimebundle_()


@display.static.register
def _(question: Choose) -> dict[str, str]:
    answers = [option.text for option in question.options]
    return display.static(cards.question_card(question, answers, record.is_passed(question.id)))
