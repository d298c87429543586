"""The summary above the picture, where no widget lives: as HTML and as lines of text."""

from __future__ import annotations

from typing import Any

from .calls_text import plural
from .style import escape, fmt_bytes, fmt_duration

MOST_LISTED = 20
"""So many calls and exchanges are told one by one."""
_EMPTY = "Make a call inside `with wire.capture() as call:`, through a channel to `wire.address`."


def summary_lines(head: dict[str, Any], listed: bool = True) -> list[str]:
    """The summary in characters.

    Args:
        head: The summary (``calls_head``).
        listed: Whether several calls get a line each; a single one always has its line.
    """
    calls, total = head["calls"], len(head["calls"]) + head["moreCalls"]
    if not head["frames"]:
        return ["Recording." if head["open"] else "Nothing recorded.", *head["notes"], _empty(head)]
    lines = [_call_line(call) for call in calls[:MOST_LISTED]] if listed or total == 1 else []
    if listed and total > MOST_LISTED:
        lines.append(_more(total))
    if total != 1:
        lines.insert(0, f"{_what(head)}, {plural(head['frames'], 'frame')}, {_weight(head)}")
    return [*lines, *head["notes"]]


def summary_html(head: dict[str, Any]) -> str:
    """The summary as HTML; where nothing is recorded, with what to do about it."""
    notes = "".join(f'<p class="gv-call-note">{escape(note)}</p>' for note in head["notes"])
    empty = "" if head["frames"] else f'<p class="gv-call-empty">{escape(_empty(head))}</p>'
    return f'<div class="gv-call-summary">{_title_html(head)}{notes}</div>{empty}'


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
    )


def _weight(told: dict[str, Any]) -> str:
    return f"{fmt_bytes(told['payload'])} of {told['goods']} in {fmt_bytes(told['wire'])} on the wire"


def _title_html(head: dict[str, Any]) -> str:
    calls, total = head["calls"], len(head["calls"]) + head["moreCalls"]
    if not head["frames"]:
        return f"<strong>{'Recording' if head['open'] else 'Nothing recorded'}</strong>"
    if total == 1:
        return _call_html(calls[0], "div")
    items = "".join(_call_html(call, "li") for call in calls[:MOST_LISTED])
    if total > MOST_LISTED:
        items += f"<li>{_more(total)}</li>"
    listed = f"<details><summary>One by one</summary><ol>{items}</ol></details>" if calls else ""
    return (
        f'<div class="gv-call-line"><strong>{_what(head)}</strong><span class="gv-call-fact">'
        f"{plural(head['frames'], 'frame')}</span>{_weight_html(head)}</div>{listed}"
    )


def _call_html(call: dict[str, Any], tag: str) -> str:
    facts = ["running" if call["took"] is None else fmt_duration(call["took"])]
    if call["timeout"] is not None:
        facts.append(f"deadline {fmt_duration(call['timeout'])}")
    facts += [
        f"{plural(call['sent'], 'request')}, {plural(call['got'], 'response')}",
        plural(call["frames"], "frame"),
    ]
    told = "".join(f'<span class="gv-call-fact">{fact}</span>' for fact in facts)
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
        f'<div class="gv-call-line">{told}{_weight_html(call)}</div>{note}</{tag}>'
    )


def _weight_html(told: dict[str, Any]) -> str:
    share = min(100.0, 100 * told["payload"] / told["wire"]) if told["wire"] else 0.0
    return (
        '<span class="gv-call-fact gv-call-weight"><span class="gv-call-bar" aria-hidden="true">'
        f'<span style="width: {share:.1f}%"></span></span>{_weight(told)}</span>'
    )
