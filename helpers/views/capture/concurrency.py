"""How calls and exchanges share time and connections: how many at once, and who waited in line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..kit.style import fmt_duration
from ..kit.text import plural


def counted(calls: int, exchanges: int, encrypted: int = 0) -> str:
    """``3 calls``, ``20 exchanges``, ``3 calls and 1 exchange``; empty where there is nothing."""
    nouns = ((calls, "call"), (exchanges, "exchange"), (encrypted, "encrypted connection"))
    return " and ".join(plural(n, noun) for n, noun in nouns if n)


def pace(summaries: Sequence[dict[str, Any]], more: bool, last: float) -> str:
    """One or two sentences on how several calls and exchanges shared the time; empty for fewer than two.

    Args:
        summaries: Their summaries (`summary`).
        more: Whether there are others, which are left out here.
        last: When the last frame was recorded, in seconds: the end of what still runs.
    """
    if len(summaries) < 2:
        return ""
    spans = [
        (each["start"], last if each["took"] is None else each["start"] + each["took"]) for each in summaries
    ]
    began, over = min(start for start, _ in spans), max(end for _, end in spans)
    exchanges = sum(each["exchange"] > 0 for each in summaries)
    what = counted(len(summaries) - exchanges, exchanges)
    where = plural(len({each["connection"] for each in summaries}), "connection")
    first, most = "The first " if more else "", f"at most {at_once(spans)} at the same time"
    line = f"{first}{what} on {where}, in {fmt_duration(over - began)}: {most}."
    queued = [each["line"][1] - each["line"][0] for each in summaries if each["line"]]
    if queued:
        waited = "1 answer" if len(queued) == 1 else f"{len(queued):,} answers"
        line += (
            f" Answers come in the order of the requests: {waited} waited in line behind others, "
            f"{fmt_duration(max(queued))} at most."
        )
    return line


def at_once(spans: Sequence[tuple[float, float]]) -> int:
    """How many of the spans (start, end) overlap at most; one that begins when another ends does not."""
    changes = sorted([(start, 1) for start, _ in spans] + [(end, -1) for _, end in spans])
    most = running = 0
    for _, change in changes:
        running += change
        most = max(most, running)
    return max(most, 1 if spans else 0)
