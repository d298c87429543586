"""The summary above the picture, where no widget lives: as HTML and as lines of text."""

from __future__ import annotations

from typing import Any

from ..kit.style import escape, fmt_bytes, fmt_duration
from ..kit.text import plural

MOST_LISTED = 20
"""So many calls and exchanges are listed one by one."""
_EMPTY = "Make a call inside `with wire.capture() as call:`, through a channel to `wire.address`."


def summary_lines(head: dict[str, Any], listed: bool = True) -> list[str]:
    """The summary in characters.

    Args:
        head: The summary (`summary`).
        listed: Whether several calls get a line each; a single one always has its line.
    """
    calls, total = head["calls"], len(head["calls"]) + head["moreCalls"]
    if not head["frames"] and head["unfinished"]:
        return ["No whole frame yet.", *head["notes"]]
    if not head["frames"]:
        return ["Recording." if head["open"] else "Nothing recorded.", *head["notes"], _empty(head)]
    lines = [_call_line(call) for call in calls[:MOST_LISTED]] if listed or total == 1 else []
    if listed and total > MOST_LISTED:
        lines.append(_more(total))
    if total != 1:
        lines.insert(0, f"{_what(head)}, {plural(head['frames'], 'frame')}, {_weight(head)}")
    whole = _whole(head)
    return [*lines, *([f"  {whole}"] if whole else []), *head["notes"]]


def summary_html(head: dict[str, Any]) -> str:
    """The summary as HTML; where nothing is recorded, with what to do about it."""
    notes = "".join(f'<p class="gv-call-note">{escape(note)}</p>' for note in head["notes"])
    empty = (
        "" if head["frames"] or head["unfinished"] else f'<p class="gv-call-empty">{escape(_empty(head))}</p>'
    )
    return f'<div class="gv-call-summary">{title_html(head)}{notes}</div>{empty}'


def _empty(head: dict[str, Any]) -> str:
    return "Nothing has come yet." if head["open"] else _EMPTY


def _what(head: dict[str, Any]) -> str:
    return head["what"] or "No gRPC call"


def _more(total: int) -> str:
    return f"… {total - MOST_LISTED:,} more"


def _call_line(call: dict[str, Any]) -> str:
    took = "" if call["took"] is None else f" in {fmt_duration(call['took'])}"
    limit = "" if call["timeout"] is None else f", deadline {fmt_duration(call['timeout'])}"
    name = f"{call['service']}/{call['method']}" if call["service"] else call["method"]
    note = f": {call['note']}" if call["note"] else ""
    counts = f"{plural(call['sent'], 'request')}, {plural(call['got'], 'response')}"
    return (
        f"{call['sign']} {call['word']}{note}  {name} ({call['kind']}){took}{limit}, {counts}, "
        f"{plural(call['frames'], 'frame')}, {_weight(call)}"
        + "".join(f"\n  {each}" for each in call["remarks"])
    )


def _whole(head: dict[str, Any]) -> str:
    """What there is besides the calls, so that all parts add up; empty where they are all there is."""
    frames, size = head["rest"]
    if not frames and not head["unfinished"]:
        return ""
    rest = f"{plural(frames, 'frame')} and {fmt_bytes(size)}"
    more = f", {fmt_bytes(head['unfinished'])} are no whole frame yet" if head["unfinished"] else ""
    if len(head["calls"]) + head["moreCalls"] != 1:
        return f"of these {rest} are the connection's{more}"
    return (
        f"with {rest} of the connection{more}: {plural(head['frames'], 'frame')}, {fmt_bytes(head['wire'])}"
    )


def _weight(summary: dict[str, Any]) -> str:
    return (
        f"{fmt_bytes(summary['payload'])} of {summary['goods']} in {fmt_bytes(summary['wire'])} on the wire"
    )


def title_html(head: dict[str, Any], live: bool = False) -> str:
    """How it went and what it cost; the list of several calls is another one where it is ``live``."""
    calls, total = head["calls"], len(head["calls"]) + head["moreCalls"]
    if not head["frames"] and head["unfinished"]:
        return "<strong>No whole frame yet</strong>"
    if not head["frames"]:
        return f"<strong>{'Recording' if head['open'] else 'Nothing recorded'}</strong>"
    if total == 1:
        return _call_html(calls[0], "div") + _whole_html(head)
    what, listed = [_what(head)], ""
    if live:
        counts = ((sum(call["state"] == state for call in calls), state) for state in ("failed", "running"))
        what += [f"{count:,} {state}" for count, state in counts if count]
    elif calls:
        items = "".join(_call_html(call, "li") for call in calls[:MOST_LISTED])
        items += f"<li>{_more(total)}</li>" if total > MOST_LISTED else ""
        listed = f"<details><summary>One by one</summary><ol>{items}</ol></details>"
    return (
        f'<div class="gv-call-line"><strong>{", ".join(what)}</strong><span class="gv-call-fact">'
        f"{plural(head['frames'], 'frame')}</span>{_weight_html(head)}</div>{_whole_html(head)}{listed}"
    )


def _whole_html(head: dict[str, Any]) -> str:
    whole = _whole(head)
    return f'<p class="gv-muted gv-call-rest">{escape(whole)}</p>' if whole else ""


def _call_html(call: dict[str, Any], tag: str) -> str:
    took = "running" if call["took"] is None else fmt_duration(call["took"])
    facts = [] if call["timeout"] is None else [f"deadline {fmt_duration(call['timeout'])}"]
    facts += [
        f"{plural(call['sent'], 'request')}, {plural(call['got'], 'response')}",
        plural(call["frames"], "frame"),
    ]
    line = f'<span class="gv-call-fact gv-call-fact-time">{took}</span>'
    line += "".join(f'<span class="gv-call-fact">{fact}</span>' for fact in facts)
    remarks = "".join(f'<p class="gv-call-note">{escape(each)}</p>' for each in call["remarks"])
    service = f'<bdi class="gv-muted">{escape(call["service"])}/</bdi>' if call["service"] else ""
    note = (
        f'<div class="gv-call-line gv-call-said"><bdi>{escape(call["note"])}</bdi></div>'
        if call["note"]
        else ""
    )
    return (
        f'<{tag}><div class="gv-call-line"><strong class="gv-call-outcome gv-call-is-{call["state"]}">'
        f'<span aria-hidden="true">{call["sign"]} </span><bdi>{escape(call["word"])}</bdi></strong>'
        f'<span class="gv-call-method">{service}<bdi class="gv-call-name">{escape(call["method"])}</bdi></span>'
        f'<span class="gv-call-kind">{escape(call["kind"])}</span></div>'
        f'<div class="gv-call-line">{line}{_weight_html(call)}</div>{note}{remarks}</{tag}>'
    )


def _weight_html(summary: dict[str, Any]) -> str:
    share = min(100.0, 100 * summary["payload"] / summary["wire"]) if summary["wire"] else 0.0
    return (
        '<span class="gv-call-fact gv-call-weight"><span class="gv-call-bar" aria-hidden="true">'
        f'<span style="width: {share:.1f}%"></span></span>{_weight(summary)}</span>'
    )
