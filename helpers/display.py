"""The one way in which values draw themselves.

A value inherits `Displayed` and knows nothing of pictures. What draws it registers with `static`, and with `mimebundle`
where there is a widget, too:

    @display.static.register
    def _(timeline: Timeline) -> dict[str, str]:
        return {"text/html": timeline_html(timeline), "text/plain": timeline_text(timeline)}

Where that registers is imported when the first such value is drawn: the package's front door says it in `LOADED_BY`.

This is part of the ground floor: it knows nobody, and every part may know it.
"""

from __future__ import annotations

import importlib
from functools import singledispatch
from typing import Any

LOADED_BY: dict[str, str] = {}
"""A class, by its full name: the module that registers what draws its values."""


@singledispatch
def static(value: object) -> dict[str, str]:
    """Static HTML and text of `value`, by mime type; its `repr` alone where nothing has registered for its class."""
    return static(value) if _load(value) else {"text/plain": repr(value)}


@singledispatch
def mimebundle(value: object) -> dict[str, Any]:
    """What a cell shows of `value`, by mime type: `static`, and the widget where one has registered."""
    return mimebundle(value) if _load(value) else dict(static(value))


def _load(value: object) -> bool:
    """Imports what draws `value`; whether there was something to import."""
    names = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(value).__mro__)
    modules = [LOADED_BY.pop(name) for name in names if name in LOADED_BY]
    for module in modules:
        importlib.import_module(module)
    return bool(modules)


class Displayed:
    """A value that is drawn at the end of a cell (IPython's `_repr_mimebundle_`)."""

    __slots__ = ()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return mimebundle(self)
