"""A stub is told from an answer, on every Python, whatever its byte code looks like."""

from __future__ import annotations

import pytest

from helpers.exercises.engine.not_attempted import code_of, is_not_attempted

EMPTY = [
    "...",
    "pass",
    "return",
    "return None",
    "return ...",
    "'''What it does.'''",
    "'''What it does.'''\n  ...",
    "# your code here\n  ...",
    "raise NotImplementedError",
    "raise NotImplementedError()",
    "raise NotImplementedError('later')",
    "'''What it does.'''\n  raise NotImplementedError('later')",
]
WRITTEN = [
    "return 5",
    "return 'x'",
    "return self",
    "return request.name",
    "x = 1",
    "raise ValueError",
    "raise ValueError('no')",
    "print(1)",
    "'''What it does.'''\n  return 'x'",
    "yield",
    "while True: pass",
]
GIVEN = "class C:\n  def f(self, request):\n    y = [request]\n    return [a for a in y if a > 1]"


def method(source: str):
    names: dict = {}
    exec(source, names)
    return names["C"].f


@pytest.mark.parametrize("kind", ["", "async "])
@pytest.mark.parametrize(
    ("body", "empty"), [(body, True) for body in EMPTY] + [(body, False) for body in WRITTEN]
)
def test_a_body_that_does_nothing_is_not_attempted(kind, body, empty):
    assert is_not_attempted(method(f"class C:\n {kind}def f(self, request, context):\n  {body}")) is empty


def test_a_stub_that_does_something_is_known_again_by_its_code():
    stub = code_of(GIVEN, "C", "f")
    assert is_not_attempted(method(GIVEN), stub)
    assert is_not_attempted(method("\n\n# a note\n" + GIVEN), stub)
    assert not is_not_attempted(method(GIVEN.replace("> 1", "> 2")), stub)
    assert not is_not_attempted(method(GIVEN))


def test_what_is_no_function_counts_as_written():
    assert not is_not_attempted(None)
    assert not is_not_attempted(len)
    assert code_of(GIVEN, "C", "absent") is None
