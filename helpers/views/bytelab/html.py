"""How the byte lab is drawn: HTML. The live widget shows the same HTML below its inputs."""

from __future__ import annotations

from helpers.text import plural

from ..kit.style import escape
from .model import Bits, EncodedItem, Part, Step
from .read import Refused
from .steps import Encoding
from .text import nothing_sent, summary

MOST_HEX = 64
"""So many bytes of one part are spelled out in the line of all bytes."""
MOST_JSON = 120
"""So many characters of the JSON document are shown."""


def lab_html(shown: Encoding | Refused) -> str:
    """The picture as HTML, without its style."""
    state, wrong = state_of(shown)
    if isinstance(shown, Refused):
        result, steps = _problem(shown), ""
    else:
        result, steps = _result(shown), _steps(shown.parts)
    return (
        f'<div class="gv gv-bl" data-state="{state}" data-wrong="{wrong}" data-summary="{escape(summary(shown))}">'
        f'<div class="gv-bl-result">{result}</div>'
        f'<div class="gv-bl-steps gv-scroll" role="group" aria-label="How the bytes come about">{steps}</div></div>'
    )


def state_of(shown: Encoding | Refused) -> tuple[str, str]:
    """``done``, ``empty`` or ``failed``, and which input is wrong."""
    if isinstance(shown, Refused):
        return ("empty", "") if shown.unfinished else ("failed", shown.part)
    return ("done" if shown.parts else "empty"), ""


def _problem(refused: Refused) -> str:
    sign, kind = ("…", "gv-muted") if refused.unfinished else ("✗", "gv-bl-refused")
    return f'<p class="{kind}"><span aria-hidden="true">{sign}</span> {escape(refused)}</p>'


def _result(shown: Encoding) -> str:
    text = shown.json if len(shown.json) <= MOST_JSON else f"{shown.json[:MOST_JSON]}…"
    rows = [
        ("Protocol Buffers", _runs(shown), plural(len(shown.data), "byte")),
        ("JSON", f'<bdi class="gv-bl-json">{escape(text)}</bdi>', plural(len(shown.json.encode()), "byte")),
    ]
    body = "".join(
        f'<tr><th scope="row">{name}</th><td>{cell}</td><td class="gv-bl-size">{size}</td></tr>'
        for name, cell, size in rows
    )
    if shown.others and shown.parts:
        chips = "".join(_chip(name, size, name == shown.kind.name) for name, size in shown.others.items())
        body += (
            f'<tr><th scope="row">By type</th><td colspan="2"><ul class="gv-bl-chips">{chips}</ul></td></tr>'
        )
    lines = "".join(f"<code>{escape(line)}</code>" for line in shown.schema.splitlines())
    schema = f'<p class="gv-bl-schema">{lines}</p>'
    return f'{schema}<table aria-label="The same field in Protocol Buffers and in JSON">{body}</table>'


def _chip(name: str, size: int | None, current: bool) -> str:
    words = "does not fit" if size is None else f"<b>{plural(size, 'byte')}</b>"
    mark = ' class="gv-bl-current" aria-current="true"' if current else ""
    return f"<li{mark}>{name} {words}</li>"


def _runs(shown: Encoding) -> str:
    if not shown.parts:
        return f'<span class="gv-muted">{escape(nothing_sent(shown))}</span>'
    outer = "".join(_run(part) for part in shown.parts if not part.inner)
    inner = "".join(_run(part) for part in shown.parts if part.inner)
    if inner:
        outer += (
            f'<span class="gv-bl-run gv-bl-nest"><span>{inner}</span><small>value: a message</small></span>'
        )
    return f'<span class="gv-bl-runs">{outer}</span>'


def _run(part: Part) -> str:
    more = len(part.data) - MOST_HEX
    rest = f" … {more:,} more" if more > 0 else ""
    lines = " gv-bl-lines" if len(part.data) > 16 else ""
    return (
        f'<span class="gv-bl-run"><b class="gv-region-{part.region}{lines}">{part.data[:MOST_HEX].hex(" ")}{rest}</b>'
        f"<small>{part.title}</small></span>"
    )


def _steps(parts: tuple[Part, ...]) -> str:
    noted: set[str] = set()
    return "".join(_part(part, noted) for part in parts)


def _part(part: Part, noted: set[str]) -> str:
    rows = "".join(_step(step, part.region, noted) for step in part.steps)
    return (
        f'<div class="gv-bl-part{" gv-bl-inner" if part.inner else ""}">'
        f'<p class="gv-bl-head"><b class="gv-region-{part.region}">{part.title}</b> {escape(part.text)}</p>'
        f"{rows}</div>"
    )


def _step(step: Step, region: str, noted: set[str]) -> str:
    how = f'<p class="gv-bl-formula">{escape(step.formula)}</p>' if step.formula else ""
    if step.bits:
        # Ten groups stand better as five and five than as nine and one.
        columns = f" gv-bl-columns-{-(-len(step.bits) // 2)}" if len(step.bits) > 5 else ""
        how += f'<div class="gv-bl-row{columns}">{"".join(_bits(bits, region) for bits in step.bits)}</div>'
    if step.pairs:
        rest = f'<span class="gv-muted">{step.left_out}</span>' if step.left_out else ""
        how += f'<div class="gv-bl-row">{"".join(_pair(pair, region) for pair in step.pairs)}{rest}</div>'
    # The same sentence about tag, length and value would be noise.
    if step.note and step.note not in noted:
        noted.add(step.note)
        how += f'<p class="gv-muted">{escape(step.note)}</p>'
    return (
        f'<div class="gv-bl-step"><span class="gv-bl-name">{escape(step.title)}</span><div>{how}</div></div>'
    )


def _bits(bits: Bits, region: str) -> str:
    front = (
        "" if bits.more is None else f'<em class="gv-bl-{"more" if bits.more else "last"}">{bits.more:d}</em>'
    )
    cells = "".join(f"<b>{bit}</b>" if bit == "1" else f"<i>{bit}</i>" for bit in bits.bits)
    words = f"continuation bit {bits.more:d}, then {bits.bits}" if front else bits.bits
    byte = "" if bits.byte is None else f'<span class="gv-bl-hex">{bits.byte:02x}</span>'
    label = f"<small>{escape(bits.label)}</small>" if bits.label else ""
    return (
        f'<span class="gv-bl-bits gv-bl-on-{region}">'
        f'<span class="gv-bl-cells" role="img" aria-label="{words}">{front}{cells}</span>{byte}{label}</span>'
    )


def _pair(pair: EncodedItem, region: str) -> str:
    note = f"<small>{escape(pair.note)}</small>" if pair.note else ""
    return (
        f'<span class="gv-bl-pair"><bdi>{escape(pair.text)}</bdi>{note}'
        f'<b class="gv-region-{region}">{pair.data.hex(" ")}</b></span>'
    )
