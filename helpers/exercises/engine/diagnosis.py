"""The likely cause of a failure, chosen by what came instead of what was expected."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from . import explanations, formatting
from .verdict import Raised

Cause = str | Callable[[Any], str]
"""A cause as a teacher would put it, or a function that finds one, given what came."""

Diagnosis = Cause | Mapping[Any, Cause]
"""The likely cause of a failure, or causes by what came; `...` for the rest.

What came is a value, a status, an exception's class, such a class with a part of the exception's text, as
`(AttributeError, "cancelled")`, or `Raised`: any exception that a `raise` of the learner's has raised. `TimeoutError`
stands for a function that does not return.
"""

_BROAD = (Exception, TypeError, AttributeError, ValueError, RuntimeError)  # raised for a hundred reasons


def diagnose(diagnosis: Diagnosis, actual: object, field: str = "") -> str:
    """The likely cause, given what came, and the name of the field that has it."""
    if isinstance(diagnosis, Mapping):
        cause = diagnosis.get(field or ..., diagnosis.get(..., ""))
        with contextlib.suppress(TypeError):  # a list, or a tuple with a list in it, is nothing to look up
            cause = diagnosis.get(actual, cause)
    else:
        cause = diagnosis
    return cause(actual) if callable(cause) else cause


def diagnose_error(diagnosis: Diagnosis, error: BaseException) -> str:
    """The likely cause of an exception.

    The one given for its class and a part of its text goes first, then the one for its class, if that is a narrow
    one; then what the exception itself says beyond doubt, and then the one for the nearest base class.
    """
    given = diagnosis if isinstance(diagnosis, Mapping) else {}
    by_text = (key for key in given if isinstance(key, tuple) and len(key) == 2 and isinstance(key[0], type))
    cause = next(
        (given[kind, part] for kind, part in by_text if isinstance(error, kind) and part in str(error)), None
    )
    if cause is None and type(error) not in _BROAD:
        cause = given.get(type(error))
    if cause is None and formatting.was_raised_on_purpose(error):
        cause = given.get(Raised)
    if cause is None:
        cause = explanations.explain(error) or next(
            (given[cls] for cls in type(error).__mro__ if cls in given), ""
        )
    return cause(error) if callable(cause) else cause
