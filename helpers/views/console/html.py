"""The console where no widget can live: what can be called, and how the last call went."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ..kit.style import escape, escape_code
from .call import CallState
from .feed import entries_json, metadata_json
from .reflection import Offered
from .schema import KINDS, Method

_SHOWN = 20
"""So many of a call's messages are in static HTML."""


def console_html(
    address: str,
    methods: Sequence[Method],
    method: Method,
    account: CallState | None,
    offered: Offered | None = None,
) -> str:
    """Static HTML, without its style."""
    rows = "".join(
        f'<tr><th scope="row"><code>{escape(each.name)}</code></th>'
        f'<td><span aria-hidden="true">{_arrows(each)}</span> {each.kind}</td><td>{escape(each.doc)}</td></tr>'
        for each in methods
    )
    table = f'<div class="gv-scroll"><table class="gv-table" aria-label="Methods"><tbody>{rows}</tbody></table></div>'
    told = "" if offered is None else f"<p>{escape(offered_text(offered))}</p>"
    return (
        f'<div class="gv gv-con-static"><p><strong>Console</strong> for '
        f"{escape(', '.join(_services(methods)))} at <code>{escape(address)}</code></p>{told}"
        f"{table}{'' if account is None else _call_html(method, account)}</div>"
    )


def console_text(
    address: str,
    methods: Sequence[Method],
    method: Method,
    account: CallState | None,
    offered: Offered | None = None,
) -> str:
    """The same as text, for a terminal."""
    lines = [f"Console for {address}", *([] if offered is None else [offered_text(offered)])]
    for service, each in groupby(methods, key=lambda m: m.service.full_name):
        lines.append(service)
        lines += [f"  {_arrows(m)}  {m.name}: {m.kind}" for m in each]
    if account is not None:
        lines += ["", f"{method.name}: {account.outcome}"]
        lines += [f"  {key}: {value}" for key, value in metadata_json(account.initial or ())]
        for entry in entries_json(list(account.entries[-_SHOWN:]), "text"):
            arrow = "→" if entry["sent"] else "←"
            text = (entry.get("text", entry.get("event")) or "(empty message)").replace("\n", "\n      ")
            lines.append(f"  {arrow} {entry['at']}\n      {text}")
        lines += [f"  {key}: {value}" for key, value in metadata_json(account.trailers or ())]
    return "\n".join(lines)


def offered_text(offered: Offered) -> str:
    """What a server has told by reflection, in a line or two."""
    services = _counted(len(_services(offered.methods)), "service")
    told = f"Told by reflection {offered.version}: {services}, {_counted(len(offered.methods), 'method')}."
    if offered.without_schema:
        told += f" Listed without a schema: {', '.join(offered.without_schema)}."
    return told


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _call_html(method: Method, account: CallState) -> str:
    rows = []
    for entry in entries_json(list(account.entries[-_SHOWN:]), "text"):
        text = entry.get("text", entry.get("event")) or "(empty message)"
        arrow, way = ("→", "sent") if entry["sent"] else ("←", "received")
        rows.append(
            f'<tr><td><span aria-hidden="true">{arrow}</span><span class="gv-sr">{way}</span> {entry["at"]}</td>'
            f"<td><pre>{escape_code(text)}</pre></td></tr>"
        )
    lists = "".join(
        f"<p>{name}: {'; '.join(f'<code>{escape(k)}: {escape(v)}</code>' for k, v in metadata_json(pairs))}</p>"
        for name, pairs in (("Initial metadata", account.initial), ("Trailing metadata", account.trailers))
        if pairs
    )
    return (
        f"<p><strong>{escape(method.name)}</strong>: {escape(account.outcome)}</p>"
        f'<table class="gv-table" aria-label="Messages"><tbody>{"".join(rows)}</tbody></table>{lists}'
    )


def _arrows(method: Method) -> str:
    return KINDS[method.client_streams, method.server_streams][1]


def _services(methods: Sequence[Method]) -> list[str]:
    return list(dict.fromkeys(method.service.full_name for method in methods))
