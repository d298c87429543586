"""Whether widgets are drawn here: says so where they are, and what to do where they are not."""

from __future__ import annotations

from typing import Any

import traitlets

from helpers import display

from ..kit import style
from ..kit.card import card
from ..kit.esm import Esm
from ..kit.widget import View

_DRAWN = card("passed", "widgets", "They are drawn here: this line comes from one.")
_MISSING = card(
    "failed",
    "widgets",
    "They are not drawn here: the lessons can be read and run, but not clicked.",
    "Start JupyterLab with `.uv/bin/uv run jupyter lab` in the course's folder, and load this page again. If it was "
    "running before the course was installed, stop it first.",
    folded=False,
)


class WidgetCheck(View):
    """A widget that reports that it has been drawn.

    Attributes:
        drawn: whether a page has drawn it.
    """

    _esm = Esm("views/widgetcheck/widget.js")
    _css = style.css()
    html = traitlets.Unicode(_DRAWN.html()).tag(sync=True)
    drawn = traitlets.Bool(False).tag(sync=True)

    def _saved_traits(self) -> dict[str, Any]:
        return {"html": self.html, "drawn": False}

    def static(self) -> dict[str, str]:
        """What pages show that draw no widgets: it says so."""
        return display.static(_MISSING)
