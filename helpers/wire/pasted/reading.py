"""`read_bytes`: bytes that somebody has pasted, whatever they are, down to the last one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor

from helpers.display import Displayed
from helpers.text import plural, visible

from ..byte_region import ByteRegion
from ..capture import Capture
from ..decoder import Decoder
from ..direction import TO_CLIENT, TO_SERVER
from ..protobuf.field import Field
from ..protobuf.reader import walk
from ..record import Record
from ..schema import MethodLookup
from ..storage import SavedCapture
from .content import CONTENTS, HTTP2, Content, problems
from .dumps import PastedPiece
from .kinds import read_content
from .packet import packet_in, packets_in, read_packet
from .schemas import Schemas
from .spelling import MOST_BYTES, Spelled, spellings

_GUESSED = (
    "Read without a schema: fields have numbers and no names, and what their values are is a guess. "
    "Other readings stand beside them."
)
_LISTED = 10


@dataclass(frozen=True)
class PastedBytes(Displayed):
    """Bytes that somebody has pasted, with their meaning; made by `read_bytes`. It draws itself as hex and tree."""

    data: bytes
    """The bytes."""
    spelled: str
    """How the text spelled them: ``hex``, ``base64``, ``dump``, ..., or ``bytes``."""
    kind: str
    """What they are: one of `CONTENTS`; or ``text``, ``connection`` (TLS, HTTP/1.1) or ``nothing``."""
    told: str
    """How they were read, in a sentence, with what else it could have been."""
    notes: tuple[str, ...]
    """What must be known of the reading, one sentence each: that it is a guess, above all."""
    region: ByteRegion
    """What every byte means."""
    messages: tuple[bytes, ...]
    """The messages that are whole, decompressed, without what frames them."""
    descriptor: Descriptor | None
    """The type with which they were read; None without a schema, and where none fits."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of the first message."""
        return walk(self.messages[0], self.descriptor) if self.messages else ()

    @property
    def problems(self) -> tuple[str, ...]:
        """All that is malformed."""
        return tuple(problems(self.region))

    def __repr__(self) -> str:
        return visible(f"<PastedBytes: {plural(len(self.data), 'byte')}. {self.told}>", lines=False)


def read_bytes(
    pasted: str | bytes, schema: Any = None, *, as_: str | None = None, spelled: str | None = None
) -> PastedBytes | Capture:
    r"""Read bytes as people paste them, and tell what each of them means.

    Args:
        pasted: Text that spells bytes: hex in any form (``0a 05``, ``0a:05``, ``0x0a, 0x05``, ``\x0a\x05``), the
            dumps of xxd, hexdump, od, tcpdump, gdb and Wireshark, base64 of both alphabets, arrays of C and other
            languages; or the bytes themselves.
        schema: The class of the message; or a module, or what `protos.load` returns, of whose messages the one is
            taken that fits. None: the fields are told as well as the bytes allow.
        as_: What the bytes are, where a guess would be wrong: ``"message"``, ``"grpc"`` (messages with gRPC's
            prefix of 5 bytes), ``"http2"`` (frames), ``"status"`` (of ``grpc-status-details-bin``), or
            ``"delimited"`` (messages with a varint before each).
        spelled: How the text spells them, likewise: ``"hex"``, ``"base64"``, ``"dump"``, ``"escapes"``,
            ``"numbers"`` or ``"characters"``.

    Returns:
        The bytes with their meaning; a `Capture` where the text has both sides of a connection, as Wireshark shows
        them where it follows a stream, or several packets, as ``tcpdump -X`` prints them.

    Raises:
        ValueError: The text spells no bytes, or too many; or there is no such `as_` or `spelled`.
        TypeError: It is neither text nor bytes; or the schema is none.
    """
    if as_ is not None and as_ not in CONTENTS:
        raise ValueError(f"as_={as_!r} is not known; it can be {', '.join(map(repr, CONTENTS))}")
    files = Schemas(schema)
    candidates = _spelled(pasted, spelled)
    first = candidates[0]
    if {piece.direction for piece in first.pieces} == {TO_SERVER, TO_CLIENT}:
        return _capture(first.pieces, files.lookup)
    if as_ is None and (saved := packets_in([piece.data for piece in first.pieces])) is not None:
        return _capture_of(saved, files.lookup)

    def read(spelling: Spelled) -> Content:
        packet = packet_in(spelling.data) if as_ is None else None

        def inner(data: bytes) -> Content:
            return read_content(data, files.choose, files.lookup, as_)

        content = read_packet(spelling.data, packet, inner) if packet else inner(spelling.data)
        return content._replace(notes=(*files.notes, *content.notes))

    chosen, content = first, read(first)
    if schema is not None and not _is_sound(content):
        for other in candidates[1:]:
            reading = read(other)
            if _is_sound(reading):
                chosen, content = other, reading
                break
    told = f"Read as {chosen.told}: {content.told}."
    # Of a dump the other readings take the offsets for bytes.
    rest = [other for other in candidates if other.data != chosen.data and chosen.how != "dump"]
    told += "".join(f" As {each.how} it would be {plural(len(each.data), 'byte')}." for each in rest)
    return PastedBytes(
        chosen.data,
        chosen.how,
        content.kind,
        told,
        tuple(_notes(content)),
        content.region,
        content.messages,
        content.descriptor,
    )


