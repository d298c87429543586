r"""Text made fit to show, in one place for all: nothing hidden, nothing that turns around, no number without its unit.

The ground floor, as `cells`: it knows nobody, and every part may know it. `views/kit/text.js` does the same in a page.
"""

from __future__ import annotations

import html
import re
import textwrap
from typing import Any

# Unicode's control and format characters, separators of lines and paragraphs, surrogates and private use, and the
# letters that are drawn as nothing. Written out: what a Python knows of Unicode depends on its version.
_HIDDEN_RANGES = (
    r"\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    r"\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\uf8ff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
)
_HIDDEN = re.compile(f"[{_HIDDEN_RANGES}]")
_HIDDEN_IN_LINES = re.compile(f"(?![\n\t])[{_HIDDEN_RANGES}]")

_NO_BREAK = "\u00a0"
_UNIT = re.compile(r"(?<=\d) (?=(?:[kMGT]?B(?:/s)?|[nµm]?s|min|h|km|g|kg|%|×|[kM]?/s)(?![\w]))")


def visible(text: object, lines: bool = True) -> str:
    r"""`str(text)` with every character to be seen.

    Control characters (a terminal would obey them), marks that turn the direction of writing, and what has no
    width become escapes as in Python: ``\x1b``, ``\u202e``, ``\u200b``. What is to be seen stays as it is.

    Args:
        text: anything.
        lines: whether ends of lines and tabs stay as they are; else they become ``\n`` and ``\t``, too.
    """
    text = str(text)
    if lines:
        return _HIDDEN_IN_LINES.sub(_escaped, text.replace("\r\n", "\n"))
    return _HIDDEN.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def whole(text: str) -> str:
    """`text` with a space that does not break between each number and its unit: ``38.6 kB`` stays on one line."""
    return _UNIT.sub(_NO_BREAK, text)


def breakable(text: str) -> str:
    """Undoes `whole`: for lines that have been wrapped, and go to a terminal."""
    return text.replace(_NO_BREAK, " ")


def wrap(text: str, width: int, **options: Any) -> list[str]:
    """`textwrap.wrap`, which leaves each number with its unit."""
    return [breakable(line) for line in textwrap.wrap(whole(text), width, **options)]


def fill(text: str, width: int, **options: Any) -> str:
    """`textwrap.fill`, which leaves each number with its unit."""
    return "\n".join(wrap(text, width, **options))


def escape(value: object) -> str:
    """`str(value)` safe inside HTML text and inside quoted attributes: no markup, `visible`, `whole`."""
    return html.escape(whole(visible(value)), quote=True)


def escape_code(value: object) -> str:
    """The same for what may be copied from the page: spaces stay as they are."""
    return html.escape(visible(value), quote=True)


def plural(count: int, noun: str) -> str:
    """``1 frame``, ``12 frames``, ``1,200 frames``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def article(noun: str) -> str:
    """``a list``, ``an int32``, ``a uint32``."""
    return f"{'an' if noun[0].lower() in 'aeiou' and not noun.startswith('uint') else 'a'} {noun}"


def shorten(text: str, limit: int = 400) -> str:
    """The text, cut to about `limit` characters."""
    return text if len(text) <= limit else text[:limit] + "…"
