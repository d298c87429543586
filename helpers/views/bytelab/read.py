"""How a learner's text becomes a field number or a value, or a reason in plain words why it does not."""

from __future__ import annotations

import re
from typing import Any

from .types import KINDS, MOST_NUMBER, RESERVED, SPEEDS, VARINT, Kind, grouped

MOST_CHARACTERS = 20_000
"""Longest text that is taken."""


class Refused(ValueError):
    """A text that is no value; the message says why, in a sentence or two for the learner.

    Attributes:
        part: ``"number"`` or ``"value"``: which of the inputs is meant.
        unfinished: whether typing on may mend it: nothing there yet, or only a minus sign.
    """

    def __init__(self, why: str, *, part: str = "value", unfinished: bool = False) -> None:
        super().__init__(why)
        self.part = part
        self.unfinished = unfinished


def read_number(text: str) -> int:
    """The field number that is written there.

    Raises:
        Refused: it is not a whole number, or not one that a field may have.
    """
    digits = re.sub(r"[\s_,]", "", text).replace("−", "-")
    if not digits:
        raise Refused("Type a field number: 1 to 536,870,911.", part="number", unfinished=True)
    if not re.fullmatch(r"[+-]?[0-9]{1,40}", digits):
        raise Refused("A field number is a whole number: 1 to 536,870,911.", part="number")
    number = int(digits)
    if number < 1:
        raise Refused("Field numbers start at 1.", part="number")
    if number > MOST_NUMBER:
        why = "The largest field number is 536,870,911: a tag has 32 bits, and 3 of them are the wire type."
        raise Refused(why, part="number")
    if number in RESERVED:
        why = "19,000 to 19,999 are reserved for Protocol Buffers themselves; the compiler refuses them."
        raise Refused(why, part="number")
    return number


def read(kind: Kind, text: str) -> Any:
    """The value that is written there: int, float, bool, str, bytes, or a tuple of int for ``packed``.

    Raises:
        Refused: the text is no value of this type.
    """
    if len(text) > MOST_CHARACTERS:
        raise Refused(f"The lab takes at most {MOST_CHARACTERS:,} characters; these are {len(text):,}.")
    if kind.name in ("string", "message"):
        return _text(text)
    if kind.name == "bytes":
        return _bytes(text)
    if kind.name == "packed":
        return _list(text)
    if kind.name == "bool":
        return _bool(text)
    if kind.name == "enum":
        return _speed(kind, text)
    return _integer(kind, text) if kind.most else _real(text)


def _integer(kind: Kind, text: str) -> int:
    digits = re.sub(r"[\s_]", "", text).replace("−", "-").lower()
    if re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+", digits):
        digits = digits.replace(",", "")
    if digits in ("", "-", "+", "0x", "0b"):
        raise Refused("Type a whole number, such as 1200.", unfinished=True)
    if re.fullmatch(r"[+-]?([0-9]*\.[0-9]*|[0-9.]+e[+-]?[0-9]*)", digits):
        raise Refused(f"{kind.name} holds whole numbers only; float and double hold fractions.")
    if not re.fullmatch(r"[+-]?([0-9]+|0x[0-9a-f]+|0b[01]+)", digits):
        raise Refused(f"{kind.name} holds a whole number, such as 1200 or -1.")
    base = 16 if "x" in digits else 2 if "b" in digits else 10
    # So long a number is out of every range, and Python would refuse to read a far longer one.
    value = int(digits if len(digits) < 100 else digits[:100], base)
    if value < 0 and not kind.least:
        bits = kind.bits
        takers = f"sfixed{bits}" if kind.wire_type != VARINT else f"int{bits} and sint{bits}"
        raise Refused(
            f"{kind.name} holds no negative numbers; {takers} {'do' if ' and ' in takers else 'does'}."
        )
    if not kind.least <= value <= kind.most:
        larger = KINDS.get(kind.name.replace("32", "64"))
        hint = f" {larger.name} takes it." if larger and larger.least <= value <= larger.most else ""
        raise Refused(f"{kind.name} goes from {grouped(kind.least)} to {grouped(kind.most)}.{hint}")
    return value


def _real(text: str) -> float:
    digits = re.sub(r"[\s_]", "", text).replace("−", "-").lower()
    if re.fullmatch(r"[+-]?(\.|[0-9.]+e[+-]?|i|in|infi|infin|infini|infinit|n|na)?", digits):
        raise Refused("Type a number, such as 0.1 or 6e23.", unfinished=True)
    try:
        return float(digits)
    except ValueError:
        pass
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", digits):
        raise Refused(f"Write the decimal point as a dot: {digits.replace(',', '.')}.")
    raise Refused("Type a number, such as 0.1, -2 or 6e23; inf and nan are allowed too.")


def _bool(text: str) -> bool:
    word = text.strip().lower()
    if word in ("true", "false"):
        return word == "true"
    raise Refused("A bool is true or false.", unfinished=not word)


def _speed(kind: Kind, text: str) -> int:
    word = text.strip().upper()
    for number, name in SPEEDS.items():
        if word == name:
            return number
    names = ", ".join(f"{name} ({number})" for number, name in SPEEDS.items())
    if not word or any(name.startswith(word) for name in SPEEDS.values()):
        raise Refused(f"Type one of {names}, or any int32.", unfinished=True)
    if re.fullmatch(r"[A-Z_][A-Z0-9_]*", word):
        raise Refused(f"The enum has no {text.strip()}. It has {names}; a number may be any int32.")
    try:
        return _integer(kind, text)
    except Refused as error:
        why = str(error).replace("enum holds a whole number", "An enum holds a name or a whole number")
        raise Refused(
            why.replace("enum goes", "An enum's number goes"), unfinished=error.unfinished
        ) from None


def _text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = f"U+{ord(text[error.start]):04X}"
        raise Refused(f"{half} is half of a character: UTF-8 has no bytes for it.") from None
    return text


def _bytes(text: str) -> bytes:
    digits = re.sub(r"[\s,:_]|0x", "", text.lower())
    wrong = re.search("[^0-9a-f]", digits)
    if wrong:
        raise Refused(f"“{wrong[0]}” is no hex digit: 0 to 9 and a to f are.")
    if len(digits) % 2:
        raise Refused("Two hex digits make a byte, and one is missing at the end.", unfinished=True)
    return bytes.fromhex(digits)


def _list(text: str) -> tuple[int, ...]:
    words = text.strip().rstrip(",").split(",") if text.strip().rstrip(",") else []
    values = []
    for place, word in enumerate(words, 1):
        try:
            values.append(_integer(KINDS["int32"], word))
        except Refused as error:
            unfinished = error.unfinished and place == len(words)
            raise Refused(f"Number {place} of the list: {error}", unfinished=unfinished) from None
    return tuple(values)
