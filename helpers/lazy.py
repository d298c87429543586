"""Packages whose names are imported when they are asked for (PEP 562), so that a lesson loads what it uses.

`lazy_loader` does the same; what it says of a name that there is not is not what Python says, and explanations of
errors go by that.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable
from pathlib import Path


def attach(package: str, file: str) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """Makes `__getattr__`, `__dir__` and `__all__` of a package.

    Args:
        package: its `__name__`.
        file: its `__file__`; the stub beside it (`__init__.pyi`), which editors and type checkers read, says which
            names there are and where they come from.
    """
    homes: dict[str, str] = {}
    own: list[str] = []
    for node in ast.parse(Path(file).with_suffix(".pyi").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            homes |= {alias.name: f"{package}.{node.module or alias.name}" for alias in node.names}
        elif isinstance(node, ast.FunctionDef):
            own.append(node.name)
    names = sorted([*homes, *own])

    def load(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = importlib.import_module(homes[name])
        value = module if homes[name] == f"{package}.{name}" else getattr(module, name)
        setattr(sys.modules[package], name, value)
        return value

    return load, lambda: names, names
