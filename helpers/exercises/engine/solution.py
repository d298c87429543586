"""The definition that a solution gives, which says what a learner is asked for, and how the stub looks."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Definition:
    """The class or function below an exercise's decorator.

    Attributes:
        source: the solution; where it is empty, so is all that is asked of it.
        exercise: the exercise's id, which is its decorator.

    Raises:
        LookupError: nothing in the solution has this decorator; when the first thing is asked.
    """

    source: str
    exercise: str

    @property
    def _node(self) -> ast.ClassDef | _Function | None:
        for node in ast.parse(self.source).body:
            decorators = getattr(node, "decorator_list", ())
            if isinstance(node, ast.ClassDef | _Function) and self.exercise in map(ast.unparse, decorators):
                return node
        if self.source:
            raise LookupError(f"the solution has no class or function below @{self.exercise}")
        return None

    @property
    def methods(self) -> list[str]:
        """The names of a class's methods."""
        return [each.name for each in getattr(self._node, "body", ()) if isinstance(each, _Function)]

    @property
    def parameters(self) -> list[str]:
        """The names of a function's parameters."""
        return [each.arg for each in self._node.args.args] if isinstance(self._node, _Function) else []

    @property
    def is_async(self) -> bool:
        """Whether it is an `async def`."""
        return isinstance(self._node, ast.AsyncFunctionDef)

    @property
    def is_generator(self) -> bool:
        """Whether there is a `yield` in it."""
        found = ast.walk(self._node) if self._node else ()
        return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in found)

    def stub(self, methods: Collection[str] = ()) -> str:
        """The cell that learners find: constants, and the definition with nothing in it, or in these methods of the class.

        What else a class has is left out, but for its `__init__`.
        """
        node = self._node
        if node is None:
            return ""
        constants = [each for each in ast.parse(self.source).body if isinstance(each, ast.Assign)]
        above = "\n".join(self._lines(each.lineno, each.end_lineno) for each in constants)
        below = self._head(node) if isinstance(node, _Function) else self._class(node, methods)
        return f"{above}\n\n\n{below}" if above else below

    def _class(self, node: ast.ClassDef, methods: Collection[str]) -> str:
        parts = [
            self._head(each) if each.name in methods else self._lines(each.lineno, each.end_lineno)
            for each in node.body
            if isinstance(each, _Function) and each.name in ("__init__", *methods)
        ]
        return self._lines(node.decorator_list[0].lineno, node.lineno) + "\n" + "\n\n".join(parts)

    def _head(self, function: _Function) -> str:
        first = min(each.lineno for each in (function, *function.decorator_list))
        indent = " " * (function.col_offset + 4)
        return f"{self._lines(first, function.body[0].lineno - 1)}\n{indent}# your code here\n{indent}..."

    def _lines(self, first: int, last: int | None) -> str:
        return "\n".join(self.source.splitlines()[first - 1 : last])
