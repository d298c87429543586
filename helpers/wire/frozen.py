"""Frozen values made quickly: the decoder makes dozens of them for every call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, make_dataclass
from typing import Any


def maker(cls: type) -> Callable[..., Any]:
    """A function that makes values of a frozen, slotted dataclass without a ``__post_init__``.

    The ``__init__`` of a frozen dataclass sets each field through ``object.__setattr__``, which takes seven times
    as long as plain assignment. The function fills a twin with the same slots that is not frozen, and then
    gives it the right class; what comes out is no different.

    Args:
        cls: The dataclass.

    Returns:
        A function of the same arguments, with the same defaults.
    """
    twin_fields = [(each.name, each.type, each) for each in fields(cls)]
    twin = make_dataclass(f"_{cls.__name__}", twin_fields, slots=True, eq=False, repr=False)

    def make(*args: Any, **kwargs: Any) -> Any:
        value = twin(*args, **kwargs)
        value.__class__ = cls
        return value

    return make
