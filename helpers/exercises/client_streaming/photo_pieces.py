"""A generator of requests: a file, cut into pieces, with a header in front."""

from __future__ import annotations

import hashlib
import io
import random
from typing import Any

from ..engine import Check, FunctionResult, Incorrect, WriteClient, raises, wrong
from ..engine.formatting import describe
from ..engine.verdict import Raised
from .setup import TRACKING, tracking_pb2, tracking_pb2_grpc

_PIECE = 64 * 1024  # bytes
_PHOTOS = {"P-7": 150_000, "P-8": 2 * _PIECE, "P-9": 100, "P-10": 0, "P-11": 300_000}  # bytes, by parcel


class _Photo(io.BytesIO):
    """A file that knows how far it was read, also by somebody who went back to its beginning afterwards."""

    furthest = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.look()
        return data

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer)
        self.look()
        return count

    def getvalue(self) -> bytes:
        self.furthest = len(super().getvalue())
        return super().getvalue()

    def getbuffer(self) -> memoryview:
        self.furthest = len(super().getvalue())
        return super().getbuffer()

    def look(self) -> None:
        """Notes how far it is read now, by whichever of the many ways to read: lines, `read1`, a loop."""
        if not self.closed:
            self.furthest = max(self.furthest, self.tell())


def _receive(requests, context):
    digest, size = hashlib.sha256(), 0
    for request in requests:
        digest.update(request.chunk)
        size += len(request.chunk)
    return tracking_pb2.UploadProofResponse(size_bytes=size, sha256=digest.hexdigest())


def _run_through(made: object, called: str, photo: _Photo, at_most: int) -> tuple[list[Any], int]:
    """All requests, and how far the file was read ahead of them, in bytes."""
    expected = "an iterator of UploadProofRequests"
    if not hasattr(made, "__next__"):
        found = f"Your function gave back {describe(made)}."
        if isinstance(made, list):
            found = "gRPC takes an iterator, and a list is none; nor should the whole photo be in one."
        diagnosis = f"{found} Hand over each request with `yield`."
        raise Incorrect(diagnosis, called=called, expected=expected, actual=describe(made))
    requests: list[Any] = []
    ahead, sent = 0, 0
    while True:
        try:
            request = next(made)
        except StopIteration:
            return requests, ahead
        except Exception as error:
            raise Raised(error, called=called, expected=expected) from None
        if getattr(getattr(request, "DESCRIPTOR", None), "name", "") != "UploadProofRequest":
            parts = (
                "The stream is one of `UploadProofRequest`s. Header and chunk are parts of such a request: "
                "`UploadProofRequest(header=...)`, `UploadProofRequest(chunk=...)`."
            )
            raise Incorrect(parts, called=called, expected=expected, actual=describe(request))
        # As gRPC does it: what a request holds now is what is sent, whatever becomes of the object afterwards.
        requests.append(tracking_pb2.UploadProofRequest.FromString(request.SerializeToString()))
        sent += len(request.chunk)
        photo.look()
        ahead = max(ahead, photo.furthest - sent)
        if len(requests) > at_most:
            endless = (
                'The photo is at its end, and your generator goes on. At the end of a file `read` gives `b""`: that is '
                "when the loop should end."
            )
            most = f"{at_most} requests at most"
            raise Incorrect(endless, called=called, expected=most, actual=f"{len(requests)}, and no end")


