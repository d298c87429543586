"""A table: rows of cells that show themselves in a notebook, in a converted page and in a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, TypeGuard

from helpers import display
from helpers.display import Displayed
from helpers.text import visible, wrap

from .bars import fmt_number
from .style import bundle, escape

MISSING = "–"
"""What stands in a cell that has nothing to say: None, or a key that a row does not have."""
WIDTH = 100
"""Characters of a line in a terminal, at most."""
_NARROW = 12  # characters that a column in a terminal keeps
_TALL = 12  # rows from which on the table may have to scroll, and so must be reachable with the keyboard
_LONG = 24  # characters of a word that may be broken

_CODE = re.compile(r"`([^`\n]+)`")
_NUMBER = re.compile(r"[-+−~]?\d[\d,]*(\.\d+)?( ?(%|×|[kMGT]?B(/s)?|[nµm]?s|min|h|/s))?")
_SIGN = re.compile(r"([✓✗▲])(?= |$)")
_SIGNS = {"✓": "good", "✗": "bad", "▲": "odd"}

Rows = Iterable[Sequence[object]] | Iterable[Mapping[str, object]] | Mapping[str, object]


@dataclass(frozen=True, init=False)
class Table(Displayed):
    """Rows of cells, as a value.

    A column of numbers stands right-aligned; the first column names the rows. Everything is shown as text,
    except that a pair of backticks makes code, and that a ✓, ✗ or ▲ at the start of a cell has the color of
    success, failure or warning.

    Attributes:
        header: the columns' names, as text.
        rows: the cells, as text: whole numbers with commas, others with three significant digits.
        title: what the table shows.
        note: a sentence below.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str
    note: str

    def __init__(self, rows: Rows, header: Sequence[object] = (), title: str = "", note: str = "") -> None:
        """A table.

        Args:
            rows: sequences of cells; or for each row's name its cells (or one cell); or dicts, whose keys are
                the columns.
            header: the columns' names. With dicts: which keys to show, in which order. With named rows it may
                leave out the column of the names.
            title: what the table shows.
            note: a sentence below, on where it comes from.

        Raises:
            ValueError: rows of different lengths, a row that is no row, or a column that no row has.
        """
        columns, cells = _read(rows, [str(name) for name in header])
        for number, row in enumerate(cells, 1):
            if len(row) != len(columns or cells[0]):
                whole = f"the header {len(columns)}" if columns else f"the first row {len(cells[0])}"
                raise ValueError(f"row {number} has {len(row)} cells, {whole}")
        object.__setattr__(self, "header", tuple(columns))
        object.__setattr__(self, "rows", tuple(tuple(map(_text, row)) for row in cells))
        object.__setattr__(self, "title", str(title))
        object.__setattr__(self, "note", str(note))

    def __str__(self) -> str:
        lines = text_table(self.header, self.rows, WIDTH - 2, numeric_columns(self.rows))
        shown = textwrap.indent(lines, "  ") if self.rows else "Nothing to show yet."
        return visible("\n".join(filter(None, (self.title, shown, self.note))))

    def html(self) -> str:
        """The markup without its style: for a view that carries ``table.css``."""
        title = f'<p class="gv-sheet-title">{inline(self.title)}</p>' if self.title else ""
        note = f'<p class="gv-muted">{inline(self.note)}</p>' if self.note else ""
        body = self._table() if self.rows else '<p class="gv-muted">Nothing to show yet.</p>'
        return f'<div class="gv gv-sheet">{title}{body}{note}</div>'

    def _table(self) -> str:
        label = escape(self.title or "Table")
        reach = f' tabindex="0" role="region" aria-label="{label}"' if len(self.rows) > _TALL else ""
        markup = html_table(self.header, self.rows, numeric_columns(self.rows), row_names=True, label=label)
        return f'<div class="gv-scroll gv-sheet-scroll"{reach}>{markup}</div>'


@display.static.register
def _(table: Table) -> dict[str, str]:
    return bundle(table.html(), str(table), "views/kit/table.css")


