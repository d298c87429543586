"""How calls and exchanges share time and connections: how many at once, and who waited in line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .calls_text import plural
from .style import fmt_duration


def counted(calls: int, exchanges: int) -> str:
    """``3 calls``, ``20 exchanges``, ``3 calls and 1 exchange``; empty where there is nothing."""
    told = [plural(n, noun) for n, noun in ((calls, "call"), (exchanges, "exchange")) if n]
    return " and ".join(told)


def pace(told: Sequence[dict[str, Any]], more: bool, last: float) -> str:
    """One or two sentences on how several calls and exchanges shared the time; empty for fewer than two.

    Args:
        told: Their summaries (``calls_head``).
        more: Whether there are others, which are not told of here.
        last: When the last frame was recorded, in seconds: the end of what still runs.
    """
    if len(told) < 2:
        return ""
    spans = [(each["start"], last if each["took"] is None else each["start"] + each["took"]) for each in told]
    began, over = min(start for start, _ in spans), max(end for _, end in spans)
    exchanges = sum(each["exchange"] > 0 for each in told)
    what = counted(len(told) - exchanges, exchanges)
    where = plural(len({each["connection"] for each in told}), "connection")
    first, most = "The first " if more else "", f"at most {at_once(spans)} at the same time"
    line = f"{first}{what} on {where}, in {fmt_duration(over - began)}: {most}."
    queued = [each["line"][1] - each["line"][0] for each in told if each["line"]]
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
