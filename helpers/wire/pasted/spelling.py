"""Text to the bytes that it spells: hex, base64, hex dumps, escapes and lists of numbers, as people paste them."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote

from helpers.text import plural, shorten, visible

from ..direction import TO_CLIENT, TO_SERVER, Direction
from .dumps import PastedPiece, read_dump

MOST_TEXT = 8 * 1024 * 1024
"""Characters that are read."""
MOST_BYTES = 1024 * 1024
"""Bytes that are read from them."""


class Spelled(NamedTuple):
    """One way to read a text as bytes."""

    how: str
    """One of `SPELLINGS`; ``bytes`` for bytes that came as such."""
    told: str
    """The same for people: ``hex``, ``a dump (hex with offsets)``, ..."""
    pieces: tuple[PastedPiece, ...]

    @property
    def data(self) -> bytes:
        """All bytes."""
        return b"".join(piece.data for piece in self.pieces)


class _No(Exception):
    """A text is not spelled so; says why."""


def spellings(text: str, how: str | None = None) -> list[Spelled]:
    """All ways to read a text as bytes, the likeliest first.

    Args:
        text: What was pasted.
        how: Read it so and not otherwise: one of `SPELLINGS`.

    Raises:
        ValueError: There is none; the message says what stands in the way.
    """
    if len(text) > MOST_TEXT:
        raise ValueError(
            f"that is {plural(len(text), 'character')}; at most {MOST_TEXT:,} are read. Take a part of it."
        )
    if how is not None and how not in SPELLINGS:
        raise ValueError(f"there is no spelling {how!r}; there are {', '.join(SPELLINGS)}")
    stripped = _bare(text)
    if not stripped:
        return [Spelled("hex", "no bytes", (PastedPiece(None, b""),))]
    found: list[Spelled] = []
    reasons: dict[str, str] = {}
    for name in [how] if how else SPELLINGS:
        try:
            found.append(SPELLINGS[name](text if name in _WHOLE else stripped))
        except _No as reason:
            reasons[name] = str(reason)
    if how is None and [each.how for each in found] == ["base64"] and re.fullmatch("[0-9a-fA-F]+", stripped):
        instead = f'{plural(len(found[0].data), "byte")} as base64, with `spelled="base64"`'
        raise ValueError(f"this looks like hex, but {reasons['hex']}. It would be {instead}.")
    if not found:
        raise ValueError(_refusal(text, reasons, how))
    most = len(found[0].data)
    if most > MOST_BYTES:
        raise ValueError(
            f"that is {plural(most, 'byte')}; at most {MOST_BYTES:,} are read. Take a part of it."
        )
    return [each for each in found if len(each.data) <= MOST_BYTES]


def _refusal(text: str, reasons: dict[str, str], how: str | None) -> str:
    if how is not None:
        return f"this is not spelled as {how}: {reasons[how]}"
    if "\ufffd" in text or r"\ufffd" in text.lower():
        lost = "bytes that could not be read as text, and are lost"
        return f"there is U+FFFD in it, which stands for {lost}. Copy the bytes as hex or base64."
    return f"this spells no bytes: as hex, {reasons['hex']}; as base64, {reasons['base64']}"


# A name that is no hex itself, with what separates it from its value; padding at the end of base64 is no separator.
_NAME = re.compile(r"^[\"']?(?=[\w.\-]{0,100}[G-Zg-z])[A-Za-z][\w.\-]{1,100}[\"']?\s*(?::=|:|=)\s*(?=[^\s=])")


def _bare(text: str) -> str:
    """Text without what is put around bytes: quotes, a name before, a prefix that names the spelling."""
    text = text.strip().removeprefix("\ufeff").strip()
    text = re.sub(r"^data:[\w/+.;=-]*;base64,", "", text)
    for _ in range(3):
        text = _NAME.sub("", text)
        text = re.sub(r"^b?([\"'`])(.*)\1[,;]?$", r"\2", text, flags=re.DOTALL).strip()
        text = re.sub(r"^<(?:Buffer\s)?([^<>]*)>$", r"\1", text).strip()
    return text


def _dump(text: str) -> Spelled:
    try:
        dump = read_dump(text, MOST_BYTES)
    except ValueError as error:
        raise _No(str(error)) from None
    if dump is None:
        raise _No("its lines have no offsets that agree with their bytes")
    told = "a dump: hex with offsets"
    if dump.swapped:
        told += ", in words whose bytes are swapped, as `hexdump` without `-C` prints them"
    if len(sides := {piece.direction for piece in dump.pieces}) > 1:
        told += ", both sides of a connection"
    elif len(dump.pieces) > 1 and None in sides:
        told += f", {len(dump.pieces)} of them one after the other"
    return Spelled("dump", told, dump.pieces)


_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u00[0-9a-fA-F]{2}|[0-7]{1,3}|[\s\S])")
_PLAIN = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "e": 27}
_QUOTED = re.compile(r"\s*[bBrRuU]{0,2}[\"']")
# One that is not closed goes on to the end: else its beginning would be looked for at every quote in it.
_LITERAL = re.compile(
    r"[bBrRuU]{0,2}(?:\"((?:[^\"\\]|\\.)*)(?:\"|\\?\Z)|'((?:[^'\\]|\\.)*)(?:'|\\?\Z))", re.DOTALL
)


def _escapes(text: str) -> Spelled:
    if re.fullmatch(r"\s*[\"']?\\x(?:[0-9a-fA-F]{2}){2,}[\"']?\s*", text):
        raise _No("a backslash and x stand before all of it, as PostgreSQL writes hex")
    if not re.search(r"\\(?:x[0-9a-fA-F]{2}|[0-7]{3}|u00[0189a-fA-F][0-9a-fA-F])", text):
        raise _No(r"there is no escape such as \x0a or \012")
    if r"\ufffd" in text.lower():
        raise _No("U+FFFD stands for bytes that are lost")
    literals = [first or second for first, second in _LITERAL.findall(text)] if _QUOTED.match(text) else []
    inner = "".join(literals) if literals else re.sub(r"[\r\n]", "", text.strip())
    out, pos = bytearray(), 0
    for found in _ESCAPE.finditer(inner):
        out += inner[pos : found.start()].encode("utf-8", "replace")
        out += _escaped(found[1])
        pos = found.end()
    out += inner[pos:].encode("utf-8", "replace")
    return Spelled("escapes", "text with escapes", (PastedPiece(None, bytes(out)),))


def _escaped(what: str) -> bytes:
    if what[0] in "xu" and len(what) > 1:
        return bytes([int(what[1:], 16)])
    if what.isdigit():
        return bytes([int(what, 8) & 0xFF])
    return bytes([_PLAIN[what]]) if what in _PLAIN else what.encode() if what != "\n" else b""


_ARRAY = re.compile(r"\b(\w{1,100})\s{0,9}\[\w{0,20}\]\s{0,9}=\s{0,9}\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|//[^\n]*|#[^\n]*|\((?:byte|char|uint8_t|unsigned char)\)", re.DOTALL)


_HEX_LIST = re.compile(r"\s*(?:0[xX][0-9a-fA-F]{1,2}[uU]?(?:[\s,;]+|\Z))+")
_DECIMAL_LIST = re.compile(r"\s*(?:-?\d{1,3}(?:[\s,;]+|\Z))+")
_SEPARATORS = re.compile(r"[\s,;]+")


def _numbers(text: str) -> Spelled:
    bare = _COMMENT.sub(" ", text)
    arrays = _ARRAY.findall(bare)
    if not arrays:
        around = re.search(r"[\[{(]([^\[\]{}()]+)[\])}]", bare)
        arrays = [("", around[1] if around else bare)]
        closed = around is not None
    else:
        closed = True
    pieces = [PastedPiece(_side(name), _listed(body, closed)) for name, body in arrays]
    if not all(piece.data for piece in pieces):
        raise _No("there are no numbers in it")
    if {piece.direction for piece in pieces} == {TO_SERVER, TO_CLIENT}:
        return Spelled("numbers", "arrays of both sides of a connection", tuple(pieces))
    return Spelled("numbers", "a list of numbers", tuple(PastedPiece(None, piece.data) for piece in pieces))


def _side(name: str) -> Direction | None:
    """Whose bytes an array has, by the names that Wireshark gives where it follows a stream."""
    return {"peer0": TO_SERVER, "peer1": TO_CLIENT}.get(name.partition("_")[0])


def _listed(body: str, closed: bool) -> bytes:
    if (closed or "," in body) and _HEX_LIST.fullmatch(body):
        return bytes(int(token, 16) for token in re.findall("0[xX]([0-9a-fA-F]{1,2})", body))
    if not _DECIMAL_LIST.fullmatch(body):
        raise _No("they are no numbers from -128 to 255")
    tokens = _SEPARATORS.split(body.strip(" \t\r\n,;"))
    if not closed and ("," not in body or {len(token) for token in tokens} <= {2}):
        raise _No("two digits each are hex")
    if any(len(token) > 1 and token[0] == "0" for token in tokens):
        raise _No("numbers that begin with 0 are hex")
    values = [int(token) for token in tokens]
    if not all(-128 <= value <= 255 for value in values):
        raise _No("they are no numbers from -128 to 255")
    return bytes(value & 0xFF for value in values)


def _hex(text: str) -> Spelled:
    bare = re.sub(r"^(?:\\x|[xX]['\"])(.*?)['\"]?$", r"\1", text, flags=re.DOTALL)
    tokens = re.findall(r"[^\s,:;%_\-|{}\[\]()]+", bare)
    digits = []
    for token in tokens:
        plain = re.sub(r"^(?:0[xX]|\\x|\$)|h$", "", token)
        if not re.fullmatch("[0-9a-fA-F]*", plain):
            wrong = re.search("[^0-9a-fA-F]", plain)
            raise _No(f"{_named(wrong[0] if wrong else token)} is no digit")
        digits.append(plain.zfill(2) if len(plain) == 1 and len(tokens) > 1 else plain)
    if not any(digits):
        raise _No("there is no digit in it")
    if any(len(each) % 2 for each in digits):
        odd = next(each for each in digits if len(each) % 2)
        count = (
            f"{len(odd)} digits are an odd number"
            if len(digits) == 1
            else f"{shorten(odd, 20)!r} has an odd number of digits"
        )
        raise _No(f"{count}: one is missing, or one too many")
    return Spelled("hex", "hex", (PastedPiece(None, bytes.fromhex("".join(digits))),))


def _base64(text: str) -> Spelled:
    if re.search(r"\S[ \t]+\S", text):
        raise _No("there are spaces in it")
    bare = re.sub(r"\s+|\\n|\\r", "", unquote(text) if "%" in text else text).replace(r"\u003d", "=")
    url = bool(re.search("[-_]", bare))
    plain = bare.rstrip("=")
    wrong = re.search(r"[^A-Za-z0-9+/\-_]", plain)
    if wrong:
        raise _No(f"{_named(wrong[0])} is none of its characters")
    if len(plain) % 4 == 1:
        raise _No(f"{plural(len(plain), 'character')} without padding cannot be: the rest of 4 is never 1")
    if url and re.search("[+/]", plain):
        raise _No("it has characters of both alphabets, the standard one and that for addresses")
    told = "base64" + (" in the alphabet for addresses (- and _)" if url else "")
    told += "" if not len(plain) % 4 or bare.endswith("=") else " without padding"
    data = base64.b64decode(plain.translate(_STANDARD) + "=" * (-len(plain) % 4))
    return Spelled("base64", told, (PastedPiece(None, data),))


_STANDARD = str.maketrans("-_", "+/")


def _characters(text: str) -> Spelled:
    if not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", text):
        raise _No("all of it is text")
    try:
        return Spelled(
            "characters",
            "characters as bytes: the escapes had been read before",
            (PastedPiece(None, text.encode("latin-1")),),
        )
    except UnicodeEncodeError:
        raise _No("there are characters in it that are no bytes") from None


SPELLINGS: dict[str, Callable[[str], Spelled]] = {
    "characters": _characters,
    "escapes": _escapes,
    "dump": _dump,
    "numbers": _numbers,
    "hex": _hex,
    "base64": _base64,
}
"""How bytes are spelled, by name, the least ambiguous first: an earlier one is taken where several fit."""
_WHOLE = frozenset(
    ("characters", "escapes", "dump", "numbers")
)  # lines, quotes and brackets mean something in them


def _named(char: str) -> str:
    return repr(visible(char, lines=False))
