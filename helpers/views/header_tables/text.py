"""The header tables in characters: the first blocks entry by entry, and the table that they leave behind."""

from __future__ import annotations

from helpers.wire.http2.header_tables import HeaderLog
from helpers.wire.http2.headers import SIZE_UPDATE

from ..kit.text import plural, visible
from .model import (
    Blocks,
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

MOST_BLOCKS = 3
"""So many blocks stand in a picture that cannot be clicked through."""
MOST_ENTRIES = 200
"""So many entries of one block, and rows of one table, are shown."""
_HEX = 8


def tables_text(blocks: Blocks, log: HeaderLog) -> str:
    """The picture in characters, of one direction."""
    if not len(log):
        return "\n".join([overview(blocks, log), *blocks.notes] if blocks.logs else [blocks.empty()])
    lines = [overview(blocks, log), *blocks.notes]
    if note := older(log.change(0)):
        lines.append(note)
    last = min(MOST_BLOCKS, len(log)) - 1
    for position in range(last + 1):
        lines += ["", *_block(blocks, log, position)]
    lines += ["", *_table(blocks, log, last)]
    if len(log) > last + 1:
        lines += ["", f"… {plural(len(log) - last - 1, 'more block')}"]
    return "\n".join(lines)


def _block(blocks: Blocks, log: HeaderLog, position: int) -> list[str]:
    sent, change = log.blocks[position], log.change(position)
    size = weight(sent.block.size, sent.block.plain_size)
    lines = [f"{blocks.title(log, position)}  {headline(sent)}  ({where(sent)}): {size}"]
    lines += [f"  malformed: {problem}" for problem in problems(sent.frames)]
    rows = []
    for step in change.steps[:MOST_ENTRIES]:
        entry = step.entry
        hexed = sent.data[entry.start : entry.end][:_HEX].hex(" ") + (" …" if entry.size > _HEX else "")
        plain = "" if entry.encoding == SIZE_UPDATE else f" for {entry.plain_size:,}"
        rows.append(
            (f"{entry.size:,} B{plain}", hexed, f"{name_of(entry)}: {value_of(entry, 60)}", how(step, change))
        )
    if len(change.steps) > MOST_ENTRIES:
        rows.append(("", "", f"… {len(change.steps) - MOST_ENTRIES:,} more entries", ""))
    if problems(sent.frames) and (rest := unread(sent)):
        rows.append((f"{len(rest)} B", rest[:_HEX].hex(" "), "not readable", ""))
    wide = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    return lines + [
        f"  {row[0]:>{wide[0]}}  {row[1]:{wide[1]}}  {row[2]:{wide[2]}}  {row[3]}".rstrip() for row in rows
    ]


def _table(blocks: Blocks, log: HeaderLog, position: int) -> list[str]:
    sent, change = log.blocks[position], log.change(position)
    used = f"{sent.block.table_size:,} of {sent.block.table_limit:,} bytes"
    lines = [f"Dynamic table after {blocks.title(log, position)}: {used}"]
    if not change.after:
        return [*lines, "  empty"]
    for row in change.after[:MOST_ENTRIES]:
        field = f"{visible(row.name)}: {value_text(row.value, 60)}"
        lines.append(f"  {change.index(row):>4}  {row.size:>5} B  {field}  ({origin(blocks, log, row)})")
    if len(change.after) > MOST_ENTRIES:
        lines.append(f"  … {plural(len(change.after) - MOST_ENTRIES, 'more row')}")
    return lines
