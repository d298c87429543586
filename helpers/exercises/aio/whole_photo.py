"""An upload on asyncio that keeps what is whole, and nothing else."""

from __future__ import annotations

import grpc

from ..engine import Check, WriteServicer, wrong
from .setup import TRACKING, tracking_pb2


def _chunks(*sizes: int) -> list:
    # Each piece has bytes of its own, so that their order can be told.
    return [
        tracking_pb2.UploadProofRequest(chunk=bytes([number]) * size) for number, size in enumerate(sizes, 1)
    ]


def _requests(promised: int, *sizes: int) -> list:
    header = tracking_pb2.ProofHeader(parcel_id="P-1", size_bytes=promised)
    return [tracking_pb2.UploadProofRequest(header=header), *_chunks(*sizes)]


_LOST = {
    grpc.StatusCode.OK: "The photo is not as long as promised, and the client was told that all is well. Compare when the "
    "loop is over.",
    grpc.StatusCode.INVALID_ARGUMENT: "The request was fine as far as it came: the photo is not what was promised. "
    "DATA_LOSS.",
}
_HALF = (
    "The client hung up, and what had come until then was kept. On asyncio the loop over the requests ends then as if the "
    "client had finished, so compare what came with what was promised before you keep it."
)


def _check_whole_photo(check: Check) -> None:
    with check.serve(aio=True) as proofs:
        kept = proofs.servicer.kept
        whole: list[tuple[int, ...]] = [(60, 40), (100,), (), (30, 0, 1)]
        cut: list[tuple[int, ...]] = [(60,), (10, 20, 30), (), *[(50,)] * 5]
        for sizes in whole:
            kept.clear()
            photo = b"".join(request.chunk for request in _chunks(*sizes))
            ended = proofs.call("UploadProof", _requests(sum(sizes), *sizes))
            refused = "As many bytes came as were promised, and they were refused."
            ended.expect_reply(
                {grpc.StatusCode.DATA_LOSS: refused, grpc.StatusCode.INVALID_ARGUMENT: refused},
                size_bytes=len(photo),
            )
            ended.expect(
                kept == [photo], "`self.kept` with this photo", f"{len(kept)} photos in it, or another one"
            )
        for promised, sizes in ((100, (60, 39)), (100, (60, 41)), (9, ()), (0, (1,))):
            kept.clear()
            ended = proofs.call("UploadProof", _requests(promised, *sizes))
            ended.expect_status(grpc.StatusCode.DATA_LOSS, naming=str(promised), diagnosis=_LOST)
            ended.expect(
                not kept, "nothing in `self.kept`", "this photo in it", "Keep a photo only when it is whole."
            )
        for requests in ([], _chunks(10)):
            kept.clear()
            ended = proofs.call("UploadProof", requests)
            ended.expect_status(
                grpc.StatusCode.INVALID_ARGUMENT,
                naming="header",
                diagnosis={
                    grpc.StatusCode.OK: "Nobody has promised anything here: there was no header. Refuse the upload.",
                    grpc.StatusCode.DATA_LOSS: "Without a header nothing was promised, so nothing can be lost: "
                    "INVALID_ARGUMENT.",
                },
            )
            ended.expect(
                not kept, "nothing in `self.kept`", "this photo in it", "Keep a photo only when it is whole."
            )
        for sizes in cut:  # several, since it is chance how a handler hears of it
            kept.clear()
            before = len(proofs.received)
            call = proofs.start("UploadProof")
            call.send(*_requests(100, *sizes))
            received = proofs.arrival(before + 1, requests=1 + len(sizes))
            call.cancel()
            received.over(within=5)
            check.expect(
                not kept,
                "nothing in `self.kept`",
                "a part of a photo in it",
                _HALF,
                called=f"UploadProof: 100 bytes promised, {sum(sizes)} sent, then the client hangs up",
            )


whole_photo = WriteServicer(
    title="The whole photo or none",
    task="""
        **Input:** a stream of `UploadProofRequest`s: a header, which promises `size_bytes`, then chunks. The code below
        keeps whatever has come.

        **Goal:** when the stream is over, append the photo to `self.kept` and answer with its `size_bytes`, if it is as
        long as promised. Otherwise keep nothing, and end with `DATA_LOSS` and a text that names the size promised. An
        upload without a header is refused with `INVALID_ARGUMENT` and a text that says so (`header`). If the client
        hangs up on the way, nothing is kept.

        **Example:** 100 bytes are promised and 60 come, whether the client half-closes then or hangs up: nothing is
        kept.
    """,
    services=[TRACKING],
    check=_check_whole_photo,
    hints=[
        "When the loop ends, you cannot tell from the loop whether the client has finished. What does the header tell?",
        '`upload.HasField("header")` says which of the two a request has.',
        "`await context.abort(...)` ends the handler, so what stands below it happens only to whole photos.",
    ],
    reason="The end of a stream proves nothing on asyncio, so completeness has to be part of the contract: a size, a "
    "checksum, or a last message. It is a good idea on threads, too.",
    wrong_answers=[
        wrong("was told that all is well", ("if len(photo) != promised:", "if not photo and promised:")),
        wrong("was told that all is well", ("if len(photo) != promised:", "if len(photo) < promised:")),
        wrong("was told that all is well", ("if len(photo) != promised:", "if len(photo) > promised:")),
        wrong("was fine as far as it came", ('DATA_LOSS, f"', 'INVALID_ARGUMENT, f"')),
        wrong("let it name `100`", ('f"{len(photo)} bytes of {promised}"', '"too short"')),
        wrong(
            "there was no header",
            ("if promised is None", "if False"),
            ("if len(photo) != promised", "if promised is not None and len(photo) != promised"),
        ),
        wrong(
            "nothing can be lost",
            ("promised, photo = None", "promised, photo = -1"),
            ("promised is None", "False"),
        ),
        wrong("what had come until then was kept").whole("""
            class PhotoProofs(tracking_pb2_grpc.TrackingServiceServicer):
                def __init__(self):
                    self.kept = []

                async def UploadProof(self, requests, context):
                    promised, photo = None, b""
                    async for upload in requests:
                        if upload.HasField("header"):
                            promised = upload.header.size_bytes
                        photo += upload.chunk
                    self.kept.append(photo)
                    if promised is None:
                        self.kept.clear()
                        await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the header is missing")
                    if len(photo) != promised:
                        if not context.done():
                            await asyncio.sleep(0)
                        self.kept.clear()
                        await context.abort(grpc.StatusCode.DATA_LOSS, f"{len(photo)} bytes of {promised}")
                    return tracking_pb2.UploadProofResponse(size_bytes=len(photo))
        """),
        wrong("Keep a photo only when it is whole").diff("""
            +        self.kept.append(photo)
                     if len(photo) != promised:
                         await context.abort(grpc.StatusCode.DATA_LOSS, f"{len(photo)} bytes of {promised}")
            -        self.kept.append(photo)
        """),
    ],
)
