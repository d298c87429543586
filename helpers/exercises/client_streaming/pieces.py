"""A generator of requests: a file, cut into pieces, with a header in front."""

from __future__ import annotations

from ..engine import WriteClient, wrong
from .pieces_check import check_photo_pieces
from .setup import TRACKING

photo_pieces = WriteClient(
    id="client_streaming.photo_pieces",
    title="A photo in pieces",
    task="""
        **Input:** the parcel's number, the photo's size in bytes, and `photo`, a file that is open for
        reading.

        **Goal:** a generator of `UploadProofRequest`s: first the header with number and size, then the
        photo in chunks of 64 KiB, the last one with what is left. No chunk is empty. Read a piece only
        when its turn has come: one day it will be a film.

        **Example:** `proof_requests("P-7", 150_000, photo)` gives a header and chunks of 65536, 65536 and
        18928 bytes; for an empty photo it gives the header alone.
    """,
    services=[TRACKING],
    parameters=["parcel_id", "size_bytes", "photo"],
    is_generator=True,
    check=check_photo_pieces,
    hints=[
        "One `yield` for the header, then a loop with one `yield` for each piece. Nothing has to be collected.",
        '`photo.read(64 * 1024)` gives the next piece, a shorter one at the end, and then `b""`, which is false.',
        "`while chunk := photo.read(64 * 1024):` reads, looks and ends, all in one line.",
    ],
    stub="""
        @client_streaming.photo_pieces
        def proof_requests(parcel_id, size_bytes, photo):
            # your code here
            ...
    """,
    answer="""
        @client_streaming.photo_pieces
        def proof_requests(parcel_id, size_bytes, photo):
            header = tracking_pb2.ProofHeader(parcel_id=parcel_id, size_bytes=size_bytes)
            yield tracking_pb2.UploadProofRequest(header=header)
            while chunk := photo.read(64 * 1024):
                yield tracking_pb2.UploadProofRequest(chunk=chunk)
    """,
    reason="The generator is asked for the next piece when there is room for it on the way, and only then is it read: "
    "no more than a few pieces are in memory, however large the file. A size far below the 4 MiB limit keeps the "
    "progress bar moving.",
    wrong_answers=[
        wrong("The header comes first", ("    yield tracking_pb2.UploadProofRequest(header=header)\n", "")),
        wrong(
            "the one that is set last wipes out the other",
            ("    yield tracking_pb2.UploadProofRequest(header=header)\n", ""),
            ("UploadProofRequest(chunk=chunk)", "UploadProofRequest(header=header, chunk=chunk)"),
        ),
        wrong("how many bytes will come", (", size_bytes=size_bytes", "")),
        wrong("parts of such a request", ("tracking_pb2.UploadProofRequest(header=header)", "header")),
        wrong("parts of such a request", ("tracking_pb2.UploadProofRequest(chunk=chunk)", "chunk")),
        wrong(
            "It stands before the loop",
            ("        yield", "        yield tracking_pb2.UploadProofRequest(header=header)\n        yield"),
        ),
        wrong(
            "look at the chunk before you yield it",
            (
                "    while chunk := photo.read(64 * 1024):\n",
                "    while True:\n        chunk = photo.read(64 * 1024)\n",
            ),
            ("(chunk=chunk)", "(chunk=chunk)\n        if not chunk:\n            return"),
        ),
        wrong(
            "that is when the loop should end",
            (
                "    while chunk := photo.read(64 * 1024):\n",
                "    while True:\n        chunk = photo.read(64 * 1024)\n",
            ),
        ),
        wrong(
            "Does the last piece, which is shorter",
            ("chunk := photo.read(64 * 1024):", "len(chunk := photo.read(64 * 1024)) == 64 * 1024:"),
        ),
        wrong("a chunk has no more than that", ("64 * 1024", "100_000")),
        wrong("smaller than they may be", ("64 * 1024", "64_000")),
        wrong("or in another order", ("chunk=chunk", "chunk=chunk[::-1]")),
        wrong(
            "the photo was in memory as a whole",
            (
                "    while chunk := photo.read(64 * 1024):\n        yield tracking_pb2.UploadProofRequest(chunk=chunk)",
                "    data = photo.read()\n    for start in range(0, size_bytes, 64 * 1024):\n"
                "        yield tracking_pb2.UploadProofRequest(chunk=data[start : start + 64 * 1024])",
            ),
        ),
        wrong(
            "a list is none",
            source="""
            @client_streaming.photo_pieces
            def proof_requests(parcel_id, size_bytes, photo):
                header = tracking_pb2.ProofHeader(parcel_id=parcel_id, size_bytes=size_bytes)
                requests = [tracking_pb2.UploadProofRequest(header=header)]
                while chunk := photo.read(64 * 1024):
                    requests.append(tracking_pb2.UploadProofRequest(chunk=chunk))
                return requests
        """,
        ),
        wrong("gave back None", ("    yield ", "    ")),
        wrong("raised TypeError", ("chunk=chunk", 'chunk="photo"'), outcome="raised"),
    ],
)
