"""From a field's number and value to its bytes, part by part: tag, length, value.

Implements the protobuf encoding page: "Message Structure", "Length-Delimited Records", "Submessages", "Packed
Repeated Fields". `numbers` has the steps for numbers, `html` draws all of it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from helpers.text import plural
from helpers.wire.protobuf.reader import WIRE_TYPES

from . import encode as bytelab_encode
from .encode import payload, varint
from .model import Bits, EncodedItem, Part, Step
from .numbers import fixed_steps, number_steps, real_steps, varint_steps
from .types import DEFINITIONS, LENGTH, SPEEDS, VARINT, Kind, grouped

MOST_PAIRS = 24
"""So many characters, or elements of a list, are shown one by one."""


@dataclass(frozen=True)
class Encoding:
    """A field with its value, and everything about its bytes.

    Attributes:
        number: the field number.
        kind: the type.
        value: as `read.read` gives it.
        optional: whether the schema says `optional`, so that a zero is sent, too.
        parts: the bytes part by part; none where nothing is sent.
    """

    number: int
    kind: Kind
    value: Any
    optional: bool
    parts: tuple[Part, ...]

    @property
    def data(self) -> bytes:
        """The bytes of a message that has this field and no other."""
        return b"".join(part.data for part in self.parts)

    @property
    def schema(self) -> str:
        """The field as a schema declares it, after the type where that is not a scalar one."""
        label = "optional " if self.optional and self.kind.can_be_optional else ""
        field = f"{label}{self.kind.declared} field = {self.number};"
        return "\n".join(filter(None, (DEFINITIONS.get(self.kind.name), field)))

    @property
    def json(self) -> str:
        """The same message in JSON, without spaces."""
        return bytelab_encode.json_text(self.kind, self.value) if self.parts else "{}"

    @property
    def others(self) -> dict[str, int | None]:
        """How many bytes the field would take in related types; None where the value does not fit."""
        kinds = self.kind.related()
        fits = {kind.name: kind.holds(self.value) for kind in kinds}
        return {
            kind.name: bytelab_encode.size(self.number, kind, self.value) if fits[kind.name] else None
            for kind in kinds
        }


def encode(number: int, kind: Kind, value: Any, optional: bool = False) -> Encoding:
    """Encodes one field.

    Args:
        number: the field number.
        kind: the type.
        value: a value of it, as `read.read` gives it.
        optional: whether the schema says `optional`. Without it a default value is not sent.
    """
    sent = (optional and kind.can_be_optional) or not bytelab_encode.is_default(kind, value)
    return Encoding(number, kind, value, optional, _parts(number, kind, value) if sent else ())


def _parts(number: int, kind: Kind, value: Any) -> tuple[Part, ...]:
    data = payload(kind, value)
    parts = [_tag(number, kind.wire_type)]
    if kind.wire_type == LENGTH:
        parts.append(_length(data))
    if kind.name == "message":
        return (*parts, *_inside(value))
    return (*parts, _value(kind, value, data)) if data else tuple(parts)


def _tag(number: int, wire_type: int, inner: bool = False) -> Part:
    tag = number << 3 | wire_type
    of = f"field {grouped(number)}, wire type {wire_type} ({WIRE_TYPES[wire_type]})"
    first = Step(
        "Number, type",
        f"({number} << 3) | {wire_type} = {tag}" + (f" = 0x{tag:02x}" if tag < 0x80 else ""),
        (Bits(f"{number:05b}", "number"), Bits(f"{wire_type:03b}", "type")),
    )
    return Part("tag", "inner tag" if inner else "tag", of, varint(tag), (first, *varint_steps(tag)), inner)


def _length(data: bytes, inner: bool = False) -> Part:
    of = f"{plural(len(data), 'byte')} follow{'s' if len(data) == 1 else ''}"
    title = "inner length" if inner else "length"
    return Part("length", title, of, varint(len(data)), varint_steps(len(data)), inner)


def _inside(text: str) -> tuple[Part, ...]:
    """The parts of ``message Note { string text = 1; }``: none if the text is empty."""
    if not text:
        return ()
    data = text.encode()
    value = Part("value", "inner value", plural(len(text), "character"), data, (_text_step(text),), True)
    return (_tag(1, LENGTH, True), _length(data, True), value)


def _value(kind: Kind, value: Any, data: bytes) -> Part:
    name = kind.name
    steps: tuple[Step, ...]
    if name == "string":
        text, steps = plural(len(value), "character"), (_text_step(value),)
    elif name == "bytes":
        pairs = tuple(EncodedItem(_ascii(byte), str(byte), bytes([byte])) for byte in value[:MOST_PAIRS])
        step = Step("Bytes", pairs=pairs, left_out=_left_out(len(value), "byte"), note="As they are.")
        text, steps = plural(len(value), "byte"), (step,)
    elif name == "packed":
        text, steps = plural(len(value), "number"), (_packed_step(value),)
    elif kind.wire_type == VARINT:
        text, steps = _plain(kind, value), number_steps(kind, value)
    elif kind.most:
        text, steps = grouped(value), fixed_steps(kind, value, data)
    else:
        text, steps = repr(value).replace("-", "−"), real_steps(kind, value, data)
    return Part("value", "value", text, data, steps)


def _text_step(text: str) -> Step:
    pairs = tuple(
        EncodedItem(_visible(char), f"U+{ord(char):04X}", char.encode()) for char in text[:MOST_PAIRS]
    )
    note = "ASCII takes one byte a character, all others take two to four."
    return Step("UTF-8", pairs=pairs, left_out=_left_out(len(text), "character"), note=note)


def _packed_step(values: tuple[int, ...]) -> Step:
    pairs = tuple(EncodedItem(grouped(value), "", varint(value % (1 << 64))) for value in values[:MOST_PAIRS])
    note = "Each number is a varint, with one tag and one length before all of them."
    return Step("Varints", pairs=pairs, left_out=_left_out(len(values), "number"), note=note)


def _plain(kind: Kind, value: int) -> str:
    if kind.name == "enum":
        return SPEEDS.get(value, f"{grouped(value)}, a number without a name")
    return str(value).lower() if kind.name == "bool" else grouped(value)


def _left_out(count: int, what: str) -> str:
    return f"and {plural(count - MOST_PAIRS, f'more {what}')}" if count > MOST_PAIRS else ""


def _ascii(byte: int) -> str:
    return chr(byte) if 0x20 < byte < 0x7F else "·"


def _visible(char: str) -> str:
    """A character as one can see it: a space as ␣, a combining one on a circle, others that draw nothing as ·."""
    if char == " ":
        return "␣"
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return f"◌{char}"
    return char if char.isprintable() else "·"
