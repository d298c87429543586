"""A lesson's package: a module an exercise, named like the exercise that it holds."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from pathlib import Path

from .exercise import Exercise

_MADE = re.compile(r"^(\w+) = (?:Write[A-Z]\w+|Choose|Predict)\(", re.MULTILINE)


def load(package: str) -> None:
    """Imports a lesson's exercises, gives each the place where it lies, and puts it where its module was.

    The module `unary/minimum_price.py` holds `minimum_price`; from then on that is `unary.minimum_price`, and its `id`.
    Modules without an exercise are what several exercises share, and are left to these.

    Raises:
        ImportError: a module makes an exercise of another name.
    """
    lesson = sys.modules[package]
    folder = Path(*lesson.__path__)
    for _, name, _ in pkgutil.iter_modules(lesson.__path__):
        file = folder / f"{name}.py"
        made = _MADE.findall(file.read_text(encoding="utf-8"))
        if made and made != [name]:
            raise ImportError(f"{file} makes {', '.join(made)}: a module has one exercise, and its name")
        if made:
            exercise = getattr(importlib.import_module(f"{package}.{name}"), name)
            exercise.id, exercise.file = f"{package.rpartition('.')[2]}.{name}", file
            setattr(lesson, name, exercise)


def exercises(package: str) -> dict[str, Exercise]:
    """The exercises of a lesson's package by name, in the alphabet's order."""
    lesson = importlib.import_module(package)
    found = {name: getattr(lesson, name, None) for _, name, _ in pkgutil.iter_modules(lesson.__path__)}
    return {name: exercise for name, exercise in found.items() if isinstance(exercise, Exercise)}
