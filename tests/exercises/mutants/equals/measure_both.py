"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

EQUALS: dict[str, dict[str, str]] = {
    "in_turns": {
        "+ times = {name: [] for name in names} and - times = {name: [] for name in names}": (
            "The lists are made before the calls that do not count, or after them."
        ),
        "for name in [names -> list(names)]:": ("A copy of the list has the same names in the same order."),
        "times = {name: [] for name in [names -> list(names)]}": ("A copy of the list has the same names."),
    },
    "told_apart": {
        "+ b_low, _, b_high = statistics.quanti… and - b_low, _, b_high = statistics.quanti…": (
            "Two values that do not depend on each other are worked out in another order."
        ),
        "+ a_won = sum((x < y for x, y in zip(a… and - a_won = sum((x < y for x, y in zip(a…": (
            "Two values that do not depend on each other are worked out in another order."
        ),
        "+ b_won = sum((y < x for x, y in zip(a… and - b_won = sum((y < x for x, y in zip(a…": (
            "Two values that do not depend on each other are worked out in another order."
        ),
        "- b_won = sum((y < x for x, y in zip(a… and + b_won = sum((y < x for x, y in zip(a…": (
            "Two values that do not depend on each other are worked out in another order."
        ),
        "+ if b_high < a_low and b_won > 0.9 * … and - if b_high < a_low and b_won > 0.9 * …": (
            "Only one of the two conditions can hold, so their order does not matter."
        ),
        "- return None": ("A function that ends without a return gives None."),
        "return[ None -> ]": ("A return without a value gives None."),
        "return[ None -> ] #2": ("A return without a value gives None."),
        "…_, a_high = statistics.quantiles(a, [n=4,  -> ]method='inclusive')": (
            "Quartiles are what `quantiles` gives if it is not told how many."
        ),
        "…_, b_high = statistics.quantiles(b, [n=4,  -> ]method='inclusive')": (
            "Quartiles are what `quantiles` gives if it is not told how many."
        ),
        "…a_high = statistics.quantiles(a, n=4[, method='inclusive' -> ])": (
            "The other usual definition of quartiles, which the task does not exclude."
        ),
        "…b_high = statistics.quantiles(b, n=4[, method='inclusive' -> ])": (
            "The other usual definition of quartiles, which the task does not exclude."
        ),
        "…on = sum((x < y for x, y in zip(a, b[, strict=True -> ])))": (
            "The task says that both lists are equally long."
        ),
        "…on = sum((y < x for x, y in zip(a, b[, strict=True -> ])))": (
            "The task says that both lists are equally long."
        ),
        "…(x < y for x, y in zip(a, b, strict=[True -> False])))": (
            "The task says that both lists are equally long."
        ),
        "…(y < x for x, y in zip(a, b, strict=[True -> False])))": (
            "The task says that both lists are equally long."
        ),
    },
    "lines": {
        "if rest[.strip() -> ]:": (
            "The task speaks of empty lines; one of blanks alone may be refused or skipped."
        ),
        "if line[.strip() -> ]:": (
            "The task speaks of empty lines; one of blanks alone may be refused or skipped."
        ),
    },
}

UNSOLVED: dict[str, list[str]] = {}
