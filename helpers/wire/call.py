"""The values of the middle layer: a message, a piece of one in a frame, and a call.

They follow the document "gRPC over HTTP2" (the protocol document); times are nanoseconds of the tap's
monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from helpers.wire import metadata, names
from helpers.wire.frames import Frame
from helpers.wire.headers import HeaderEntry

PREFIX = 5
"""Bytes before every message: a compressed flag and a length of four bytes, big-endian."""

UNARY, SERVER_STREAMING = "unary", "server streaming"
CLIENT_STREAMING, BIDIRECTIONAL = "client streaming", "bidirectional streaming"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a message within one DATA frame; ``start`` and ``end`` count within ``frame.raw``."""

    frame: Frame
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Message:
    """One gRPC message: a prefix of 5 bytes (compressed flag, length) and that many bytes."""

    number: int
    """Position among the messages of its direction in its call, from 0."""
    direction: str
    segments: tuple[Segment, ...]
    """Where its bytes are, prefix included: one segment a DATA frame."""
    length: int
    """Length that the prefix announces, in bytes."""
    compressed: bool
    """Whether the prefix says that the bytes are compressed."""
    encoding: str = "identity"
    """The call's ``grpc-encoding`` in this direction, such as ``gzip``."""
    type: Any = field(default=None, compare=False)
    """The protobuf ``Descriptor`` of the message; None where no schema is known."""
    complete: bool = True
    """False for the last message of a stream that ended in the middle of it."""
    missing: int = 0
    """Bytes at its start that came before the capture and are not kept."""

    @property
    def t_ns(self) -> int:
        """When its last byte was recorded."""
        return self.segments[-1].frame.t_ns if self.segments else 0

    @property
    def wire(self) -> bytes:
        """Its bytes as sent, the 5-byte prefix included."""
        return b"".join([part.frame.raw[part.start : part.end] for part in self.segments])

    @property
    def payload(self) -> bytes:
        """Its bytes as sent, without the prefix."""
        return self.wire[max(0, PREFIX - self.missing) :]

    @property
    def data(self) -> bytes:
        """Its bytes, decompressed where they were compressed; empty where that fails (see ``problem``)."""
        return self._read()[0]

    @property
    def problem(self) -> str | None:
        """What is malformed about it, in one sentence; None for a sound message."""
        return self._read()[1]

    @property
    def fields(self) -> tuple:
        """Its protobuf fields (``values.Field``), by ``type`` where known; read anew on each access."""
        from helpers.wire.protobuf import walk  # here: most messages of a long stream are never looked into

        return walk(self.data, self.type)

    def _read(self) -> tuple[bytes, str | None]:
        if self.missing:
            return b"", f"its first {self.missing} bytes came before the capture"
        if not self.complete:
            return b"", f"the stream ended after {len(self.wire)} of {self.length + PREFIX} bytes"
        if not self.compressed:
            return self.payload, None
        from helpers.wire.compression import decompress

        return decompress(self.payload, self.encoding)

    def __repr__(self) -> str:
        arrow = "→" if self.direction == names.TO_SERVER else "←"
        kind = self.type.full_name if self.type is not None else "message"
        frames = ", ".join(str(part.frame.number) for part in self.segments)
        return f"<Message {self.number} {arrow} {kind} {self.length} B in frame {frames}>"


