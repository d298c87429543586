"""The bytes between a gRPC client and a gRPC server.

`tap(server)` puts a recording relay in front of a server; ``with wire.capture() as call:`` keeps what passes while a
block runs. A capture is a value: frames, calls, messages and their fields, each with its bytes.

From the bottom to the top:

- `taps`: the only I/O; what passes becomes a `record` of a `recording`.
- `connection`: bytes to `frames`, with those of `http2`, the parts of `http1` and the records of `tls`.
- `grpc`: frames to calls and messages; `protobuf`: bytes of messages to fields, by a `schema` where one is known.
- `decoder`: all of these together; `totals`: what is counted, and how.
- `pasted`: bytes without a tap, as people paste them.
- `capture`: what passed while a block ran; `byte_regions`, `export`, `compare`, `storage`, `pcap`: what can be done with it.
- `packets`: capture files of tcpdump and Wireshark to records.
"""

from __future__ import annotations

from .byte_region import ByteRegion
from .byte_regions import explain, message_regions
from .capture import Capture, load
from .direction import Direction
from .frames import Frame, FramePart, Gap, OtherBytes, Preface, TcpEvent
from .grpc.call import Call
from .grpc.message import Message, Segment
from .http1.exchanges import Exchange
from .http1.parts import Http1Body, Http1Message, Http1Part
from .http2.frames import Http2Frame, Setting
from .http2.headers import HeaderBlock, HeaderEntry
from .pasted import PastedBytes, read_bytes
from .protobuf.field import EnumValue, Field
from .protobuf.reader import walk
from .storage import CaptureFileError
from .taps.open_taps import behind, close_all, rejection_at, tap
from .taps.tap import Tap
from .taps.termination import Tls
from .tls.records import TlsRecord

__all__ = [
    "ByteRegion",
    "Call",
    "Capture",
    "CaptureFileError",
    "Direction",
    "EnumValue",
    "Exchange",
    "Field",
    "Frame",
    "FramePart",
    "Gap",
    "HeaderBlock",
    "HeaderEntry",
    "Http1Body",
    "Http1Message",
    "Http1Part",
    "Http2Frame",
    "Message",
    "OtherBytes",
    "PastedBytes",
    "Preface",
    "Segment",
    "Setting",
    "Tap",
    "TcpEvent",
    "Tls",
    "TlsRecord",
    "behind",
    "close_all",
    "explain",
    "load",
    "message_regions",
    "read_bytes",
    "rejection_at",
    "tap",
    "walk",
]
