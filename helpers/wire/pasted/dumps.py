"""Hex dumps to bytes: what xxd, hexdump, od, tcpdump, gdb and Wireshark print, with offsets and a column of text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from ..direction import TO_CLIENT, TO_SERVER, Direction

_LINE = re.compile(r"(\s*)(?:0x)?([0-9a-f]{3,16})(?:\s*<[^>]*>)?(:?)(?:\s+(\S.*)|\s*)", re.IGNORECASE)
_TOKEN = re.compile(r"(?:0x)?((?:[0-9a-f]{2})+)(?=[\s,]|$)[\s,]*", re.IGNORECASE)
_LONGEST = 1000  # characters of a line
_FOLLOWED = 4  # spaces before the server's lines where Wireshark follows a stream


class PastedPiece(NamedTuple):
    """Bytes that were dumped without a gap."""

    direction: Direction | None
    """Whose bytes they are, where the dump has both sides of a connection."""
    data: bytes


class Dump(NamedTuple):
    """What a dump says."""

    pieces: tuple[PastedPiece, ...]
    swapped: bool
    """Whether it had words of two bytes, the second byte first, as ``hexdump`` prints without ``-C``."""


class _Line(NamedTuple):
    """A line with an offset, which may be all that it has."""

    indent: int
    offset: str
    colon: bool
    body: str
    repeated: bool
    """Whether a ``*`` comes before it: more of the line above."""


def read_dump(text: str, limit: int) -> Dump | None:
    """Read a hex dump; None where the text is none.

    Args:
        text: Some lines.
        limit: Most bytes that a ``*`` may stand for.

    Raises:
        ValueError: A ``*`` stands for more than that.
    """
    lines = _lines(text)
    if not lines:
        return None
    if len(lines) == 1:
        (line,) = lines
        # Without a second offset to compare: it must be a first one, and look like none of the bytes.
        first = next(iter(line.body.split()), "")
        if int(line.offset, 16) or (not line.colon and len(first) == len(line.offset)):
            return None
    # Offsets of od are octal, with seven digits; where no line is left out, they agree with one base only.
    octal = all(len(line.offset) == 7 and not _is_words(line.body) for line in lines if line.body)
    for base in (8, 16) if octal else (16, 8):
        found = _read(lines, base, limit)
        if found is not None:
            return found
    return None


def _lines(text: str) -> list[_Line] | None:
    found: list[_Line] = []
    other, repeated = 0, False
    for row in textwrap.dedent(text.expandtabs()).splitlines():
        if not row.strip():
            continue
        if row.strip() == "*":
            repeated = True
            continue
        line = _LINE.fullmatch(row) if len(row) <= _LONGEST else None
        if line is None:
            other += 1
            continue
        found.append(_Line(len(line[1]), line[2], bool(line[3]), line[4] or "", repeated))
        repeated = False
    # A headline or two, such as tcpdump's, may stand between; most lines must be of the dump.
    return found if found and found[0].body and other <= len(found) else None


def _read(lines: list[_Line], base: int, limit: int) -> Dump | None:
    try:
        offsets = [int(line.offset, base) for line in lines]
    except ValueError:
        return None
    sides = {line.indent >= _FOLLOWED for line in lines}
    words = all(not line.colon and _is_words(line.body) for line in lines)
    following = dict(_next_of_side(lines))
    pieces: list[tuple[Direction | None, bytearray]] = []
    ends: dict[bool, int] = {}
    row = b""
    for number, (line, offset) in enumerate(zip(lines, offsets, strict=True)):
        side = line.indent >= _FOLLOWED
        direction = None if len(sides) == 1 else TO_CLIENT if side else TO_SERVER
        end = ends.get(side)
        if line.repeated and row and end is not None and offset > end:
            if offset - end > limit:
                raise ValueError(f"the * before offset {line.offset} stands for {offset - end:,} bytes")
            pieces[-1][1].extend((row * ((offset - end) // len(row) + 1))[: offset - end])
            end = offset
        if not line.body:  # the offset after the last byte
            if end is not None and words and 0 <= end - offset <= 1:
                del pieces[-1][1][len(pieces[-1][1]) - (end - offset) :]
            elif offset != end:
                return None
            continue
        if end is not None and offset not in (end, 0):
            return None
        after = offsets[following[number]] - offset if number in following else None
        row = _bytes_of(line.body, after)
        if not row or (end is None and not _begins(offset, len(lines), line.colon)):
            return None
        if not pieces or pieces[-1][0] is not direction or offset != end:
            pieces.append((direction, bytearray()))
        pieces[-1][1].extend(_swap(row) if words else row)
        ends[side] = offset + len(row)
    return Dump(tuple(PastedPiece(direction, bytes(data)) for direction, data in pieces), words)


def _begins(offset: int, lines: int, colon: bool) -> bool:
    """Whether a dump may begin at an offset: at 0, or anywhere where more than one line agrees or a colon says so."""
    return offset == 0 or lines > 1 or colon


def _next_of_side(lines: list[_Line]) -> Iterator[tuple[int, int]]:
    """Lines and the next ones on the same side, by number, where one goes on from the other."""
    for side in (False, True):
        numbers = [n for n, line in enumerate(lines) if (line.indent >= _FOLLOWED) is side]
        yield from ((n, after) for n, after in pairwise(numbers) if not lines[after].repeated)


def _bytes_of(body: str, expected: int | None) -> bytes:
    """The bytes of a line, without the text beside them."""
    ends: list[tuple[int, bytes]] = []
    data, pos = b"", 0
    while (token := _TOKEN.match(body, pos)) is not None:
        data += bytes.fromhex(token[1])
        pos = token.end()
        ends.append((token.end(), data))
        if len(data) == expected:
            return data
    for end, before in reversed(ends):
        if body[end - 2 : end].isspace() and _is_text_of(body[end:], before):
            return before
    return data


def _is_text_of(beside: str, data: bytes) -> bool:
    """Whether what follows the bytes is the same bytes as text."""
    told = re.sub(r"\s", "", beside)
    if len(told) > 1 and told[0] + told[-1] in ("||", "><"):
        told = told[1:-1]
    text = "".join(chr(byte) if 0x20 < byte < 0x7F else "." for byte in data if byte != 0x20)
    return len(told) == len(text) and all(a in (b, ".", "·") for a, b in zip(told, text, strict=True))


def _is_words(body: str) -> bool:
    tokens = body.split()
    return all(re.fullmatch("[0-9a-f]{4}", token, re.IGNORECASE) for token in tokens)


def _swap(words: bytes) -> bytes:
    swapped = bytearray(words)
    swapped[::2], swapped[1::2] = words[1::2], words[::2]
    return bytes(swapped)
