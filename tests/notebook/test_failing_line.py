"""What can be told of a line that raised, without running it again."""

from __future__ import annotations

import ast
import sys

import pytest

from helpers.notebook.failing_line import UNKNOWN, value_of


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("3", 3), ("-3", -3), ("'x'", "x"), ("2**40", 2**40), ("1 << 31", 1 << 31), ("[1, local]", [1, 7]),
        ("local", 7), ("ast.AST", ast.AST), ("len", len), ("10 / 4", 2.5),
        ("local.bit_length()", UNKNOWN), ("missing", UNKNOWN), ("items[0]", UNKNOWN), ("9**9**9", UNKNOWN),
        ("1 / 0", UNKNOWN), ("1 << 10**9", UNKNOWN), ("f'{local}'", UNKNOWN), ("Trap().x", UNKNOWN), ("trap.x", UNKNOWN),
    ],
)  # fmt: skip
def test_values(expression, value):
    class Trap:
        @property
        def x(self):
            raise AssertionError("looked at, so run")

    def frame(local, items, trap):
        return sys._getframe()

    found = value_of(ast.parse(expression, mode="eval").body, frame(7, [1], Trap()))
    assert found is value if value is UNKNOWN else found == value
