"""Tells a stub from an answer: the only place that looks at code instead of running it."""

from __future__ import annotations

import itertools
import types

_BODIES = ("...", "return ...", *(f"raise NotImplementedError{call}" for call in ("", "()", '("")')))
_SHAPES = ("{0}def stub():\n  {1}\n", '{0}def stub():\n  ""\n  {1}\n')


def is_unwritten(function: object, stub: types.CodeType | None = None) -> bool:
    """Whether a function does nothing yet.

    Args:
        function: the learner's; what is no plain function counts as written.
        stub: the code it had in the notebook, which may do something already.
    """
    if not isinstance(function, types.FunctionType):
        return False
    code = function.__code__
    if stub is not None and _fingerprint(code) == _fingerprint(stub):
        return True
    texts_count = "NotImplementedError" in code.co_names
    idle = all(
        constant is None
        or constant is Ellipsis
        or (isinstance(constant, str) and (texts_count or constant == function.__doc__))
        for constant in code.co_consts
    )
    return idle and (code.co_code, code.co_names) in _EMPTY


def code_of(source: str, *names: str) -> types.CodeType | None:
    """The code of a function in a piece of source, `code_of(stub, "Quotes", "GetQuote")`; None if absent."""
    code: types.CodeType | None = compile(source, "<stub>", "exec", dont_inherit=True)
    for name in names:
        inner = (const for const in code.co_consts if isinstance(const, types.CodeType))
        code = next((const for const in inner if const.co_name == name), None)
        if code is None:
            return None
    return code


def _fingerprint(code: types.CodeType) -> tuple:
    # Not the code object itself: its line numbers and its file differ from cell to cell.
    constants = (
        _fingerprint(const) if isinstance(const, types.CodeType) else (type(const), const)
        for const in code.co_consts
    )
    return code.co_code, code.co_names, code.co_varnames, tuple(constants)


def _empty() -> set[tuple[bytes, tuple[str, ...]]]:
    # Compiled by the Python that runs, whose byte code differs from its neighbors'.
    sources = (
        shape.format(kind, body) for kind, body, shape in itertools.product(("", "async "), _BODIES, _SHAPES)
    )
    codes = [code_of(source, "stub") for source in sources]
    return {(code.co_code, code.co_names) for code in codes if code is not None}


_EMPTY = _empty()