def _check_photo_pieces(check: Check) -> None:
    """Expects a header and whole pieces, for photos that end within a piece, on its border, and at once."""
    for parcel_id, size in _PHOTOS.items():
        data = random.Random(size).randbytes(size)
        photo, called = _Photo(data), f'proof_requests("{parcel_id}", {size}, photo)'
        result = check.run(parcel_id, size, photo, called=called)
        made = result.expect_return("an iterator of requests")
        requests, ahead = _run_through(made, called, photo, at_most=size // 10 + 50)
        with check.fake_server(UploadProof=_receive) as server:
            stub = tracking_pb2_grpc.TrackingServiceStub(server.channel)
            answer = stub.UploadProof(iter(requests), timeout=10)
            arrived = server.received()[0].requests
        _look_at(result, parcel_id, data, arrived, answer.sha256)
        early = (
            "All of it was right, and more than one piece was read before its turn: with a film that fills the memory. Read "
            "with a size, `photo.read(64 * 1024)`, and yield before you read on."
        )
        wanted, actual = f"{_PIECE:,} bytes read ahead at most", f"{ahead:,} bytes read before they were sent"
        result.expect(ahead <= _PIECE, wanted, actual, early)


def _look_at(result: FunctionResult, parcel_id: str, data: bytes, arrived: list[Any], sha256: str) -> None:
    parts = [request.WhichOneof("part") for request in arrived]
    wanted = [min(_PIECE, len(data) - start) for start in range(0, len(data), _PIECE)]
    expected = f"a header, then chunks of {_bytes(wanted)}"

    def expect(condition: bool, actual: str, diagnosis: str) -> None:
        result.expect(condition, expected, actual, diagnosis)

    first = (
        "The header comes first, in a request of its own. `header` and `chunk` are a `oneof`: in one request "
        "the one that is set last wipes out the other."
    )
    expect(parts[:1] == ["header"], f"{parts[0] or 'an empty request' if parts else 'nothing'} first", first)
    header = arrived[0].header
    given = (
        "The server wants to know from the header which parcel it is and how many bytes will come: what your function "
        "was given."
    )
    actual = f'a header with parcel_id="{header.parcel_id}", size_bytes={header.size_bytes}'
    expect((header.parcel_id, header.size_bytes) == (parcel_id, len(data)), actual, given)
    once = "The header is sent once. It stands before the loop."
    expect("header" not in parts[1:], f"{parts.count('header')} headers", once)
    sizes = [len(request.chunk) for request in arrived[1:]]
    for right, diagnosis in (
        (
            all(sizes),
            'There is a request with nothing in it. `read` gives `b""` at the end of the file: look at the chunk '
            "before you yield it.",
        ),
        (max(sizes, default=0) <= _PIECE, "64 KiB are 64 * 1024 bytes, and a chunk has no more than that."),
        (sum(sizes) >= len(data), "Bytes are missing. Does the last piece, which is shorter, get sent?"),
        (sum(sizes) == len(data), "More bytes arrive than the photo has. Is a piece sent twice?"),
        (
            sizes == wanted,
            "Nothing is lost, but the pieces are smaller than they may be. 64 KiB are 64 * 1024 bytes.",
        ),
    ):
        expect(right, f"a header, then chunks of {_bytes(sizes)}", diagnosis)
    same = hashlib.sha256(data).hexdigest() == sha256
    changed = "The sizes are right and the bytes are not: they arrive changed, or in another order."
    expect(same, "the right number of bytes, and another checksum", changed)


def _bytes(sizes: list[int]) -> str:
    shown = ", ".join(map(str, sizes[:4])) + (", …" if len(sizes) > 4 else "")
    return f"{shown} bytes" if sizes else "nothing"


photo_pieces = WriteClient(
    title="A photo in pieces",
    task="""
        **Input:** the parcel's number, the photo's size in bytes, and `photo`, a file that is open for
        reading.

        **Goal:** a generator of `UploadProofRequest`s: first the header with number and size, then the
        photo in chunks of 64 KiB, the last one with what is left. No chunk is empty. Read as you go, no
        more than one piece ahead: one day it will be a film.

        **Example:** `proof_requests("P-7", 150_000, photo)` gives a header and chunks of 65536, 65536 and
        18928 bytes; for an empty photo it gives the header alone.
    """,
    services=[TRACKING],
    check=_check_photo_pieces,
    hints=[
        "One `yield` for the header, then a loop with one `yield` for each piece. Nothing has to be collected.",
        '`photo.read(64 * 1024)` gives the next piece, a shorter one at the end, and then `b""`, which is false.',
        "`while chunk := photo.read(64 * 1024):` reads, looks and ends, all in one line.",
    ],
    reason="The generator is asked for the next piece when there is room for it on the way, and only then is it read: "
    "no more than a few pieces are in memory, however large the file. A size far below the 4 MiB limit keeps the "
    "progress bar moving.",
    wrong_answers=[
        *(
            wrong("more than one piece was read before its turn").diff(f"""
                -    while chunk := photo.read(64 * 1024):
                -        yield tracking_pb2.UploadProofRequest(chunk=chunk)
                +    data = {everything}
                +    for start in range(0, len(data), 65536):
                +        yield tracking_pb2.UploadProofRequest(chunk=data[start : start + 65536])
            """)
            for everything in (
                "photo.getvalue()",
                "bytes(photo.getbuffer())",
                "photo.read1(-1)",
                'b"".join(photo)',
            )
        ),
        wrong("The header comes first", ("    yield tracking_pb2.UploadProofRequest(header=header)\n", "")),
        wrong("the one that is set last wipes out the other").diff("""
            -    yield tracking_pb2.UploadProofRequest(header=header)

            -        yield tracking_pb2.UploadProofRequest(chunk=chunk)
            +        yield tracking_pb2.UploadProofRequest(header=header, chunk=chunk)
        """),
        wrong("how many bytes will come", (", size_bytes=size_bytes", "")),
        wrong("what your function was given", ("parcel_id=parcel_id", 'parcel_id="P-7"')),
        wrong("what your function was given", ("size_bytes=size_bytes", "size_bytes=150_000")),
        wrong("more than one piece was read before its turn").diff("""
             def proof_requests(parcel_id, size_bytes, photo):
            +    photo.read()
            +    photo.seek(0)
        """),
        wrong("parts of such a request", ("tracking_pb2.UploadProofRequest(header=header)", "header")),
        wrong("parts of such a request", ("tracking_pb2.UploadProofRequest(chunk=chunk)", "chunk")),
        wrong("It stands before the loop").diff("""
                 while chunk := photo.read(64 * 1024):
            +        yield tracking_pb2.UploadProofRequest(header=header)
        """),
        wrong(
            "look at the chunk before you yield it",
            ("while chunk := photo.read(64 * 1024):", "while True:\n        chunk = photo.read(64 * 1024)"),
            ("(chunk=chunk)", "(chunk=chunk)\n        if not chunk:\n            return"),
        ),
        wrong("that is when the loop should end").diff("""
            -    while chunk := photo.read(64 * 1024):
            +    while True:
            +        chunk = photo.read(64 * 1024)
        """),
        wrong(
            "Does the last piece, which is shorter",
            ("chunk := photo.read(64 * 1024):", "len(chunk := photo.read(64 * 1024)) == 64 * 1024:"),
        ),
        wrong("a chunk has no more than that", ("64 * 1024", "100_000")),
        wrong("smaller than they may be", ("64 * 1024", "64_000")),
        wrong("or in another order", ("chunk=chunk", "chunk=chunk[::-1]")),
        wrong("more than one piece was read before its turn").diff("""
            -    while chunk := photo.read(64 * 1024):
            -        yield tracking_pb2.UploadProofRequest(chunk=chunk)
            +    data = photo.read()
            +    for start in range(0, size_bytes, 64 * 1024):
            +        yield tracking_pb2.UploadProofRequest(chunk=data[start : start + 64 * 1024])
        """),
        wrong("a list is none").whole("""
            def proof_requests(parcel_id, size_bytes, photo):
                header = tracking_pb2.ProofHeader(parcel_id=parcel_id, size_bytes=size_bytes)
                requests = [tracking_pb2.UploadProofRequest(header=header)]
                while chunk := photo.read(64 * 1024):
                    requests.append(tracking_pb2.UploadProofRequest(chunk=chunk))
                return requests
        """),
        wrong("gave back None", ("    yield ", "    ")),
        raises("raised TypeError", ("chunk=chunk", 'chunk="photo"')),
    ],
)
