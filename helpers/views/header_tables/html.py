"""How the header tables are drawn: HTML. The live widget shows the same HTML, a block at a time."""

from __future__ import annotations

from helpers.wire.http2.header_tables import HeaderLog, SentBlock, TableChange, TableRow, TableStep
from helpers.wire.http2.headers import INDEXED, LITERAL, LITERAL_INDEXED, NEVER_INDEXED, SIZE_UPDATE

from ..kit.style import escape, fmt_bytes
from ..kit.text import plural, visible
from .bits import MOST_BYTES, Octet, Piece, entry_pieces
from .model import (
    Blocks,
    entry_words,
    headline,
    how,
    name_of,
    older,
    origin,
    overview,
    problems,
    unread,
    value_of,
    value_text,
    weight,
    where,
)
from .text import MOST_BLOCKS, MOST_ENTRIES

PAGE = 40
"""So many blocks are bars at a time."""
_NUMBERED = 16  # with up to so many bars there is room for a number on each
_HEX = 8
_SIGNS = {INDEXED: "→", LITERAL_INDEXED: "+", LITERAL: "·", NEVER_INDEXED: "×", SIZE_UPDATE: "↕"}


def tables_html(blocks: Blocks, log: HeaderLog) -> str:
    """The first blocks of a direction and the table after the last of them, one under another, without style."""
    if not len(log):
        return f'<div class="gv gv-hpack">{empty_html(blocks, log)}</div>'
    last = min(MOST_BLOCKS, len(log)) - 1
    parts = [notes_html(blocks, log), strip_html(blocks, log, 0)]
    for position in range(last + 1):
        sent, change = log.blocks[position], log.change(position)
        parts.append(_head(blocks, log, position) + _entries(sent, change))
    parts.append(_table(blocks, log, last, log.change(last)))
    if len(log) > last + 1:
        parts.append(f'<p class="gv-muted">… {plural(len(log) - last - 1, "more block")}</p>')
    return f'<div class="gv gv-hpack gv-hpack-static">{"".join(parts)}</div>'


def empty_html(blocks: Blocks, log: HeaderLog) -> str:
    """What stands there where a direction has no block."""
    text = overview(blocks, log) if blocks.logs else blocks.empty()
    return f'<p class="gv-muted">{escape(text)}</p>' + "".join(map(_note, blocks.notes))


def notes_html(blocks: Blocks, log: HeaderLog) -> str:
    """What to know before reading on."""
    return "".join(map(_note, filter(None, (*blocks.notes, older(log.change(0))))))


def block_html(blocks: Blocks, log: HeaderLog, position: int) -> str:
    """One block and the table after it, side by side, and the bits of each entry, of which one is seen."""
    sent, change = log.blocks[position], log.change(position)
    bits = "".join(
        f'<div class="gv-hpack-bits" data-bits="{number}" hidden>{_bits(step, sent.data)}</div>'
        for number, step in enumerate(change.steps[:MOST_ENTRIES])
    )
    return (
        f'{_head(blocks, log, position)}<div class="gv-hpack-columns">{_entries(sent, change)}'
        f"{_table(blocks, log, position, change)}</div>"
        f'<div class="gv-hpack-detail gv-scroll" role="group" aria-label="The bits of the selected entry" '
        f'tabindex="0">{bits}</div>'
    )


def strip_html(blocks: Blocks, log: HeaderLog, position: int) -> str:
    """The sizes of the blocks around one as bars; their outlines are the same headers written out."""
    first = position // PAGE * PAGE
    shown = range(first, min(first + PAGE, len(log)))
    sizes = [(log.blocks[each].block.size, log.blocks[each].block.plain_size) for each in shown]
    most = max(max(pair) for pair in sizes) or 1
    bars = "".join(
        _bar(blocks, log, each, size / most, plain / most, len(shown) <= _NUMBERED, each == position)
        for each, (size, plain) in zip(shown, sizes, strict=True)
    )
    text = f"{overview(blocks, log)} Outlines: names and values written out."
    if len(shown) < len(log):
        text += f" Here are the blocks {first + 1:,} to {shown[-1] + 1:,}."
    label = ", ".join(f"{size}" for size, _ in sizes)
    return (
        f'<div class="gv-hpack-strip"><div class="gv-hpack-bars" role="img" aria-label="Bytes of the header blocks: '
        f'{label}">{bars}</div><p class="gv-muted">{escape(text)}</p></div>'
    )


