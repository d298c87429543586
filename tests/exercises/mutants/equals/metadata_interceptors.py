"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_DETAILS = "gRPC takes from the caller's details whatever the ones given to `continuation` do not have."
_LATER = "The handler is asked for a line later, and before it is used."
_HANDLER = "- handler = continuation(details) and + handler = continuation(details)"

EQUALS: dict[str, dict[str, str]] = {
    "call_log": {_HANDLER: _LATER},
    "request_id": {
        "…me == 'x-request-id' for name, _ in [metadata -> list(metadata)])):": "A copy holds the same pairs.",
    },
    "retrying": {
        "call = continuation([details -> 0], request)": _DETAILS,
        "call = continuation([details -> ''], request)": _DETAILS,
        "call = continuation([details -> None], request)": _DETAILS,
    },
    "status_map": {
        _HANDLER: _LATER,
        "[raise -> return]": "`abort` has ended the call before: what the handler gives after it goes nowhere.",
    },
    "token_guard": {
        "- if dict(details.invocation_metadata)… and + if dict(details.invocation_metadata)…": (
            "The function that refuses is made earlier, and used or not."
        ),
    },
}
UNSOLVED: dict[str, list[str]] = {}
