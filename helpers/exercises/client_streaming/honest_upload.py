"""A servicer that stops a client which sends more than it has promised."""

from __future__ import annotations

import hashlib

import grpc

from ..engine import CallResult, Check, Incorrect, Raised, WriteServicer, raises, wrong
from .setup import TRACKING, tracking_pb2


def _requests(promised: int, *sizes: int) -> list:
    header = tracking_pb2.ProofHeader(parcel_id="P-1", size_bytes=promised)
    return [tracking_pb2.UploadProofRequest(header=header), *_chunks(*sizes)]


def _chunks(*sizes: int) -> list:
    # Each piece has bytes of its own, so that their order can be told from the checksum.
    return [
        tracking_pb2.UploadProofRequest(chunk=bytes([number]) * size) for number, size in enumerate(sizes, 1)
    ]


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
        Raised: "What you raise reaches the client as UNKNOWN. `context.abort(code, text)` says whose mistake it is.",
    }
    too_few = {
        grpc.StatusCode.OK: "Bytes are missing, and the client was told that all is well. Compare when the loop is over.",
        grpc.StatusCode.INVALID_ARGUMENT: "What came was fine as far as it came: the rest was lost on the way. DATA_LOSS.",
        Raised: "What you raise reaches the client as UNKNOWN. `context.abort(code, text)` says what has happened.",
    }
    with check.serve() as proofs:

        def upload(promised: int, *sizes: int) -> CallResult:
            return proofs.call("UploadProof", _requests(promised, *sizes))

        whole: list[tuple[int, ...]] = [(60, 40), (), (30, 39, 1), (60, 0, 40)]
        for sizes in whole:
            data = b"".join(request.chunk for request in _chunks(*sizes))
            sha256 = hashlib.sha256(data).hexdigest()
            upload(sum(sizes), *sizes).expect_reply(kept, size_bytes=sum(sizes), sha256=sha256)

        for promised, sizes, needed in (
            (100, (60, 60, 60, 60), 3),
            (250, (500, 1, 1), 2),
            (0, (1, 1), 2),
            (7, (4, 4, 4), 3),
            (100, (60, 40, 1), 4),
        ):
            _expect_an_early_end(proofs, promised, sizes, needed, too_much)

        for promised, sizes in ((100, (30, 30)), (250, (249,)), (9, ())):
            fewer = upload(promised, *sizes)
            fewer.expect_status(grpc.StatusCode.DATA_LOSS, naming=str(promised), diagnosis=too_few)

        without = {
            grpc.StatusCode.OK: "An upload without a header was accepted. The code that you were given refuses it.",
            Exception: "Nothing came, or no header, and your code stumbles over it. The code that you were given refuses "
            "that with INVALID_ARGUMENT: keep that.",
        }
        for requests in ([], _chunks(10)):
            headless = proofs.call("UploadProof", requests)
            headless.expect_status(grpc.StatusCode.INVALID_ARGUMENT, naming="header", diagnosis=without)


def _expect_an_early_end(proofs, promised: int, sizes: tuple[int, ...], needed: int, too_much: dict) -> None:
    """Expects a refusal while the client's side is still open, and no piece taken after that."""
    story = (
        f"UploadProof: {promised} bytes promised, pieces of {', '.join(map(str, sizes))} sent, no half-close"
    )
    call = proofs.start("UploadProof")
    call.send(*_requests(promised, *sizes))
    if not call.over(within=3):
        call.cancel()
        waits = (
            "The handler still waits for more, though too much has come already. Compare within the loop, "
            "after each piece: a client that never ends would never be refused."
        )
        raise Incorrect(
            waits, called=story, expected="INVALID_ARGUMENT at once", actual="no answer within 3 s"
        )
    ended = call.finish().expect_status(grpc.StatusCode.INVALID_ARGUMENT, str(promised), too_much)
    late = "It was too much one piece earlier. Add the piece that has just come, and compare right after it."
    if (taken := len(ended.received.requests)) != needed:
        wanted = f"{needed} requests taken: the header and {needed - 1} more"
        raise Incorrect(late, called=story, expected=wanted, actual=f"{taken} taken")


honest_upload = WriteServicer(
    title="No byte more than promised",
    task="""
        **Input:** a stream of `UploadProofRequest`s: first a header, which promises `size_bytes`, then
        chunks. The code below takes in everything before it compares.

        **Goal:** as soon as more bytes have come than promised, refuse with `INVALID_ARGUMENT`, and take
        no further piece. If fewer have come when the client half-closes, end with `DATA_LOSS`. Both texts
        name the size that was promised. An upload without a header is refused as before.

        **Example:** 100 bytes are promised. 60 and 40 are answered with size and checksum; after 60 and 60
        the call is refused, whatever else was to come; 60 and a half-close give
        `DATA_LOSS: 60 bytes of 100 have arrived`.
    """,
    services=[TRACKING],
    check=_check_honest_upload,
    hints=[
        "There are two moments to compare: too much can be seen within the loop, too little only when it is over.",
        "`context.abort` raises, so it ends the loop and the method, also from inside the `for`.",
        "Add the length of the chunk to `size` first, then compare: `if size > header.size_bytes:`. The next piece is "
        "taken when the `for` comes round again, and it never does.",
    ],
    reason="A handler that takes what comes lets any client fill its disk. One that compares as it goes stops it after "
    "one piece too many, and gRPC tells the client to send no more. That bytes are missing can only be known when "
    "the client says that it has finished: the half-close.",
    wrong_answers=[
        wrong("Only more than that is too much", ("if size > promised", "if size >= promised")),
        wrong("Only fewer than that are a loss", ("if size < promised", "if size <= promised")),
        wrong("though too much has come already").diff("""
            -            if size > promised:
            -                context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"more than {promised} bytes")

                         digest.update(request.chunk)
            +        if size > promised:
            +            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"more than {promised} bytes")
        """),
        wrong("though too much has come already", ("if size > promised", "if len(request.chunk) > promised")),
        wrong("though too much has come already", (" request in requests", " request in list(requests)")),
        wrong("It was too much one piece earlier").diff("""
            -            size += len(request.chunk)

                             context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"more than {promised} bytes")
            +            size += len(request.chunk)
        """),
        wrong(
            "as if all were well",
            ('context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"more than {promised} bytes")', "break"),
        ),
        wrong("as if all were well").diff("""
                         digest.update(request.chunk)
            +            if size == promised:
            +                break
        """),
        wrong("there is too much of it", ('INVALID_ARGUMENT, f"more', 'DATA_LOSS, f"more')),
        wrong("has no room left", ('INVALID_ARGUMENT, f"more', 'RESOURCE_EXHAUSTED, f"more')),
        wrong("without a header was accepted", (' is None or not first.HasField("header")', " is None")),
        raises("no header, and your code stumbles", ("if first is None or not first.", "if not first.")),
        wrong("let it name `100`", ("more than {promised} bytes", "too large")),
        wrong("the client was told that all is well", ("if size < promised", "if False")),
        wrong("the rest was lost on the way", ("DATA_LOSS", "INVALID_ARGUMENT")),
        raises(
            "says whose mistake it is",
            ('context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"', 'raise ValueError(f"'),
        ),
    ],
)