def inline(text: str) -> str:
    """Text as markup: escaped, and what stands in backticks as code."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def numeric_columns(rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """The columns whose cells are all numbers, with or without a unit; the rows are of one length."""
    columns = range(max(map(len, rows), default=0))
    return frozenset(column for column in columns if _is_numeric([row[column] for row in rows]))


def html_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: frozenset[int] = frozenset(),
    *,
    row_names: bool = False,
    label: str = "",
) -> str:
    """A table as markup; ``numbers`` are right-aligned, ``row_names`` makes the first cells headers of their rows."""

    def cell(column: int, text: str) -> str:
        if row_names and column == 0:
            return f'<th scope="row"{_kind(column, text, numbers)}>{_marked(text)}</th>'
        return f"<td{_kind(column, text, numbers)}>{_marked(text)}</td>"

    head = "".join(
        f'<th scope="col"{_kind(column, "", numbers)}>{inline(name)}</th>' if name else "<td></td>"
        for column, name in enumerate(header)
    )
    body = "".join(f"<tr>{''.join(cell(*numbered) for numbered in enumerate(row))}</tr>" for row in rows)
    head = f"<thead><tr>{head}</tr></thead>" if head else ""
    name = f' aria-label="{label}"' if label else ""
    return f'<table class="gv-table"{name}>{head}<tbody>{body}</tbody></table>'


def text_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int | None = None,
    numbers: frozenset[int] = frozenset(),
) -> str:
    """A table in aligned columns; cells are wrapped where it would be wider than ``width`` characters."""
    lines = [*([header] if header else []), *rows]
    columns = max(map(len, lines), default=0)
    cells = [[cell.splitlines() or [""] for cell in (*line, *[""] * (columns - len(line)))] for line in lines]
    widths = [max(len(part) for line in cells for part in line[column]) for column in range(columns)]
    while width and sum(widths) + 2 * (columns - 1) > width and max(widths) > _NARROW:
        widths[widths.index(max(widths))] -= 1
    text = []
    for line in cells:
        wrapped = [
            [piece for part in cell for piece in _wrap(part, widths[column])]
            for column, cell in enumerate(line)
        ]
        for row in range(max(map(len, wrapped))):
            parts = (cell[row] if row < len(cell) else "" for cell in wrapped)
            aligned = (f"{p:{'>' if c in numbers else '<'}{widths[c]}}" for c, p in enumerate(parts))
            text.append("  ".join(aligned).rstrip())
    return "\n".join(text)


def _wrap(text: str, width: int) -> list[str]:
    return [text] if len(text) <= width else wrap(text, width)


def _read(rows: Rows, header: list[str]) -> tuple[list[str], Sequence[Sequence[object]]]:
    """The columns' names and the cells, whatever form the rows came in."""
    if isinstance(rows, Mapping):
        values = list(rows.values())
        if _are_mappings(values):
            corner = header[:1] if header and not any(header[0] in row for row in values) else []
            columns, cells = _read(values, header[len(corner) :])
            return [*(corner or [""]), *columns], [
                (name, *row) for name, row in zip(rows, cells, strict=True)
            ]
        named = [(name, *(row if _is_row(row) else (row,))) for name, row in rows.items()]
        unnamed = header and named and len(header) == len(named[0]) - 1
        return ["", *header] if unnamed else header, named
    listed: list[Any] = list(rows)
    if _are_mappings(listed):
        keyed = [{str(key): cell for key, cell in row.items()} for row in listed]
        keys = list(dict.fromkeys(key for row in keyed for key in row))
        for name in header:
            if name not in keys:
                raise ValueError(f"no row has {name!r}; there are {', '.join(keys)}")
        return header or keys, [[row.get(name) for name in header or keys] for row in keyed]
    for number, row in enumerate(listed, 1):
        if not _is_row(row):
            raise ValueError(f"row {number} is {row!r}; a row is a list of cells")
    return header, listed


def _are_mappings(rows: Sequence[object]) -> TypeGuard[Sequence[Mapping[str, object]]]:
    return bool(rows) and all(isinstance(row, Mapping) for row in rows)


def _is_row(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray))


def _text(cell: object) -> str:
    if cell is None:
        return MISSING
    if isinstance(cell, Real) and not isinstance(cell, bool):
        if isinstance(cell, Integral):
            return f"{int(cell):,}"
        return fmt_number(float(cell)) if abs(float(cell)) < 1e15 else f"{float(cell):.3g}"
    return str(cell)


def _is_numeric(cells: Sequence[str]) -> bool:
    said = [cell for cell in cells if cell not in ("", MISSING)]
    return bool(said) and all(_NUMBER.fullmatch(cell) for cell in said)


def _kind(column: int, text: str, numbers: frozenset[int]) -> str:
    """The class of a cell: a number, or a word so long that it may be broken."""
    if column in numbers:
        return ' class="gv-sheet-number"'
    long = any(len(word) > _LONG for word in text.split())
    return ' class="gv-sheet-long"' if long else ""


def _marked(text: str) -> str:
    """A cell as markup, its sign at the start in its color."""
    sign = _SIGN.match(text)
    if not sign:
        return inline(text)
    mark = f'<span class="gv-sheet-{_SIGNS[sign[1]]}">{sign[1]}</span>'
    return mark + inline(text[sign.end() :])
