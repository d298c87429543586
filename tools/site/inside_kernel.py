"""How a page without a kernel shows the widgets of a lesson: run in the lesson's kernel, by `tools.site.execution`.

It imports nothing of `tools`, which a kernel need not find.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any

import ipywidgets
from ipywidgets.widgets.widget import _instances

from helpers import ProgressBar
from helpers.text import escape
from helpers.views.kit.widget import CellWidget

MOST_SAVED = 400_000
"""Characters that one widget may bring along for being clicked; one that needs more stays a picture."""
VIEW = "application/vnd.jupyter.widget-view+json"


def markup(models: Iterable[str]) -> dict[str, str]:
    """The HTML of each model that is still alive.

    What can be clicked is an element of class ``hog-alive`` that names its ES module and holds its traits; all else is
    a picture, and says where it moves.
    """
    return {model: "".join(_parts(_instances[model], True)) for model in models if model in _instances}


def _parts(widget: ipywidgets.Widget, outermost: bool = False) -> Iterator[str]:
    if isinstance(widget, CellWidget):
        html, alive = widget.static()["text/html"], _alive(widget)
        if alive is None:
            yield f'<div class="hog-still">{html}</div>'
        else:
            picture = f'<div class="hog-picture">{html}</div>'
            yield f'<div class="hog-alive" data-module="{alive[0]}">{picture}{alive[1]}</div>'
            return
    elif isinstance(widget, ipywidgets.Output):
        yield from map(_output, widget.outputs)
    elif isinstance(widget, ipywidgets.Box):
        for child in widget.children:
            yield from _parts(child)
    else:
        yield f'<div class="hog-control">{_control(widget)}</div>'
    if outermost and not isinstance(widget, ProgressBar):  # which has nothing more to show
        kind = "picture" if isinstance(widget, CellWidget) else "controls"
        yield f'<p class="hog-note" data-note="{kind}"></p>'


def _alive(widget: CellWidget) -> tuple[str, str] | None:
    """The module of a widget, and its style and its traits as markup; None where it needs its kernel."""
    saved = widget.saved()
    if saved is None:
        return None
    traits = json.dumps(saved.traits, default=_binary, separators=(",", ":"), ensure_ascii=False)
    if len(traits) > MOST_SAVED:
        return None
    traits = traits.replace("<", "\\u003c")
    return saved.module, f'<style>{saved.css}</style><script type="application/json">{traits}</script>'


def _binary(value: bytes) -> dict[str, str]:
    """Bytes in JSON, of which a page makes a `DataView`."""
    return {"$bytes": base64.b64encode(value).decode()}


def _output(output: dict[str, Any]) -> str:
    """What a cell or an Output widget has shown."""
    data = output.get("data", {})
    if VIEW in data and (widget := _instances.get(data[VIEW]["model_id"])) is not None:
        return "".join(_parts(widget))
    if "text/html" in data:
        return "".join(data["text/html"])
    text = data.get("text/plain") or output.get("text") or "\n".join(output.get("traceback", ()))
    return f"<pre>{escape(''.join(text))}</pre>"


def _control(widget: ipywidgets.Widget) -> str:
    """One of ipywidgets' controls, as it stands."""
    label = escape(str(getattr(widget, "description", "")))
    value = getattr(widget, "value", None)
    if isinstance(widget, ipywidgets.Button):
        return f'<button type="button" disabled>{label}</button>'
    if isinstance(widget, (ipywidgets.HTML, ipywidgets.HTMLMath)):
        return str(value)
    if isinstance(value, bool):
        return f'<label><input type="checkbox" disabled{" checked" * value}> {label}</label>'
    if hasattr(widget, "options") and hasattr(widget, "label"):
        return (
            f"<label>{label} <select disabled><option>{escape(str(widget.label))}</option></select></label>"
        )
    shown = escape(f"{value:g}" if isinstance(value, float) else str(value))
    if hasattr(widget, "step") and hasattr(widget, "max"):
        numbers = f'min="{widget.min}" max="{widget.max}" step="{widget.step}" value="{value}"'
        return f'<label>{label} <input type="range" disabled {numbers}></label> <span>{shown}</span>'
    return f'<label>{label} <input disabled value="{shown}"></label>'
