"""The bytes of one header entry, down to the bits: pattern, integers, lengths, texts (RFC 7541 sections 5 and 6)."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.wire.http2.header_tables import FIRST_DYNAMIC, huffman_code
from helpers.wire.http2.headers import (
    INDEXED,
    LITERAL,
    LITERAL_INDEXED,
    NEVER_INDEXED,
    SIZE_UPDATE,
    HeaderEntry,
)

from ..kit.text import plural, visible
from .model import value_text

MOST_BYTES = 48
"""So many bytes of one text are spelled out."""
MOST_CODES = 12
"""So many characters of a Huffman-coded text are shown with their codes."""

# Encoding: the bits of the pattern, what it means, and the section that says so.
_PATTERNS = {
    INDEXED: ("1", "Name and value are a row of a table.", "6.1"),
    LITERAL_INDEXED: ("01", "A literal that is added to the dynamic table.", "6.2.1"),
    LITERAL: ("0000", "A literal that is not added to the table.", "6.2.2"),
    NEVER_INDEXED: ("0001", "A literal that nobody on the way may add to a table.", "6.2.3"),
    SIZE_UPDATE: ("001", "The dynamic table gets another size.", "6.3"),
}


@dataclass(frozen=True)
class Octet:
    """One byte as bits.

    Attributes:
        byte: its value.
        mark: the bits in front that say how to read the rest: pattern, Huffman flag or continuation bit.
        rest: the bits of the integer.
    """

    byte: int
    mark: str
    rest: str


@dataclass(frozen=True)
class Code:
    """A character and its Huffman code."""

    text: str
    bits: str


@dataclass(frozen=True)
class Piece:
    """A run of an entry's bytes with one meaning.

    Attributes:
        title: what it is, in a word or two.
        region: its color: ``hpack``, ``length`` or ``value``.
        data: its bytes.
        says: what it says, a sentence or two.
        octets: its bytes as bits, where they are an integer.
        codes: the first characters of a Huffman-coded text.
    """

    title: str
    region: str
    data: bytes
    says: str
    octets: tuple[Octet, ...] = ()
    codes: tuple[Code, ...] = ()


def entry_pieces(entry: HeaderEntry, data: bytes) -> tuple[Piece, ...]:
    """The bytes of one entry, piece by piece.

    Args:
        entry: A sound entry.
        data: The bytes of the whole header block.
    """
    pattern, means, section = _PATTERNS[entry.encoding]
    octets, value = _integer(data, entry.start, len(pattern))
    title = "new size" if entry.encoding == SIZE_UPDATE else "index"
    target = _target(entry)
    says = f"{pattern}: {means} Then {_counted(octets, value)}{target} (RFC 7541 section {section})"
    pieces = [Piece(title, "hpack", _bytes(octets), says, octets)]
    at = entry.start + len(octets)
    if entry.value_start < entry.end:
        if not entry.index:
            pieces += _text("name", data, at, entry.name.encode("latin-1"))
        pieces += _text("value", data, entry.value_start, entry.value)
    return tuple(pieces)


def _target(entry: HeaderEntry) -> str:
    """What the integer after the pattern points at."""
    if entry.encoding == SIZE_UPDATE:
        return " bytes."
    if not entry.index:
        return ": no row of a table, so the name follows."
    part = "" if entry.encoding == INDEXED else ", which gives the name only"
    if entry.table == "static":
        return f": a row of the static table{part}."
    return f": row {entry.index - FIRST_DYNAMIC + 1} of the dynamic table, counted from the newest{part}."


def _text(what: str, data: bytes, at: int, meaning: bytes) -> list[Piece]:
    """A string literal (section 5.2): Huffman flag and length, then the text."""
    octets, length = _integer(data, at, 1)
    start = at + len(octets)
    raw = data[start : start + length]
    huffman = octets[0].mark == "1"
    flag = "1: Huffman-coded." if huffman else "0: not Huffman-coded."
    size = Piece(
        f"{what} length",
        "length",
        _bytes(octets),
        f"{flag} Then {_counted(octets, length)} bytes follow.",
        octets,
    )
    text = value_text(meaning)
    if not huffman:
        return [size, Piece(what, "value", raw, text)]
    codes = tuple(Code(visible(chr(byte)), huffman_code(byte)) for byte in meaning[:MOST_CODES])
    some = "" if len(meaning) <= MOST_CODES else f" (here the first {MOST_CODES})"
    says = (
        f"{text}: {plural(len(meaning), 'character')} in {plural(len(raw), 'byte')}. Each has a code of 5 to 30 "
        f"bits{some}; ones fill up the last byte."
    )
    return [size, Piece(what, "value", raw, says, codes=codes)]


def _integer(data: bytes, at: int, mark: int) -> tuple[tuple[Octet, ...], int]:
    """An integer whose first byte has ``mark`` bits of something else in front (section 5.1), and its value."""
    bits = f"{data[at]:08b}"
    octets = [Octet(data[at], bits[:mark], bits[mark:])]
    value = int(bits[mark:], 2)
    if "0" in bits[mark:]:
        return tuple(octets), value
    shift = 0
    while len(octets) == 1 or octets[-1].mark == "1":
        byte = data[at + len(octets)]
        octets.append(Octet(byte, f"{byte >> 7:b}", f"{byte & 0x7F:07b}"))
        value += (byte & 0x7F) << shift
        shift += 7
    return tuple(octets), value


def _counted(octets: tuple[Octet, ...], value: int) -> str:
    """How the bits make the number: ``7 bits = 68``, or where they are all ones ``63 + 34 = 97``."""
    first, *more = octets
    if not more:
        return f"{len(first.rest)} bits = {value:,}"
    sum_ = [f"{int(first.rest, 2)}"]
    for place, octet in enumerate(more):
        group = int(octet.rest, 2)
        sum_.append(f"{group} × {1 << 7 * place:,}" if place else f"{group}")
    return f"{len(first.rest)} ones, so more bytes add to it: {' + '.join(sum_)} = {value:,}"


def _bytes(octets: tuple[Octet, ...]) -> bytes:
    return bytes(octet.byte for octet in octets)