def _bar(
    blocks: Blocks, log: HeaderLog, position: int, size: float, plain: float, numbered: bool, chosen: bool
) -> str:
    block = log.blocks[position].block
    title = f"{blocks.title(log, position)}: {weight(block.size, block.plain_size)}"
    classes = "gv-hpack-bar"
    classes += " gv-hpack-tail" if blocks.is_trailers(log, position) else ""
    classes += " gv-hpack-wrong" if problems(log.blocks[position].frames) else ""
    classes += " gv-hpack-chosen" if chosen else ""
    number = f"<b>{block.size:,}</b>" if numbered else ""
    name = f"<small>{escape(blocks.title(log, position))}</small>" if numbered else ""
    return (
        f'<span class="{classes}" data-go="{position + 1}" title="{escape(title)}">{number}'
        f'<span class="gv-hpack-column"><i style="height: {100 * plain:.1f}%"></i>'
        f'<span style="height: {100 * size:.1f}%"></span></span>{name}</span>'
    )


def _note(text: str) -> str:
    return f'<p class="gv-hpack-note">{escape(text)}</p>'


def _head(blocks: Blocks, log: HeaderLog, position: int) -> str:
    sent = log.blocks[position]
    wrong = "".join(
        f'<p class="gv-hpack-problem"><b>Malformed</b> <bdi>{escape(visible(problem))}</bdi></p>'
        for problem in problems(sent.frames)
    )
    return (
        f'<p class="gv-hpack-head"><strong>{escape(blocks.title(log, position))}</strong> '
        f'<bdi class="gv-hpack-headline">{escape(headline(sent))}</bdi> '
        f'<span class="gv-muted">{escape(where(sent))}</span> '
        f'<span class="gv-hpack-weight">{weight(sent.block.size, sent.block.plain_size)}</span></p>{wrong}'
    )


def _entries(sent: SentBlock, change: TableChange) -> str:
    data = sent.data
    items = "".join(
        _entry(step, change, data, number) for number, step in enumerate(change.steps[:MOST_ENTRIES])
    )
    if len(change.steps) > MOST_ENTRIES:
        items += f'<li class="gv-muted">… {len(change.steps) - MOST_ENTRIES:,} more entries</li>'
    if problems(sent.frames) and (rest := unread(sent)):
        hexed = rest[:_HEX].hex(" ") + (" …" if len(rest) > _HEX else "")
        items += (
            '<li class="gv-hpack-entry"><span class="gv-hpack-field">not readable</span>'
            f'<span class="gv-hpack-hex gv-hpack-unread">{hexed}</span>'
            f'<span class="gv-hpack-how"></span><span class="gv-hpack-size">{fmt_bytes(len(rest))}</span></li>'
        )
    empty = "" if items else '<li class="gv-muted">no entry</li>'
    return f'<ol class="gv-hpack-entries gv-scroll" aria-label="Entries in wire order">{items}{empty}</ol>'


def _entry(step: TableStep, change: TableChange, data: bytes, number: int) -> str:
    entry = step.entry
    touched = " ".join(str(row.number) for row in (step.used, step.added, *step.evicted) if row is not None)
    hexed = data[entry.start : entry.end][:_HEX].hex(" ") + (" …" if entry.size > _HEX else "")
    plain = "" if entry.encoding == SIZE_UPDATE else f" <small>for {entry.plain_size:,}</small>"
    evicts = f", evicts {len(step.evicted)}" if step.evicted else ""
    return (
        f'<li class="gv-hpack-entry" data-entry="{number}" data-rows="{touched}" '
        f'data-name="{escape(visible(entry.name))}" data-words="{escape(entry_words(step, change))}">'
        f'<span class="gv-hpack-field"><bdi class="gv-hpack-name">{escape(name_of(entry))}</bdi> '
        f'<bdi class="gv-hpack-value">{escape(value_of(entry))}</bdi></span>'
        f'<span class="gv-hpack-hex"><span class="gv-region-hpack">{hexed}</span></span>'
        f'<span class="gv-hpack-how"><b aria-hidden="true">{_SIGNS[entry.encoding]}</b> '
        f"{escape(how(step, change))}{evicts}</span>"
        f'<span class="gv-hpack-size">{entry.size:,} B{plain}</span></li>'
    )


