"""The syntax of the learner's line that raised: what was called there, with which arguments.

C code leaves no frame behind, so a message's constructor can only be seen from the line that calls it. Nothing
of the line is run again: names are looked up, attributes of modules, classes and messages, and constants.
"""

from __future__ import annotations

import ast
import contextlib
import itertools
import linecache
import operator
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from google.protobuf.message import Message

UNKNOWN: Any = object()
"""Stands for a value that cannot be told without running the line again."""
_ARITHMETIC: dict[type, Callable[[Any, Any], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: lambda left, right: left**right if abs(right) <= 64 else UNKNOWN,
    ast.LShift: lambda left, right: left << right if right <= 64 else UNKNOWN,
}


def nodes(step: types.TracebackType | None) -> Iterator[ast.AST]:
    """The syntax of what was running when a frame raised, the outermost node first."""
    if step is None:
        return
    code = step.tb_frame.f_code
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except (SyntaxError, ValueError):
        return
    first, last = _span(step)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):  # what raises is the storing, and it has the target's place alone
            if any(_is_within(target, first, last) for target in node.targets):
                yield node
        elif hasattr(node, "lineno") and _is_within(node, first, last):
            yield node


def _is_within(node: Any, first: tuple[int, float], last: tuple[int, float]) -> bool:
    end = (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
    return first <= (node.lineno, node.col_offset) and end <= last


def _span(step: types.TracebackType) -> tuple[tuple[int, float], tuple[int, float]]:
    line = step.tb_lineno
    if sys.version_info >= (3, 11):
        positions = itertools.islice(step.tb_frame.f_code.co_positions(), step.tb_lasti // 2, None)
        start, end, column, end_column = next(positions, (None,) * 4)
        if None not in (start, end, column, end_column):
            return (start, column), (end, end_column)
    return (line, 0), (line, float("inf"))


def value_of(node: ast.AST, frame: types.FrameType) -> object:
    """What an expression means in a frame, where that can be told without running it; else `UNKNOWN`."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = value_of(node.operand, frame)
        return -number if isinstance(number, (int, float)) else UNKNOWN
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        left, right = value_of(node.left, frame), value_of(node.right, frame)
        if all(isinstance(number, (int, float)) and abs(number) < 1 << 64 for number in (left, right)):
            with contextlib.suppress(ArithmeticError, TypeError, ValueError):
                return _ARITHMETIC[type(node.op)](left, right)
    if isinstance(node, ast.Name):
        for names in (frame.f_locals, frame.f_globals, frame.f_builtins):
            if node.id in names:
                return names[node.id]
    if isinstance(node, ast.Attribute):
        owner = value_of(node.value, frame)
        if isinstance(owner, (types.ModuleType, type, Message)):
            return getattr(owner, node.attr, UNKNOWN)
    if isinstance(node, (ast.List, ast.Tuple)):
        items = [value_of(item, frame) for item in node.elts]
        return UNKNOWN if UNKNOWN in items else items
    return UNKNOWN
