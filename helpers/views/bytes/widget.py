"""`bytes_of`: one message, byte by byte, without the frames around it."""

from __future__ import annotations

from typing import Any

import traitlets
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from helpers.wire.byte_regions import message_regions

from ..kit import style
from ..kit.esm import Esm
from ..kit.text import visible
from ..kit.widget import View
from .encode import MOST_BYTES, encode_region
from .html import bytes_html, bytes_text


class ByteMap(View):
    """A serialized message as hex and as the tree of its fields, linked both ways. Made by `bytes_of`.

    Attributes:
        data: the serialized message.
        region: what its bytes mean, a ``helpers.wire`` ``ByteRegion``.
    """

    _esm = Esm("views/bytes/widget.js")
    _css = style.css("views/bytes/style.css")
    static_css = ("views/bytes/style.css",)
    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, data: bytes, descriptor: Descriptor | None = None, **traits: object) -> None:
        self.data = data
        self.region = message_regions(data, descriptor)
        part = data[:MOST_BYTES]
        shown = {
            "title": visible(descriptor.full_name if descriptor is not None else "message"),
            "length": len(data),
            "cut": len(data) - len(part),
            "tree": encode_region(self.region, len(part)),
            "raw": part,
        }
        super().__init__(shown=shown, **traits)

    def _static_html(self) -> str:
        return bytes_html(self.data, self.region)

    def _static_text(self) -> str:
        return bytes_text(self.data, self.region)


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
        return ByteMap(message.SerializeToString(), _descriptor(schema) or _descriptor(message))
    if isinstance(message, (bytes, bytearray, memoryview)):
        return ByteMap(bytes(message), _descriptor(schema))
    raise TypeError(f"bytes_of takes a message or bytes, not {type(message).__name__}")


def _descriptor(schema: Any) -> Descriptor | None:
    found = getattr(schema, "DESCRIPTOR", schema)
    # With another implementation of protobuf the class differs, but not what it can do.
    if found is None or hasattr(found, "fields_by_number"):
        return found
    raise TypeError(f"a schema is a message class such as quote_pb2.GetQuoteRequest, not {schema!r}")
