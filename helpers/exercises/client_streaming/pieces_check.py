"""Runs through the learner's generator of requests, sends them to a server of ours, and looks at what arrives."""

from __future__ import annotations

import hashlib
import io
import random

from google.protobuf.message import Message

from ..engine import Check, Failed
from ..engine.verdict import Raised
from ..engine.wording import describe
from .setup import tracking_pb2, tracking_pb2_grpc

_PIECE = 64 * 1024  # bytes


def _receive(requests, context):
    digest, size = hashlib.sha256(), 0
    for request in requests:
        digest.update(request.chunk)
        size += len(request.chunk)
    return tracking_pb2.UploadProofResponse(size_bytes=size, sha256=digest.hexdigest())


def _run_through(made: object, called: str, photo: io.BytesIO, at_most: int) -> tuple[list[Message], int]:
    """All requests, and how far the file was read ahead of them, in bytes."""
    expected = "an iterator of UploadProofRequests"
    if not hasattr(made, "__next__"):
        likely = (
            "gRPC takes an iterator, and a list is none; nor should the whole photo be in one. "
            "Hand over each request with `yield`."
            if isinstance(made, list)
            else f"Your function gave back {describe(made)}. Hand over each request with `yield`."
        )
        raise Failed(likely, called=called, expected=expected, came=describe(made))
    requests, ahead, sent = [], 0, 0
    while True:
        try:
            request = next(made)
        except StopIteration:
            return requests, ahead
        except Exception as error:
            raise Raised(error, called=called, expected=expected) from None
        if getattr(getattr(request, "DESCRIPTOR", None), "name", "") != "UploadProofRequest":
            raise Failed(
                "The stream is one of `UploadProofRequest`s. Header and chunk are parts of such a request: "
                "`UploadProofRequest(header=...)`, `UploadProofRequest(chunk=...)`.",
                called=called, expected=expected, came=describe(request),
            )  # fmt: skip
        requests.append(request)
        sent += len(request.chunk)
        ahead = max(ahead, photo.tell() - sent)
        if len(requests) > at_most:
            raise Failed(
                "The photo is at its end, and your generator goes on. At the end of a file `read` gives `b\"\"`: "
                "that is when the loop should end.",
                called=called, expected=f"{at_most} requests at most", came=f"{len(requests)}, and no end",
            )  # fmt: skip


def check_photo_pieces(check: Check) -> None:
    """Expects a header and whole pieces, for photos that end within a piece, on its border, and at once."""
    for size in (150_000, 2 * _PIECE, 100, 0):
        data = random.Random(size).randbytes(size)
        photo, called = io.BytesIO(data), f'proof_requests("P-7", {size}, photo)'
        ran = check.run("P-7", size, photo, called=called)
        if ran.error is not None:
            raise Raised(ran.error, called=called, expected="an iterator of requests")
        requests, ahead = _run_through(ran.value, called, photo, at_most=size // 10 + 50)
        with check.desk(UploadProof=_receive) as desk:
            stub = tracking_pb2_grpc.TrackingServiceStub(desk.channel)
            answer = stub.UploadProof(iter(requests), timeout=10)
            arrived = desk.received()[0].requests
        _look_at(check, called, data, arrived, answer.sha256)
        check.expect(
            ahead <= _PIECE, f"{_PIECE:,} bytes read ahead at most", f"{ahead:,} bytes read before they were sent",
            "All of it was right, and the photo was in memory as a whole. Read with a size, `photo.read(64 * 1024)`, "
            "and yield before you read on.",
            called=called,
        )  # fmt: skip


def _look_at(check: Check, called: str, data: bytes, arrived: list[Message], sha256: str) -> None:
    parts = [request.WhichOneof("part") for request in arrived]
    wanted = [min(_PIECE, len(data) - start) for start in range(0, len(data), _PIECE)]
    expected = f"a header, then chunks of {_bytes(wanted)}"

    def expect(condition: bool, came: str, likely: str) -> None:
        check.expect(condition, expected, came, likely, called=called)

    expect(
        parts[:1] == ["header"], f"{parts[0] or 'an empty request' if parts else 'nothing'} first",
        "The header comes first, in a request of its own. `header` and `chunk` are a `oneof`: in one request "
        "the one that is set last wipes out the other.",
    )  # fmt: skip
    header = arrived[0].header
    expect(
        (header.parcel_id, header.size_bytes) == ("P-7", len(data)),
        f'a header with parcel_id="{header.parcel_id}", size_bytes={header.size_bytes}',
        "The server wants to know from the header which parcel it is and how many bytes will come.",
    )
    expect(
        "header" not in parts[1:], f"{parts.count('header')} headers",
        "The header is sent once. It stands before the loop.",
    )  # fmt: skip
    sizes = [len(request.chunk) for request in arrived[1:]]
    came = f"a header, then chunks of {_bytes(sizes)}"
    expect(
        all(sizes), came, "There is a request with nothing in it. `read` gives `b\"\"` at the end of the file: look at "
        "the chunk before you yield it.",
    )  # fmt: skip
    expect(
        max(sizes, default=0) <= _PIECE,
        came,
        "64 KiB are 64 * 1024 bytes, and a chunk has no more than that.",
    )
    expect(
        sum(sizes) >= len(data), came, "Bytes are missing. Does the last piece, which is shorter, get sent?"
    )
    expect(sum(sizes) == len(data), came, "More bytes arrive than the photo has. Is a piece sent twice?")
    expect(
        sizes == wanted, came, "Nothing is lost, but the pieces are smaller than they may be. 64 KiB are 64 * 1024 bytes.",
    )  # fmt: skip
    expect(
        hashlib.sha256(data).hexdigest() == sha256, "the right number of bytes, and another checksum",
        "The sizes are right and the bytes are not: they arrive changed, or in another order.",
    )  # fmt: skip


def _bytes(sizes: list[int]) -> str:
    shown = ", ".join(map(str, sizes[:4])) + (", …" if len(sizes) > 4 else "")
    return f"{shown} bytes" if sizes else "nothing"
