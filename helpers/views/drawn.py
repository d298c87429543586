"""Whether widgets are drawn here: says so where they are, and what to do where they are not."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from . import style
from .card import card

_DRAWN = card("passed", "widgets", "They are drawn here: this line comes from one.")
_MISSING = card(
    "failed",
    "widgets",
    "They are not drawn here: the lessons can be read and run, but not clicked.",
    "Start JupyterLab with `uv run jupyter lab` in the course's folder, and load this page again. If it was "
    "running before the course was installed, stop it first.",
    folded=False,
)


class WidgetCheck(anywidget.AnyWidget):
    """A widget that reports that it has been drawn.

    Attributes:
        drawn: whether a page has drawn it.
    """

    _esm = style.esm("drawn.js")
    _css = style.css()
    html = traitlets.Unicode(_DRAWN.html()).tag(sync=True)
    drawn = traitlets.Bool(False).tag(sync=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        # A page that draws widgets takes the first face, any other the second.
        bundle, *more = super()._repr_mimebundle_(**kwargs)
        return ({**bundle, **_MISSING._repr_mimebundle_()}, *more)
