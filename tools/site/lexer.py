"""The colors of a lesson's cells: Python, and what `%%proto` and `%%project` have below their first line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from IPython.lib.lexers import IPython3Lexer
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token, _TokenType

_BY_SUFFIX = {
    ".py": "python",
    ".proto": "protobuf",
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
}
_BY_SUFFIX[".html"] = "html"
_MAGIC = re.compile(r"^%%(?:(proto)\b|project[ \t]+[\w-]+(\.\w+)).*\n?")


def lexer_for(source: str, suffix: str = ".py") -> Lexer:
    """The lexer of a file with this suffix; of Python the one that knows the magics of the course."""
    return CourseLexer() if suffix == ".py" else get_lexer_by_name(_BY_SUFFIX[suffix])


class CourseLexer(Lexer):
    """Cells of the course."""

    name = "Cells of the course"
    aliases = ("course",)

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, _TokenType, str]]:
        """The tokens of a cell, each with its position."""
        magic = _MAGIC.match(text)
        if not magic:
            yield from IPython3Lexer(stripnl=False, ensurenl=False).get_tokens_unprocessed(text)
            return
        yield 0, Token.Keyword, magic[0]
        language = "protobuf" if magic[1] else _BY_SUFFIX.get(magic[2], "text")
        inner = get_lexer_by_name(language, stripnl=False, ensurenl=False)
        for position, kind, value in inner.get_tokens_unprocessed(text[magic.end() :]):
            yield magic.end() + position, kind, value
