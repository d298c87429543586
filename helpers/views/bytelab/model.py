"""What the byte lab draws, as plain values: parts of a field's bytes, and the steps that led to each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bits:
    """Bits drawn side by side, the highest at the left.

    Attributes:
        bits: zeros and ones.
        label: what they are, in a word or two.
        more: the continuation bit in front of them, None where there is none.
        byte: the byte that they make, the continuation bit included; None where they do not make one.
    """

    bits: str
    label: str = ""
    more: bool | None = None
    byte: int | None = None


@dataclass(frozen=True)
class EncodedItem:
    """Something and its bytes: a character, or an element of a list."""

    text: str
    note: str
    data: bytes


@dataclass(frozen=True)
class Step:
    """One step on the way; `formula`, `bits` and `pairs` are drawn if there, `note` says why in a sentence."""

    title: str
    formula: str = ""
    bits: tuple[Bits, ...] = ()
    pairs: tuple[EncodedItem, ...] = ()
    left_out: str = ""
    note: str = ""


@dataclass(frozen=True)
class Part:
    """A run of the bytes with one meaning, and how it came about.

    Attributes:
        region: ``tag``, ``length`` or ``value``: its color.
        title: its name, such as ``tag``.
        text: what it says.
        data: its bytes.
        steps: from what it says to its bytes; the last one shows them.
        inner: whether it lies within the value of a message.
    """

    region: str
    title: str
    text: str
    data: bytes
    steps: tuple[Step, ...]
    inner: bool = False
