"""See the bytes between a gRPC client and a gRPC server.

``tap(server)`` puts a recording relay in front of a server; ``with wire.capture() as call:`` keeps what passes
while a block runs. A capture is a value: frames, calls, messages and their fields, each with its bytes.

- ``tap``, ``relay``, ``recording``, ``registry``: the only I/O, and what it remembers.
- ``connection``, ``http2``, ``hpack``, ``http1``, ``rules``: bytes to ``frames``, without any I/O.
- ``calls``, ``messages``, ``metadata``, ``compression``: frames to values of ``call``; ``exchanges``: those of HTTP/1.1;
  ``tables``: what header compression remembers from block to block.
- ``protobuf``, ``plans``, ``guess``, ``schema``: message bytes to fields (``values``).
- ``capture``, ``decoder``, ``flow``, ``totals``, ``regions``, ``export``, ``compare``, ``storage``, ``pcap``:
  what one can do with all of it.
"""

from __future__ import annotations

from helpers.wire.call import Call, Message, Segment
from helpers.wire.capture import Capture, set_renderer
from helpers.wire.exchanges import Exchange
from helpers.wire.frames import Frame, Http1Body, Http1Message, Setting
from helpers.wire.headers import HeaderBlock, HeaderEntry
from helpers.wire.protobuf import walk
from helpers.wire.regions import explain, message_regions
from helpers.wire.registry import close_all
from helpers.wire.storage import CaptureFileError, load
from helpers.wire.tap import Tap, tap
from helpers.wire.values import EnumValue, Field, Region

__all__ = [
    "Call",
    "Capture",
    "CaptureFileError",
    "EnumValue",
    "Exchange",
    "Field",
    "Frame",
    "HeaderBlock",
    "HeaderEntry",
    "Http1Body",
    "Http1Message",
    "Message",
    "Region",
    "Segment",
    "Setting",
    "Tap",
    "close_all",
    "explain",
    "load",
    "message_regions",
    "set_renderer",
    "tap",
    "walk",
]
