"""Text from the wire made fit to show: nothing hidden, nothing that turns around, nothing endless."""

from __future__ import annotations

from helpers import text as plain
from helpers.text import plural

from .style import fmt_bytes

__all__ = ["LONG", "SHORT", "place_heading", "place_of", "plural", "visible"]

SHORT = 160
"""Characters of a label."""
LONG = 2000
"""Characters of a value in the decoded tree."""


def visible(text: object, limit: int = SHORT) -> str:
    r"""``text`` with every character to be seen, and at most ``limit`` of them.

    Control characters, right-to-left and zero-width marks become escapes (``\n``, ``\x1b``, ``\u202e``);
    what is cut off is told at the end (``… 1.20 MB more``). Markup stays as it is: whoever puts the text on
    a page escapes it, or sets it as text.
    """
    text = str(text)
    rest = len(text) - limit
    shown = plain.visible(text[:limit] if rest > 0 else text, lines=False)
    return f"{shown}… {fmt_bytes(rest)} more" if rest > 0 else shown


def place_heading(several: bool, streams: bool, exchanges: bool) -> str:
    """What stands above the column of `place_of`: more than one connection, HTTP/2 streams, HTTP/1.1 exchanges."""
    what = "Exch" if exchanges and not streams else "Str" if several else "Stream"
    return f"Conn·{what}" if several else "Exchange" if what == "Exch" else what


def place_of(connection: int, number: int, several: bool) -> str:
    """Where a frame belongs: its stream or exchange, with the number of its connection if there are more."""
    return f"{connection}·{number or '–'}" if several else str(number or "–")
