"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

EQUALS: dict[str, dict[str, str]] = {
    "messages": {
        "while [len(rest) >= 5 -> True]:": (
            "A prefix that is cut off is shorter than any message, so the next line leaves the loop."
        ),
        "while len(rest) >= [5 -> 4]:": (
            "A prefix that is cut off is shorter than any message, so the next line leaves the loop."
        ),
        "end = 5 + int.from_bytes(rest[[1 -> ]:5], 'big')": (
            "The byte before the length is 0 here, as the task says."
        ),
        "end = 5 + int.from_bytes(rest[[1 -> 0]:5], 'big')": (
            "The byte before the length is 0 here, as the task says."
        ),
    },
    "how_it_ended": {
        "- OF_HTTP = {'400': 13, '401': 16, '40… and + OF_HTTP = {'400': 13, '401': 16, '40…": (
            "The table is looked up when the function is called, wherever in the cell it stands."
        ),
    },
    "by_hand": {
        "…rame(kind, flags, stream, payload=b'[ -> x]'):": (
            "Every call gives a payload, so the default is never used."
        ),
        "…0\\r\\n\\r\\nSM\\r\\n\\r\\n' + frame(4, 0, 0[, b'' -> ]) + frame(1, 4, 1, hpack.Encoder().e…": (
            "An empty payload is the default of this function."
        ),
    },
}

UNSOLVED: dict[str, list[str]] = {}
