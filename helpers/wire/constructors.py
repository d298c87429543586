"""Fast constructors for frozen dataclasses: the decoder makes dozens of values for every call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any, TypeVar

T = TypeVar("T")


def constructor_of(cls: type[T]) -> Callable[..., T]:
    """What makes values of a frozen, slotted dataclass without a `__post_init__`.

    The `__init__` of a frozen dataclass sets each field through `object.__setattr__`, which takes seven times
    as long as plain assignment. So a twin with the same slots, which is not frozen, is filled instead and then
    given the right class; what comes out is no different.

    Returns:
        A callable with the same arguments and the same defaults.
    """
    known: dict[str, Any] = {"_class": cls}
    params, lines = ["self"], []
    for each in fields(cls):  # type: ignore[arg-type]  # that it is a dataclass cannot be said of a type variable
        default = ""
        if each.default is not MISSING:
            known[f"_default_{each.name}"], default = each.default, f"=_default_{each.name}"
        elif each.default_factory is not MISSING:
            raise TypeError(f"{cls.__name__}.{each.name} is made by a factory, which would be shared here")
        if each.init:
            params.append(f"{each.name}{default}")
        lines.append(f" self.{each.name} = {each.name if each.init else f'_default_{each.name}'}")
    # Written out as dataclasses does it: a loop over the fields would cost what the twin saves.
    source = "\n".join([f"def __init__({', '.join(params)}):", *lines, " self.__class__ = _class"])
    exec(source, known)
    # A class changes into one with the same bases and slots only; a frozen base must not freeze the twin.
    plain = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    twin = {"__slots__": cls.__dict__["__slots__"], "__init__": known["__init__"], **plain}
    return type(f"_{cls.__name__}", cls.__bases__, twin)
