"""A question on what a limit counts, answered by trying it."""

from __future__ import annotations

import grpc

from ..engine import Check, Option, Predict
from .setup import ARCHIVE, archive_pb2, archive_pb2_grpc

_LIMIT = 1000  # bytes


def _observe_largest_message(check: Check) -> tuple[object, str]:
    sizes = iter(range(_LIMIT, 0, -1))

    def get_file(request, context):
        return archive_pb2.GetFileResponse(content=bytes(next(sizes)))

    options = [("grpc.max_receive_message_length", _LIMIT), ("grpc.use_local_subchannel_pool", 1)]
    with (
        check.fake_server(GetFile=get_file) as server,
        grpc.insecure_channel(server.address, options=options) as channel,
    ):
        stub = archive_pb2_grpc.ArchiveServiceStub(channel)
        for _ in range(12):
            try:
                content = stub.GetFile(archive_pb2.GetFileRequest(), timeout=5).content
            except grpc.RpcError as error:
                if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
                    raise
            else:
                return len(
                    content
                ), f"a content of {len(content)} bytes arrived, one of {len(content) + 1} did not."
    return 0, "nothing arrived."


largest_message = Predict(
    title="The largest that arrives",
    task="A client is made with the option `grpc.max_receive_message_length` = 1000, and calls `GetFile`. The response "
    "has one field, `bytes content = 1`. How long can the content be at most?",
    services=[ARCHIVE],
    observe=_observe_largest_message,
    expected=997,
    options=[
        Option(
            "1000 bytes: that is the limit.",
            "The limit counts the message, and the field's tag and length belong to it.",
            1000,
        ),
        Option(
            "995 bytes: the tag and the length take five, as in the chunk of 4 MiB.",
            "The length is a varint: it took four bytes for four million. How many does it take here?",
            995,
        ),
        Option(
            "997 bytes: one byte for the tag, two for the length.",
            "Right: a varint has seven bits in a byte, so lengths up to 16,383 take two bytes.",
            997,
        ),
        Option(
            "992 bytes: the five bytes that gRPC puts before each message count, too.",
            "Those five say whether the message is compressed and how long it is. The limit is compared with that length, "
            "which does not count them.",
            992,
        ),
    ],
    hints=[
        "What does the wire have of such a message besides the content? Lesson 01 has drawn it.",
        "A varint has seven bits of the number in each byte. How many bytes does 990 take?",
    ],
    reason="A limit in bytes is one for the serialized message. `message.ByteSize()` says how large that is, without "
    "serializing it.",
)
