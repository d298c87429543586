"""A servicer that stops a client which sends more than it has promised."""

from __future__ import annotations

import hashlib

import grpc

from ..engine import Call, Check, Failed, WriteServicer, wrong
from .setup import TRACKING, tracking_pb2


def _requests(promised: int, *sizes: int) -> list:
    header = tracking_pb2.ProofHeader(parcel_id="P-1", size_bytes=promised)
    chunks = [tracking_pb2.UploadProofRequest(chunk=bytes([7]) * size) for size in sizes]
    return [tracking_pb2.UploadProofRequest(header=header), *chunks]


def _check_honest_upload(check: Check) -> None:
    kept = {
        grpc.StatusCode.INVALID_ARGUMENT: "As many bytes came as were promised, and they were refused. "
        "Only more than that is too much.",
        grpc.StatusCode.DATA_LOSS: "As many bytes came as were promised, and they were refused. "
        "Only fewer than that are a loss.",
    }
    too_much = {
        grpc.StatusCode.OK: "The client got an answer as if all were well. A `return` ends the call with OK; "
        "`context.abort` ends it with a status that says what was wrong.",
        grpc.StatusCode.DATA_LOSS: "Nothing was lost: there is too much of it. The client's promise was wrong, "
        "so INVALID_ARGUMENT.",
        grpc.StatusCode.RESOURCE_EXHAUSTED: "RESOURCE_EXHAUSTED says that the server has no room left. It has; "
        "the client broke its promise: INVALID_ARGUMENT.",
        grpc.StatusCode.OUT_OF_RANGE: "OUT_OF_RANGE is for what lies beyond the end of something that is there, as in "
        "reading a file. Here the request contradicts itself: INVALID_ARGUMENT.",
        Exception: "What you raise reaches the client as UNKNOWN. `context.abort(code, text)` says whose mistake it is.",
    }
    too_few = {
        grpc.StatusCode.OK: "40 bytes are missing, and the client was told that all is well. Compare when the loop is over.",
        grpc.StatusCode.INVALID_ARGUMENT: "What came was fine as far as it came: the rest was lost on the way. DATA_LOSS.",
        Exception: "What you raise reaches the client as UNKNOWN. `context.abort(code, text)` says what has happened.",
    }
    with check.serve() as proofs:

        def upload(promised: int, *sizes: int) -> Call:
            return proofs.call("UploadProof", _requests(promised, *sizes))

        for promised, sizes in ((100, (60, 40)), (0, ())):
            sha256 = hashlib.sha256(bytes([7]) * promised).hexdigest()
            upload(promised, *sizes).expect_reply(kept, size_bytes=promised, sha256=sha256)

        for sizes, needed in (((60, 60, 60, 60), 3), ((500, 1, 1), 2)):
            _expect_an_early_end(proofs, sizes, needed, too_much)

        fewer = upload(100, 30, 30)
        fewer.expect_status(grpc.StatusCode.DATA_LOSS, naming="100", likely=too_few)


def _expect_an_early_end(proofs, sizes: tuple[int, ...], needed: int, too_much: dict) -> None:
    """Expects a refusal while the client's side is still open, and no piece taken after that."""
    story = f"UploadProof: 100 bytes promised, pieces of {', '.join(map(str, sizes))} sent, no half-close"
    call = proofs.start("UploadProof")
    for request in _requests(100, *sizes):
        call.send(request)
    if not call.over(within=3):
        call.cancel()
        raise Failed(
            "The handler still waits for more, though too much has come already. Compare within the loop, "
            "after each piece: a client that never ends would never be refused.",
            called=story, expected="INVALID_ARGUMENT at once", came="no answer within 3 s",
        )  # fmt: skip
    ended = call.finish().expect_status(grpc.StatusCode.INVALID_ARGUMENT, naming="100", likely=too_much)
    taken = len(ended.received.requests)
    if taken != needed:
        raise Failed(
            "It was too much one piece earlier. Add the piece that has just come, and compare right after it.",
            called=story, expected=f"{needed} requests taken: the header and {needed - 1} more", came=f"{taken} taken",
        )  # fmt: skip