def _table(blocks: Blocks, log: HeaderLog, position: int, change: TableChange) -> str:
    block = log.blocks[position].block
    share = min(100, 100 * block.table_size / block.table_limit) if block.table_limit else 0
    rows = "".join(_row(blocks, log, change, row) for row in change.after[:MOST_ENTRIES])
    if len(change.after) > MOST_ENTRIES:
        rows += f'<tr><td></td><td class="gv-muted">… {len(change.after) - MOST_ENTRIES:,} more rows</td><td></td></tr>'
    if not rows:
        rows = '<tr><td></td><td class="gv-muted">empty</td><td></td></tr>'
    gone = "".join(
        f'<li data-row="{row.number}"><s><bdi>{escape(visible(row.name))}: {escape(value_text(row.value, 60))}</bdi></s>'
        f' <span class="gv-muted">{row.size:,} B</span></li>'
        for row in change.evicted[:MOST_ENTRIES]
    )
    evicted = f'<div class="gv-hpack-evicted"><b>Evicted</b><ul>{gone}</ul></div>' if gone else ""
    return (
        '<div class="gv-hpack-after"><p class="gv-hpack-caption"><strong>Dynamic table</strong> after '
        f'{escape(blocks.title(log, position))} <span class="gv-hpack-meter" aria-hidden="true">'
        f'<span style="width: {share:.1f}%"></span></span> <span class="gv-hpack-used">{block.table_size:,} of '
        f'{block.table_limit:,} B</span></p><div class="gv-hpack-rows gv-scroll">'
        '<table class="gv-hpack-table" aria-label="The dynamic table after this block"><thead><tr>'
        '<th scope="col">Index</th><th scope="col">Row, newest first</th>'
        '<th scope="col"><span title="Name, value, and 32 bytes more">Size</span></th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{evicted}</div>"
    )


def _row(blocks: Blocks, log: HeaderLog, change: TableChange, row: TableRow) -> str:
    index = change.index(row)
    uses = {step.entry.index for step in change.steps if step.used == row}
    new = any(step.added == row for step in change.steps)
    chips = '<b class="gv-hpack-chip gv-hpack-new">new</b> ' if new else ""
    came = "" if new else escape(origin(blocks, log, row))
    if uses:
        text = "used" if uses == {index} else f"used as {', '.join(map(str, sorted(uses)))}"
        chips += f'<b class="gv-hpack-chip">{text}</b> '
    return (
        f'<tr data-row="{row.number}"><td class="gv-hpack-index">{index}</td>'
        f'<td><bdi class="gv-hpack-name">{escape(visible(row.name))}</bdi> '
        f'<bdi class="gv-hpack-value">{escape(value_text(row.value))}</bdi>'
        f'<span class="gv-hpack-from">{chips}{came}</span></td>'
        f'<td class="gv-hpack-size">{row.size:,}</td></tr>'
    )


def _bits(step: TableStep, data: bytes) -> str:
    entry = step.entry
    pieces = "".join(map(_piece, entry_pieces(entry, data)))
    return (
        f'<p><bdi class="gv-hpack-name">{escape(name_of(entry))}</bdi> <span class="gv-muted">'
        f"{plural(entry.size, 'byte')}</span></p>{pieces}"
    )


def _piece(piece: Piece) -> str:
    if piece.octets:
        drawn = "".join(map(_octet, piece.octets))
        says = f"<p>{escape(piece.says)}</p>"
    else:
        rest = f" … {len(piece.data) - MOST_BYTES:,} more" if len(piece.data) > MOST_BYTES else ""
        hexed = piece.data[:MOST_BYTES].hex(" ") or "no bytes"
        drawn = f'<span class="gv-hpack-raw gv-region-{piece.region}">{hexed}{rest}</span>'
        says = f"<p><bdi>{escape(piece.says)}</bdi></p>"
    codes = "".join(
        f'<span class="gv-hpack-code"><bdi>{escape(code.text)}</bdi><b>{code.bits}</b></span>'
        for code in piece.codes
    )
    says += f'<div class="gv-hpack-codes">{codes}</div>' if codes else ""
    return (
        f'<div class="gv-hpack-piece gv-hpack-on-{piece.region}"><span class="gv-muted">{piece.title}</span><div>'
        f'<span class="gv-hpack-octets">{drawn}</span><div class="gv-hpack-says">{says}</div></div></div>'
    )


def _octet(octet: Octet) -> str:
    mark = "".join(f"<b>{bit}</b>" for bit in octet.mark)
    rest = "".join(f"<i>{bit}</i>" for bit in octet.rest)
    return (
        f'<span class="gv-hpack-octet"><span class="gv-hpack-cells" role="img" '
        f'aria-label="{octet.mark}, then {octet.rest}">{mark}{rest}</span><small>{octet.byte:02x}</small></span>'
    )
