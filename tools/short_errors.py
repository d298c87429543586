"""A judgement of errors as a learner sees them: short, by their own lines, and with what to run."""

from __future__ import annotations

import re

LONGEST = 30
"""Lines an error may have, the quoted lines of the learner's code and gRPC's own account included."""

ANSI = re.compile(r"\x1b\[[0-9;]*m")
# Where a traceback says whose code is quoted. The learner's is `Cell In[3]`; all else comes from a file.
_FOREIGN = re.compile(r"^\s*File .*|.*\.pyx.*", re.MULTILINE)
_CHAINED = ("During handling of the above exception", "The above exception was the direct cause")
# What a state asks for: which cells to run, in the imperative.
_CURE = re.compile(r"\b[Rr]un\b.*\b(?:cells?|section)\b|\brun it again\b|\bRun All Above\b", re.DOTALL)


def objections(traceback: str, needs_cure: bool = True) -> list[str]:
    """Say what is wrong with an error that a learner sees.

    Args:
        traceback: the error as the front end shows it, with or without colors.
        needs_cure: whether it must name the cells to run, as where they were run out of order.

    Returns:
        one line for each objection; an error that is as it should be gives none.
    """
    text = ANSI.sub("", traceback).rstrip()
    found = [f"quotes a library: {line.strip()}" for line in dict.fromkeys(_FOREIGN.findall(text))]
    found += [f"has a second traceback: {words}" for words in _CHAINED if words in text]
    if (count := len(text.split("\n"))) > LONGEST:
        found.append(f"has {count} lines, {LONGEST} at most")
    # The cure stands after the error itself, where one reads last.
    tail = "\n".join(text.split("\n")[-4:])
    if needs_cure and not _CURE.search(tail):
        found.append(f"does not say what to run: {tail}")
    return found