honest_upload = WriteServicer(
    id="client_streaming.honest_upload",
    title="No byte more than promised",
    task="""
        **Input:** a stream of `UploadProofRequest`s: first a header, which promises `size_bytes`, then
        chunks. The code below takes in everything before it compares.

        **Goal:** as soon as more bytes have come than promised, refuse with `INVALID_ARGUMENT`, and take
        no further piece. If fewer have come when the client half-closes, end with `DATA_LOSS`. Both texts
        name the size that was promised.

        **Example:** 100 bytes are promised. 60 and 40 are answered with size and checksum; after 60 and 60
        the call is refused, whatever else was to come; 60 and a half-close give
        `DATA_LOSS: 60 bytes of 100 have arrived`.
    """,
    services=[TRACKING],
    methods=["UploadProof"],
    check=_check_honest_upload,
    hints=[
        "There are two moments to compare: too much can be seen within the loop, too little only when it is over.",
        "`context.abort` raises, so it ends the loop and the method, also from inside the `for`.",
        "Add the length of the chunk to `size` first, then compare: `if size > header.size_bytes:`. The next piece is "
        "taken when the `for` comes round again, and it never does.",
    ],
    stub="""
        @client_streaming.honest_upload
        class HonestProofs(tracking_pb2_grpc.TrackingServiceServicer):
            def UploadProof(self, requests, context):
                header = next(requests).header
                digest, size = hashlib.sha256(), 0
                for request in requests:
                    digest.update(request.chunk)
                    size += len(request.chunk)
                if size != header.size_bytes:
                    context.abort(grpc.StatusCode.DATA_LOSS, f"{size} bytes of {header.size_bytes} have arrived")
                return tracking_pb2.UploadProofResponse(size_bytes=size, sha256=digest.hexdigest())
    """,
    answer="""
        @client_streaming.honest_upload
        class HonestProofs(tracking_pb2_grpc.TrackingServiceServicer):
            def UploadProof(self, requests, context):
                header = next(requests).header
                promised = header.size_bytes
                digest, size = hashlib.sha256(), 0
                for request in requests:
                    size += len(request.chunk)
                    if size > promised:
                        context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"more than {promised} bytes")
                    digest.update(request.chunk)
                if size < promised:
                    context.abort(grpc.StatusCode.DATA_LOSS, f"{size} bytes of {promised} have arrived")
                return tracking_pb2.UploadProofResponse(size_bytes=size, sha256=digest.hexdigest())
    """,
    reason="A handler that takes what comes lets any client fill its disk. One that compares as it goes stops it after "
    "one piece too many, and gRPC tells the client to send no more. That bytes are missing can only be known when "
    "the client says that it has finished: the half-close.",
    wrong_answers=[
        wrong("Only more than that is too much", ("if size > promised", "if size >= promised")),
        wrong("Only fewer than that are a loss", ("if size < promised", "if size <= promised")),
        wrong(
            "though too much has come already",
            (
                "            if size > promised:\n"
                '                context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"more than {promised} bytes")\n'
                "            digest.update(request.chunk)\n",
                "            digest.update(request.chunk)\n"
                "        if size > promised:\n"
                '            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"more than {promised} bytes")\n',
            ),
        ),
        wrong("though too much has come already", ("if size > promised", "if len(request.chunk) > promised")),
        wrong(
            "though too much has come already",
            ("        for request in requests:", "        for request in list(requests):"),
        ),
        wrong(
            "It was too much one piece earlier",
            ("            size += len(request.chunk)\n", ""),
            (
                "            digest.update(request.chunk)\n",
                "            size += len(request.chunk)\n            digest.update(request.chunk)\n",
            ),
        ),
        wrong(
            "as if all were well",
            (
                'context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"more than {promised} bytes")',
                "break",
            ),
        ),
        wrong("there is too much of it", ("INVALID_ARGUMENT", "DATA_LOSS")),
        wrong("has no room left", ("INVALID_ARGUMENT", "RESOURCE_EXHAUSTED")),
        wrong("let it name `100`", ("more than {promised} bytes", "too large")),
        wrong("the client was told that all is well", ("if size < promised", "if False")),
        wrong("the rest was lost on the way", ("DATA_LOSS", "INVALID_ARGUMENT")),
        wrong(
            "says whose mistake it is",
            ("context.abort(grpc.StatusCode.INVALID_ARGUMENT, ", "raise ValueError("),
            outcome="raised",
        ),
    ],
)