@dataclass(frozen=True, slots=True)
class Call:
    """One gRPC call (or another HTTP/2 request): everything that happened on one stream."""

    connection: int
    stream: int
    frames: tuple[Frame, ...]
    """The frames of the stream, in order."""
    request_headers: tuple[HeaderEntry, ...] = ()
    response_headers: tuple[HeaderEntry, ...] = ()
    """Headers before the first response message; empty in a trailers-only answer."""
    trailers: tuple[HeaderEntry, ...] = ()
    """Headers that end the response; in a trailers-only answer its one header block."""
    messages: tuple[Message, ...] = ()
    """Messages of both directions, in order of completion."""
    method: Any = field(default=None, compare=False)
    """The protobuf ``MethodDescriptor``; None where no schema is known."""
    trailers_only: bool = False
    """Whether the answer was one header block and nothing else, as gRPC answers most errors."""
    half_closed: tuple[str, ...] = ()
    """Directions whose sender has ended the stream (END_STREAM)."""
    reset: tuple[str, str] | None = None
    """``(direction, error name)`` of the RST_STREAM that ended it."""
    cut: str | None = None
    """What ended it from outside (connection closed or reset), in one sentence."""
    start_ns: int = 0
    """When its first header block was recorded."""
    end_ns: int | None = None
    """When the answer was complete, or the call was reset or cut; None while it runs."""
    earlier: int = 0
    """Number of its messages before the capture began; they are not in ``messages``."""
    began_before: bool = False
    """Whether its headers came before the capture began."""
    problems: tuple[str, ...] = ()
    """What is malformed about it beyond its frames and messages."""

    def header(self, name: str) -> str | None:
        """The first request header of this name as text, or None."""
        return metadata.find(self.request_headers, name)

    @property
    def path(self) -> str:
        """``:path``; of a gRPC call ``/package.Service/Method``."""
        return self.header(":path") or ""

    @property
    def is_grpc(self) -> bool:
        """Whether request or response say ``content-type: application/grpc``."""
        found = (self.header("content-type"), self._answer("content-type"))
        return any(kind is not None and kind.startswith("application/grpc") for kind in found)

    @property
    def kind(self) -> str:
        """One of the four kinds: by the schema where known, else by the messages seen so far."""
        if self.method is not None:
            many = self.method.client_streaming, self.method.server_streaming
        else:
            many = len(self.requests) > 1, len(self.responses) > 1
        return {
            (False, False): UNARY,
            (False, True): SERVER_STREAMING,
            (True, False): CLIENT_STREAMING,
            (True, True): BIDIRECTIONAL,
        }[bool(many[0]), bool(many[1])]

    @property
    def requests(self) -> tuple[Message, ...]:
        """Messages to the server."""
        return tuple(each for each in self.messages if each.direction == names.TO_SERVER)

    @property
    def responses(self) -> tuple[Message, ...]:
        """Messages to the client."""
        return tuple(each for each in self.messages if each.direction == names.TO_CLIENT)

    @property
    def metadata(self) -> tuple[tuple[str, str | bytes], ...]:
        """Request metadata as gRPC shows it to the handler: ``-bin`` values as bytes."""
        return metadata.custom(self.request_headers)

    @property
    def initial_metadata(self) -> tuple[tuple[str, str | bytes], ...]:
        """Response metadata before the first message."""
        return metadata.custom(self.response_headers)

    @property
    def trailing_metadata(self) -> tuple[tuple[str, str | bytes], ...]:
        """Response metadata after the last message, without the status."""
        return metadata.custom(self.trailers)

    @property
    def timeout_ns(self) -> int | None:
        """The deadline as sent (``grpc-timeout``), in nanoseconds from its start; None without one."""
        return metadata.timeout(self.header("grpc-timeout"))

    @property
    def status_code(self) -> int | None:
        """``grpc-status``; None where the answer has none (yet)."""
        return metadata.whole_number(self._answer("grpc-status"))

    @property
    def status(self) -> str | None:
        """Name of the status, such as ``NOT_FOUND``; None where the answer has none (yet)."""
        return None if self.status_code is None else names.status_name(self.status_code)

    @property
    def status_message(self) -> str:
        """``grpc-message``, percent-decoded."""
        return metadata.percent_decode(self._answer("grpc-message") or "")

    @property
    def status_details(self) -> bytes | None:
        """``grpc-status-details-bin``: a serialized ``google.rpc.Status``; None without one."""
        found = dict(self.trailing_metadata).get("grpc-status-details-bin")
        return found if isinstance(found, bytes) else None

    @property
    def http_status(self) -> int | None:
        """``:status`` of the answer; None where there is none (yet)."""
        return metadata.whole_number(self._answer(":status"))

    @property
    def cancelled(self) -> bool:
        """Whether the client gave the call up with RST_STREAM CANCEL (also at its deadline)."""
        return self.reset == (names.TO_SERVER, "CANCEL")

    @property
    def done(self) -> bool:
        """Whether it has ended, in whichever way."""
        return self.end_ns is not None

    @property
    def duration_ns(self) -> int | None:
        """Nanoseconds from the request's headers to the end; None while it runs."""
        return None if self.end_ns is None else self.end_ns - self.start_ns

    @property
    def payload_bytes(self) -> int:
        """Bytes of its messages as sent, without prefixes."""
        return sum(each.length for each in self.messages if each.complete)

    @property
    def wire_bytes(self) -> int:
        """Bytes of its frames, frame headers included (without those of the connection itself)."""
        return sum(each.size for each in self.frames)

    @property
    def outcome(self) -> str:
        """How it stands, in a few words: ``OK``, ``NOT_FOUND: no parcel 7``, ``RST_STREAM CANCEL``, ..."""
        if self.status is not None:
            return f"{self.status}: {self.status_message}" if self.status_message else self.status
        if self.reset is not None:
            sender = "client" if self.reset[0] == names.TO_SERVER else "server"
            return f"RST_STREAM {self.reset[1]} by the {sender}"
        if self.cut is not None:
            return self.cut
        if self.http_status is not None and self.done:
            return f"HTTP {self.http_status}"
        return "running" if not self.done else "ended without a status"

    def _answer(self, name: str) -> str | None:
        found = metadata.find(self.trailers, name)
        return found if found is not None else metadata.find(self.response_headers, name)

    def __repr__(self) -> str:
        counts = f"{len(self.requests)} → {len(self.responses)} ←"
        time = "" if self.duration_ns is None else f", {self.duration_ns / 1e6:.3g} ms"
        return f"<Call stream {self.stream} {self.path or '?'} ({self.kind}) {counts} {self.outcome}{time}>"
