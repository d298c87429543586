"""A question on bytes, answered by making them."""

from __future__ import annotations

from ... import protos
from ..engine import Check, Option, Predict

_PARCEL = """
syntax = "proto3";

message Parcel {
  string parcel_id = 1;
  int32 weight_grams = 2;
  bool fragile = 3;
}
"""


def _observe_parcel_size(check: Check) -> tuple[object, str]:
    parcel_class = protos.compile_cell("parcel_in_question", _PARCEL)[0].Parcel
    written = parcel_class(parcel_id="P-17", weight_grams=200, fragile=False).SerializeToString()
    return len(written), f"{len(written)} bytes, {written.hex(' ')}."


parcel_size = Predict(
    title="How long is a parcel?",
    task="A parcel is described by `string parcel_id = 1; int32 weight_grams = 2; bool fragile = 3;`. "
    'How many bytes does `Parcel(parcel_id="P-17", weight_grams=200, fragile=False)` take?',
    observe=_observe_parcel_size,
    expected=9,
    options=[
        Option(
            "13: a tag each, a length for the text, 4 bytes of text, 4 of `int32`, 1 of `bool`.",
            "An `int32` in memory has four bytes. On the wire it is a varint, and has as many as the number needs.",
            13,
        ),
        Option(
            "11: a tag each, a length for the text, 4 bytes of text, 2 for 200, 1 for the flag.",
            "Nearly: is a `false` sent at all, where the schema does not say `optional`?",
            11,
        ),
        Option(
            "9: 6 for the text and 3 for the weight.",
            "Right: tag, length and four letters; tag and two bytes; and nothing for the flag.",
            9,
        ),
        Option(
            "8: 6 for the text and 2 for the weight.",
            "A byte could hold 200, but one of a varint has only seven bits for the number, up to 127.",
            8,
        ),
    ],
    hints=[
        "Go through the fields one by one, and write down tag, length where there is one, and value.",
        "How many bits of a number fit into one byte of a varint? And what is sent of a field that is zero?",
    ],
    reason="Fields that are zero, empty or false take no byte at all, so a message with a hundred fields may be three "
    "bytes long. A `ByteLab()` or `bytes_of(message)` shows the others one by one.",
)
