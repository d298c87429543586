"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_BEFORE = "The semaphore is there before a call begins."
_LOOKS = "When all have been asked it looks at the time now and then, and goes on waiting."
_TWICE = "A call that is cancelled twice is cancelled."
_ONE_BY_ONE = "It counts one by one."
_LIST = "A list of the list."
_EMPTY = "A queue raises nothing else."

EQUALS: dict[str, dict[str, str]] = {
    "at_most_two": {
        "- places = threading.Semaphore(2) and + places = threading.Semaphore(2)": _BEFORE,
        "+ context.set_trailing_metadata([('grp…": "What is set a second time replaces the first.",
        "…rpc.StatusCode.RESOURCE_EXHAUSTED, '[two at a time -> ]')": "The goal asks for no text.",
    },
    "hedge": {
        "+ other.cancel()": _TWICE,
        "call = ended.get(timeout=after[ if len(calls) < len(stubs) else Non… -> ])": _LOOKS,
        "except [queue.Empty -> Exception]:": _EMPTY,
        "for other in [calls -> list(calls)]:": _LIST,
        "…ded.get(timeout=after if len(calls) [< -> <=] len(stubs) else None)": _LOOKS,
        "…ll = ended.get(timeout=after if len([calls -> '']) < len(stubs) else None)": _LOOKS,
        "…ode() is grpc.StatusCode.OK or over [== -> >=] len(stubs):": _ONE_BY_ONE,
        "…t(timeout=after if len(calls) < len([stubs -> first_seen(stubs)]) else None)": _LOOKS,
    },
}
UNSOLVED: dict[str, tuple[str, ...]] = {}
