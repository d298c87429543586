"""A gRPC call: everything that happened on one stream (the gRPC over HTTP2 document)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from google.protobuf.descriptor import MethodDescriptor

from helpers.text import plural, visible

from .. import names
from ..direction import TO_CLIENT, TO_SERVER, Direction
from ..frames import Frame
from ..http2.headers import HeaderEntry
from . import metadata
from .message import Message

LISTED = 3
"""So many messages that are wrong are listed one by one in `Call.remarks`."""

RECORDED_LATE_NS = 20_000_000
"""Nanoseconds that a call's first frame may be recorded after the client's clock has started."""

INFLATED_LIMIT = 64 * 1024 * 1024
"""Bytes to which a call's messages are decompressed, at most, to look for what is wrong with them."""

_ANSWER = frozenset(("HEADERS", "DATA", "PART"))
UNARY, SERVER_STREAMING = "unary", "server streaming"
CLIENT_STREAMING, BIDIRECTIONAL = "client streaming", "bidirectional streaming"


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
    """Messages of both directions, in order of completion; those cut short, and data that is no message, among them."""
    method: MethodDescriptor | None = field(default=None, compare=False)
    """The protobuf `MethodDescriptor`; None where no schema is known."""
    trailers_only: bool = False
    """Whether the answer was one header block and nothing else, as gRPC answers most errors."""
    half_closed: tuple[Direction, ...] = ()
    """Directions whose sender has ended the stream (END_STREAM)."""
    reset: tuple[Direction, str] | None = None
    """``(direction, error name)`` of the RST_STREAM that ended it."""
    cut: str | None = None
    """What ended it from outside (connection closed or reset), in one sentence."""
    start_ns: int = 0
    """When its first header block was recorded."""
    end_ns: int | None = None
    """When the answer was complete, or the call was reset or cut; None while it runs."""
    earlier_requests: int = 0
    """Number of its messages to the server before the capture began; they are not in `messages`."""
    earlier_responses: int = 0
    """Number of its messages to the client before the capture began; they are not in `messages`."""
    began_before: bool = False
    """Whether its headers came before the capture began."""
    problems: tuple[str, ...] = ()
    """What is malformed about it beyond its frames and messages; `remarks` tells all that is."""

    def header(self, name: str) -> str | None:
        """The first request header of this name as text, or None."""
        return metadata.find(self.request_headers, name)

    @property
    def path(self) -> str:
        """``:path``; of a gRPC call ``/package.Service/Method``."""
        return self.header(":path") or ""

    @property
    def short_path(self) -> str:
        """Of a gRPC call the service without its package, and the method: ``Service/Method``; else `path`."""
        if not self.is_grpc:
            return self.path
        service, _, method = self.path.removeprefix("/").rpartition("/")
        return "/".join(each for each in (service.rpartition(".")[2], method) if each)

    @property
    def protocol(self) -> str:
        """What request and response say that they are: ``gRPC``, ``gRPC-Web``, ``gRPC-Web (base64)`` or ``HTTP/2``."""
        said = metadata.dialect(self.header("content-type")) or metadata.dialect(self._answer("content-type"))
        if said is None and self.messages and not self._is_told:
            return metadata.GRPC  # nothing else has messages whose prefixes fit
        return said or "HTTP/2"

    @property
    def is_grpc(self) -> bool:
        """Whether it carries gRPC messages: gRPC, or gRPC-Web that is not written in base64."""
        return self.protocol in (metadata.GRPC, metadata.GRPC_WEB)

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
        """Complete messages to the server."""
        return tuple(each for each in self.messages if each.direction == TO_SERVER and each.counts)

    @property
    def responses(self) -> tuple[Message, ...]:
        """Complete messages to the client."""
        return tuple(each for each in self.messages if each.direction == TO_CLIENT and each.counts)

    @property
    def earlier(self) -> int:
        """Number of its messages before the capture began, of both directions."""
        return self.earlier_requests + self.earlier_responses

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
        return self.reset == (TO_SERVER, "CANCEL")

    @property
    def deadline_passed(self) -> bool:
        """Whether the client gave it up when its deadline was over, as far as times tell: the wire has no word for it."""
        return self.cancelled and self.end_ns is not None and self.is_overdue(self.end_ns)

    def is_overdue(self, t_ns: int) -> bool:
        """Whether its deadline, if it has one, was over for the client at a time of the capture's clock."""
        limit = self.timeout_ns
        # gRPC rounds a deadline up by a hundredth at most when it sends it.
        return limit is not None and t_ns - self.start_ns >= max(0.9 * limit, 0.99 * limit - RECORDED_LATE_NS)

    @property
    def done(self) -> bool:
        """Whether it has ended, in whichever way."""
        return self.end_ns is not None

    @property
    def duration_ns(self) -> int | None:
        """Nanoseconds from the request's headers to the end; None while it runs."""
        return None if self.end_ns is None else self.end_ns - self.start_ns

    @property
    def first_byte_ns(self) -> int | None:
        """When the first of its answer was recorded, headers or data; None where nothing came (yet)."""
        answer = (each.t_ns for each in self.frames if each.direction == TO_CLIENT and each.name in _ANSWER)
        return next(answer, None)

    @property
    def payload_bytes(self) -> int:
        """Bytes of its complete messages as sent, without prefixes; of what is not gRPC, those of its bodies."""
        if self.is_grpc:
            return sum(each.length for each in self.messages if each.counts)
        bodies = (each.body for each in self.frames if each.name == "DATA")
        return sum(end - start for start, end in bodies)

    @property
    def own_frames(self) -> tuple[Frame, ...]:
        """Its frames without those that serve the connection, such as WINDOW_UPDATE on its stream (`Frame.control`).

        These are counted as the call's, and their bytes; a capture's totals count all others as the connection's.
        """
        return tuple(each for each in self.frames if not each.control)

    @property
    def wire_bytes(self) -> int:
        """Bytes of `own_frames`, frame headers included."""
        return sum(each.size for each in self.own_frames)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is missing, odd or malformed about it, one sentence each; mostly empty."""
        return tuple(_remarks(self))

    @property
    def outcome(self) -> str:
        """How it stands, in a few words: ``OK``, ``NOT_FOUND: no parcel 7``, ``RST_STREAM CANCEL``, ..."""
        if self.status is not None:
            return f"{self.status}: {self.status_message}" if self.status_message else self.status
        if self.reset is not None:
            return f"RST_STREAM {self.reset[1]} by the {self.reset[0].sender}"
        if self.cut is not None:
            return self.cut
        if self.status_unknown:
            return "ended, its status is not known"
        if self.http_status is not None and self.done:
            return f"HTTP {self.http_status}"
        return "running" if not self.done else "ended without a status"

    @property
    def status_unknown(self) -> bool:
        """Whether it has ended with trailers of which a capture file lacks what has added them to the header table."""
        return self.status is None and self.done and not all(each.known for each in self.trailers)

    @property
    def _is_told(self) -> bool:
        """Whether all its headers are known: those of a capture that begins in the middle may not be."""
        return all(each.known for each in (*self.request_headers, *self.response_headers, *self.trailers))

    def _answer(self, name: str) -> str | None:
        found = metadata.find(self.trailers, name)
        return found if found is not None else metadata.find(self.response_headers, name)

    def __repr__(self) -> str:
        remarks = "".join(f" ⚠ {remark}" for remark in self.remarks)
        counts = f"{len(self.requests)} → {len(self.responses)} ←"
        time = "" if self.duration_ns is None else f", {self.duration_ns / 1e6:.3g} ms"
        told = f"<Call stream {self.stream} {self.path or '?'} ({self.kind}) {counts} {self.outcome}{time}{remarks}>"
        return visible(told, lines=False)


def _remarks(call: Call) -> Iterator[str]:
    if call.began_before:
        earlier = [(call.earlier_requests, "request"), (call.earlier_responses, "response")]
        told = " and ".join(plural(number, noun) for number, noun in earlier if number)
        yield f"It began before the capture{f': {told} passed earlier and are not shown' if told else ''}."
    blocks = (
        ("request", call.request_headers),
        ("response", call.response_headers),
        ("trailers", call.trailers),
    )
    unknown = [(name, sum(not each.known for each in block)) for name, block in blocks]
    told = ", ".join(f"{count} of the {name}" for name, count in unknown if count)
    if told:
        yield f"Headers are not known where they name rows of the table that came before the capture or its gaps: {told}."
    yield from (f"{problem[:1].upper()}{problem[1:]}." for problem in call.problems)
    malformed = [frame for frame in call.frames if frame.problem and frame.name != "PART"]
    if malformed:
        are = "is" if len(malformed) == 1 else "are"
        yield f"{plural(len(malformed), 'frame')} of it {are} malformed: {malformed[0].problem}."
    wrong = list(_problems(call.messages))
    yield from (f"{_which(message)}: {problem}." for message, problem in wrong[:LISTED])
    if len(wrong) > LISTED:
        yield f"{plural(len(wrong) - LISTED, 'further message')} are not complete or malformed."
    content_type = metadata.find(call.response_headers, "content-type")
    if call.is_grpc and content_type is not None and metadata.dialect(content_type) is None:
        yield f"The answer says content-type {content_type!r}, which is not gRPC: its body is not read as messages."


def _problems(messages: Iterable[Message]) -> Iterator[tuple[Message, str]]:
    inflated = 0
    for message in messages:
        if message.compressed and message.complete:
            if inflated > INFLATED_LIMIT or message.length > INFLATED_LIMIT >> 6:
                continue
            inflated += message.data_size
        problem = message.problem
        if problem is not None:
            yield message, problem


def _which(message: Message) -> str:
    whose = "request" if message.direction == TO_SERVER else "response"
    if message.stray:
        return f"{plural(message.size, 'byte')} of the {whose}"
    return "Trailers" if message.trailers else f"Message {message.number} of the {whose}"