def _spelled(pasted: str | bytes, how: str | None) -> list[Spelled]:
    if isinstance(pasted, str):
        return spellings(pasted, how)
    if not isinstance(pasted, (bytes, bytearray, memoryview)):
        raise TypeError(f"read_bytes takes text or bytes, not {type(pasted).__name__}")
    data = bytes(pasted)
    if how is not None:
        return spellings(data.decode("latin-1"), how)
    if len(data) > MOST_BYTES:
        raise ValueError(
            f"that is {plural(len(data), 'byte')}; at most {MOST_BYTES:,} are read. Take a part of it."
        )
    return [Spelled("bytes", "bytes", (PastedPiece(None, data),))]


def _is_sound(content: Content) -> bool:
    """Whether the bytes make sense by their schema: with this one may decide between two spellings.

    Without a schema one may not: a few bytes make sense by chance, and hex that is cut short is likelier than
    base64 without a letter beyond F.
    """
    return content.descriptor is not None and not any(True for _ in problems(content.region))


def _notes(content: Content) -> Iterator[str]:
    yield from content.notes
    strange = list(_strange(content))
    first = next(problems(content.region), None)
    if content.descriptor is not None and strange:
        which = f"{'field' if len(strange) == 1 else 'fields'} {', '.join(strange[:_LISTED])}"
        yield f"{content.descriptor.full_name} has no {which} of this type: is it the right schema?"
    elif first is not None:
        yield f"Not all of it makes sense: {first}."
    if content.descriptor is None and any(content.messages) and content.kind != HTTP2:
        yield _GUESSED


def _strange(content: Content) -> Iterator[str]:
    """The numbers of the fields of the first message that the type does not have."""
    fields = (field for message in content.messages[:1] for field in walk(message, content.descriptor))
    yield from dict.fromkeys(
        str(field.number) for field in fields if field.wire_type >= 0 and not field.known
    )


def _capture(pieces: Sequence[PastedPiece], lookup: MethodLookup) -> Capture:
    """Both sides of a connection. A dump has no times: they stand one after the other."""
    records = [
        Record(1, piece.direction or TO_SERVER, number, piece.data) for number, piece in enumerate(pieces)
    ]
    return Capture(
        Decoder(keep=False), records, start_ns=0, end_ns=len(records), title="pasted", lookup=lookup
    )


def _capture_of(saved: SavedCapture, lookup: MethodLookup) -> Capture:
    """Several packets. They have no times either."""
    return Capture(
        Decoder.restore(saved.state, keep=False),
        saved.records,
        start_ns=saved.start_ns,
        end_ns=saved.end_ns,
        title=saved.title,
        lookup=lookup,
        remarks=(*saved.notes, "A dump has no times: the packets stand a millisecond apart."),
    )
