"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

EQUALS: dict[str, dict[str, str]] = {
    "split_frames": {
        "while [len(data) >= 9 -> True]:": (
            "What is too short for a header is too short for the frame as well, so the next line leaves the loop."
        ),
        "while len([data -> first_seen(data)]) >= 9:": (
            "What is too short for a header is too short for the frame as well, so the next line leaves the loop."
        ),
        "while len(data) >= [9 -> 8]:": (
            "What is too short for a header is too short for the frame as well, so the next line leaves the loop."
        ),
        "[return -> break]": ("Nothing comes after the loop, so it does not matter how it is left."),
        "…ta[3], data[4], int.from_bytes(data[[5 -> ]:9], 'big') & 2147483647, data[9:end…": (
            "Only the last four of these bytes count, as the mask cuts off the rest."
        ),
        "…ta[3], data[4], int.from_bytes(data[[5 -> 4]:9], 'big') & 2147483647, data[9:end…": (
            "Only the last four of these bytes count, as the mask cuts off the rest."
        ),
    },
}

UNSOLVED: dict[str, list[str]] = {}
