"""The widget of a question: radio buttons with a legend, and a region that tells the verdict aloud."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import anywidget
import traitlets

from ...views import style

if TYPE_CHECKING:
    from .questions import Choose

_HERE = Path(__file__).parent


class QuestionWidget(anywidget.AnyWidget):
    """Shows a `Choose` or `Predict` and answers a click with the verdict's card."""

    _esm = (_HERE / "question.js").read_text(encoding="utf-8")
    _css = style.CSS + (_HERE / "question.css").read_text(encoding="utf-8")
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
        self.on_msg(self._answer)

    def _answer(self, _: object, message: dict, __: object) -> None:
        number = message.get("chosen")
        if type(number) is not int or not 0 <= number < len(self.options):
            number = None  # nothing chosen yet, or no message of ours
        with self.hold_sync():
            self.chosen = number
            self.verdict = self._exercise.answered(number).html()
            # Also where the same answer is given twice, so that the button comes back.
            self.turn += 1
