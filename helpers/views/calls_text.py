"""Text from the wire made fit to show: nothing hidden, nothing that turns around, nothing endless."""

from __future__ import annotations

from .style import fmt_bytes

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
    shown = text[:limit] if rest > 0 else text
    if not shown.isprintable():
        shown = "".join(each if each.isprintable() else _escape(each) for each in shown)
    return f"{shown}… {fmt_bytes(rest)} more" if rest > 0 else shown


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def plural(count: int, noun: str) -> str:
    """``1 frame``, ``12 frames``, ``1,200 frames``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
