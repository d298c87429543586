"""Bytes, one by one: `bytes_of` for a message without the frames around it, and what `read_bytes` has read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import traitlets
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from helpers import display
from helpers.wire.byte_region import ByteRegion
from helpers.wire.byte_regions import message_regions
from helpers.wire.pasted import PastedBytes

from ..kit import style
from ..kit.esm import Esm
from ..kit.text import visible
from ..kit.widget import View
from .encode import MOST_BYTES, encode_region
from .html import bytes_html, bytes_text


class ByteMap(View):
    """Bytes as hex and as the tree of what they mean, linked both ways. Made by `bytes_of`.

    Args:
        data: the bytes.
        region: what they mean, a ``helpers.wire`` ``ByteRegion``.
        notes: sentences between the title and the bytes.

    Attributes:
        data: the bytes.
        region: what they mean.
        notes: the sentences.
    """

    _esm = Esm("views/bytes/widget.js")
    _css = style.css("views/bytes/style.css")
    static_css = ("views/bytes/style.css",)
    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, data: bytes, region: ByteRegion, notes: Sequence[str] = (), **traits: object) -> None:
        self.data, self.region, self.notes = data, region, tuple(notes)
        part = data[:MOST_BYTES]
        shown = {
            "title": visible(region.label),
            "notes": [visible(note) for note in self.notes],
            "length": len(data),
            "cut": len(data) - len(part),
            "tree": encode_region(self.region, len(part)),
            "raw": part,
        }
        super().__init__(shown=shown, **traits)

    def _saved_traits(self) -> dict[str, Any]:
        return {"shown": self.shown}

    def _static_html(self) -> str:
        return bytes_html(self.data, self.region, self.notes)

    def _static_text(self) -> str:
        return bytes_text(self.data, self.region, self.notes)


def bytes_of(message: Message | bytes, schema: Any = None) -> ByteMap:
    """Every byte of a message: tag, length and value of each field.

    Args:
        message: A message; or bytes, as `SerializeToString()` gives them.
        schema: Of bytes, the message class (or its descriptor) to read them with; without one they are read
            as well as can be told. Of a message, its own class unless another is given.

    Raises:
        TypeError: for anything else.
    """
    if isinstance(message, Message):
        data, descriptor = message.SerializeToString(), _descriptor(schema) or _descriptor(message)
        return ByteMap(data, message_regions(data, descriptor))
    if isinstance(message, (bytes, bytearray, memoryview)):
        data = bytes(message)
        return ByteMap(data, message_regions(data, _descriptor(schema)))
    raise TypeError(f"bytes_of takes a message or bytes, not {type(message).__name__}")


@display.static.register
def _(pasted: PastedBytes) -> dict[str, str]:
    notes = (pasted.told, *pasted.notes)
    html, text = (face(pasted.data, pasted.region, notes) for face in (bytes_html, bytes_text))
    return style.bundle(html, text, "views/bytes/style.css")


@display.mimebundle.register
def _(pasted: PastedBytes) -> dict[str, Any]:
    notes = (pasted.told, *pasted.notes)
    return ByteMap(pasted.data, pasted.region, notes)._repr_mimebundle_()


def _descriptor(schema: Any) -> Descriptor | None:
    found = getattr(schema, "DESCRIPTOR", schema)
    # With another implementation of protobuf the class differs, but not what it can do.
    if found is None or hasattr(found, "fields_by_number"):
        return found
    raise TypeError(f"a schema is a message class such as quote_pb2.GetQuoteRequest, not {schema!r}")
