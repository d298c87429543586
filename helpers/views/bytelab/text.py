"""The byte lab in words: for a terminal, for a screen reader."""

from __future__ import annotations

from helpers.text import plural, shorten

from .model import Bits, Step
from .read import Refused
from .steps import Encoding

_WIDTH = 18  # of the first column


def lab_text(shown: Encoding | Refused) -> str:
    """The picture as plain text."""
    if isinstance(shown, Refused):
        return str(shown)
    spelled = shown.data.hex(" ") or nothing_sent(shown)
    lines = [
        shown.schema,
        f"{'Protocol Buffers':{_WIDTH}}{shorten(spelled)}  ({plural(len(shown.data), 'byte')})",
        f"{'JSON':{_WIDTH}}{shorten(shown.json)}  ({plural(len(shown.json.encode()), 'byte')})",
    ]
    for part in shown.parts:
        lines += ["", f"{part.title}: {part.text}"]
        lines += [f"  {step.title:{_WIDTH}}{shorten(_step(step))}".rstrip() for step in part.steps]
    return "\n".join(lines)


def summary(shown: Encoding | Refused) -> str:
    """What a screen reader says after a change."""
    if isinstance(shown, Refused):
        return str(shown)
    if not shown.parts:
        return f"No bytes. {nothing_sent(shown)}"
    parts = ", ".join(f"{part.title} {shorten(part.data.hex(' '), 60)}" for part in shown.parts)
    return f"{plural(len(shown.data), 'byte')}: {parts}. In JSON {plural(len(shown.json.encode()), 'byte')}."


def nothing_sent(shown: Encoding) -> str:
    """Why a field takes no bytes."""
    if not shown.kind.can_be_optional:
        return "Nothing is sent: an empty list has no bytes."
    default = {str: "an empty text", bytes: "no byte at all", bool: "false"}.get(type(shown.value), "zero")
    return f"Nothing is sent: {default} is the default. Make the field optional to send it."


def _step(step: Step) -> str:
    bits = "  ".join(map(_bits, step.bits))
    pairs = "  ".join(f"{pair.text} {pair.data.hex(' ')}" for pair in step.pairs)
    return "   ".join(filter(None, (bits, pairs, step.left_out, step.formula)))


def _bits(bits: Bits) -> str:
    byte = "" if bits.byte is None else f" {bits.byte:02x}"
    return f"{'' if bits.more is None else f'{bits.more:d}|'}{bits.bits}{byte}"
