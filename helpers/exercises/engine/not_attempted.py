"""The difference between a stub and an answer: the only place that looks at code instead of running it."""

from __future__ import annotations

import itertools
import types

_BODIES = ("...", "return ...", *(f"raise NotImplementedError{call}" for call in ("", "()", '("")')))
_TEMPLATES = ("{0}def stub():\n  {1}\n", '{0}def stub():\n  ""\n  {1}\n')


def is_not_attempted(function: object, stub: types.CodeType | None = None) -> bool:
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
    code: types.CodeType = compile(source, "<stub>", "exec", dont_inherit=True)
    for name in names:
        inner = (const for const in code.co_consts if isinstance(const, types.CodeType))
        if (found := next((const for const in inner if const.co_name == name), None)) is None:
            return None
        code = found
    return code


def fingerprint(answer: object) -> object:
    """What stays the same when an answer is given again unchanged: the code of a function, or of a class."""
    if isinstance(answer, types.FunctionType):
        return _fingerprint(answer.__code__)
    if isinstance(answer, type):
        code = ((name, fingerprint(value)) for name, value in sorted(vars(answer).items()))
        return tuple(pair for pair in code if pair[0] not in ("__module__", "__dict__", "__weakref__"))
    if isinstance(answer, types.ModuleType) and hasattr(answer, "DESCRIPTOR"):
        return answer.DESCRIPTOR.serialized_pb
    return repr(answer)


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
        template.format(kind, body)
        for kind, body, template in itertools.product(("", "async "), _BODIES, _TEMPLATES)
    )
    codes = [code_of(source, "stub") for source in sources]
    return {(code.co_code, code.co_names) for code in codes if code is not None}


_EMPTY = _empty()
