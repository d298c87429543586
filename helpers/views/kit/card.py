"""The card: how every result is shown (an exercise, the setup check, an error, a note).

A title line with a sign and a word, one sentence, and the rest folded away.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from helpers import display
from helpers.display import Displayed
from helpers.text import fill, visible

from .style import bundle, escape_code
from .table import html_table, inline, text_table

OUTCOMES: dict[str, tuple[str, str]] = {
    "passed": ("✓", "Passed"),
    "failed": ("✗", "Failed"),
    "raised": ("!", "Raised an error"),
    "open": ("○", "Not attempted"),
    "note": ("i", "Note"),
    "warning": ("▲", "Warning"),
}
"""Outcome: the sign and the word of its title line."""


@dataclass(frozen=True)
class Card(Displayed):
    """One result, as a value that shows itself in a notebook, a converted page and a terminal.

    Build it with `card`. Everything in it is plain text and shown as such: markup is escaped. The one
    exception is a pair of backticks around code, as in this sentence's `backticks`.
    """

    outcome: str
    title: str
    sentence: str
    details: str = ""
    code: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    folded: bool = True
    folds: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        sign, word = OUTCOMES[self.outcome]
        parts = [f"{sign} {word}: {self.title}", _indent(_wrap(self.sentence))]
        parts += [_indent(_wrap(paragraph)) for paragraph in _paragraphs(self.details)]
        if self.rows:
            parts.append(_indent(text_table(self.header, self.rows)))
        if self.code:
            parts.append(_indent(_indent(self.code.strip("\n"))))
        return visible("\n".join(part for part in parts if part.strip()))

    def html(self) -> str:
        """The card's markup without its style: for a view that already carries `style.CSS`."""
        sign, word = OUTCOMES[self.outcome]
        more = self._more()
        if more and self.folded:
            more = f"<details><summary>Details</summary>{more}</details>"
        more += "".join(
            f'<details><summary>{inline(name)}</summary><div class="gv-card-more"><p>{inline(text)}</p></div></details>'
            for name, text in self.folds
        )
        sentence = f"<p>{inline(self.sentence)}</p>" if self.sentence else ""
        return (
            f'<div class="gv gv-card gv-card-{self.outcome}" role="status">'
            f'<div class="gv-card-title"><span class="gv-card-word">'
            f'<span class="gv-card-sign" aria-hidden="true">{sign}</span>{word}:</span> '
            f'<span class="gv-card-name">{inline(self.title)}</span></div>{sentence}{more}</div>'
        )

    def _more(self) -> str:
        parts = [f"<p>{inline(paragraph)}</p>" for paragraph in _paragraphs(self.details)]
        if self.rows:
            parts.append(f'<div class="gv-scroll">{html_table(self.header, self.rows)}</div>')
        if self.code:
            # Focusable, so that long code can be scrolled with the keyboard.
            parts.append(f'<pre tabindex="0">{escape_code(self.code.strip(chr(10)))}</pre>')
        return f'<div class="gv-card-more">{"".join(parts)}</div>' if parts else ""


@display.static.register
def _(card: Card) -> dict[str, str]:
    return bundle(card.html(), str(card))


def card(
    outcome: str,
    title: str,
    sentence: str,
    details: str | None = None,
    *,
    code: str | None = None,
    table: Iterable[Sequence[object]] | None = None,
    header: Sequence[object] = (),
    folded: bool = True,
    folds: Iterable[tuple[str, str]] = (),
) -> Card:
    """A card.

    Args:
        outcome: one of `OUTCOMES`: passed, failed, raised, open (not attempted), note, warning.
        title: what the card is about, a few words.
        sentence: what happened, one sentence.
        details: more, in paragraphs separated by an empty line.
        code: code, a message or a traceback, shown as it is.
        table: rows of cells; ``header`` names the columns.
        header: column names of ``table``.
        folded: False shows details, table and code at once.
        folds: names and texts, each to be opened by itself, with a click or with Enter. A terminal has nothing to
            open: let the sentence say how they are shown there.

    Raises:
        ValueError: for an unknown outcome.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"unknown outcome {outcome!r}; one of {', '.join(OUTCOMES)}")
    return Card(
        outcome=outcome,
        title=str(title),
        sentence=str(sentence),
        details=str(details or ""),
        code=str(code or ""),
        header=tuple(str(cell) for cell in header),
        rows=tuple(tuple(str(cell) for cell in row) for row in table or ()),
        folded=folded,
        folds=tuple((str(name), str(text)) for name, text in folds),
    )


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def _wrap(text: str) -> str:
    return "\n".join(fill(line, 96, break_long_words=False) for line in text.splitlines())


def _indent(text: str) -> str:
    return textwrap.indent(text, "  ")
