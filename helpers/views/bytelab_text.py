"""The byte lab in words: for a terminal, for a screen reader."""

from __future__ import annotations

from .bytelab_parts import Bits, Step
from .bytelab_read import Refused
from .bytelab_steps import Encoding

_WIDTH = 18  # of the first column


def lab_text(shown: Encoding | Refused) -> str:
    """The picture as plain text."""
    if isinstance(shown, Refused):
        return str(shown)
    spelled = shown.data.hex(" ") or nothing_sent(shown)
    lines = [
        shown.schema,
        f"{'Protocol Buffers':{_WIDTH}}{_short(spelled)}  ({count_bytes(len(shown.data))})",
        f"{'JSON':{_WIDTH}}{_short(shown.json)}  ({count_bytes(len(shown.json.encode()))})",
    ]
    for part in shown.parts:
        lines += ["", f"{part.title}: {part.text}"]
        lines += [f"  {step.title:{_WIDTH}}{_short(_step(step))}".rstrip() for step in part.steps]
    return "\n".join(lines)


def summary(shown: Encoding | Refused) -> str:
    """What a screen reader says after a change."""
    if isinstance(shown, Refused):
        return str(shown)
    if not shown.parts:
        return f"No bytes. {nothing_sent(shown)}"
    parts = ", ".join(f"{part.title} {_short(part.data.hex(' '), 60)}" for part in shown.parts)
    return f"{count_bytes(len(shown.data))}: {parts}. In JSON {count_bytes(len(shown.json.encode()))}."


def nothing_sent(shown: Encoding) -> str:
    """Why a field takes no bytes."""
    if not shown.kind.can_be_optional:
        return "Nothing is sent: an empty list has no bytes."
    default = {str: "an empty text", bytes: "no byte at all", bool: "false"}.get(type(shown.value), "zero")
    return f"Nothing is sent: {default} is the default. Make the field optional to send it."


def count_bytes(count: int) -> str:
    """``1 byte``, ``1,200 bytes``: to the byte, unlike `fmt_bytes`."""
    return f"{count:,} byte{'' if count == 1 else 's'}"


def _step(step: Step) -> str:
    bits = "  ".join(map(_bits, step.bits))
    pairs = "  ".join(f"{pair.text} {pair.data.hex(' ')}" for pair in step.pairs)
    return "   ".join(filter(None, (bits, pairs, step.left_out, step.formula)))


def _bits(bits: Bits) -> str:
    byte = "" if bits.byte is None else f" {bits.byte:02x}"
    return f"{'' if bits.more is None else f'{bits.more:d}|'}{bits.bits}{byte}"


def _short(text: str, most: int = 400) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
