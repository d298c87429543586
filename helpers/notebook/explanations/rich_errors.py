"""Errors with details (`google.rpc.Status`), and calls that were cancelled: what they take, and why some get lost."""

from __future__ import annotations

import re

import grpc
from google.protobuf.message import Message

from ..error_context import ErrorContext
from .rows import Row, describe
from .statuses import StatusRow

_LARGER = 'options=[("grpc.max_metadata_size", 32 * 1024)]'
_PACK = "status.details.add().Pack(message)"


def _no_status(context: ErrorContext, _: re.Match[str]) -> str | None:
    """Something else where a `google.rpc.Status`, or what is made of it, belongs."""
    frame = context.called_in("/grpc/", "abort_with_status")
    if frame is not None:
        return (
            "`context.abort_with_status` takes what `rpc_status.to_status` makes of a google.rpc.Status, and got "
            f"{describe(frame.f_locals.get('status'))}.\n"
            "Write context.abort_with_status(rpc_status.to_status(status))."
        )
    frame = context.called_in("/grpc_status/", "to_status")
    if frame is None:
        return None
    given = frame.f_locals.get("status")
    cure = f"Make a status first, status_pb2.Status(code=..., message=...), and pack the message: {_PACK}."
    if not isinstance(given, Message):
        cure = "Make one: status_pb2.Status(code=code_pb2.NOT_FOUND, message=...)."
    return f"`to_status` takes a google.rpc.Status, and got {describe(given)}.\n{cure}"


def _unpack(context: ErrorContext, _: re.Match[str]) -> str | None:
    given = context.given("/google/protobuf/", "Unpack", "msg")
    if not isinstance(given, type):
        return None
    name = given.__name__
    return (
        f"`Unpack` reads into a message that is there, and got {describe(given)}.\n"
        f"Make an empty one first: message = {name}(), and then detail.Unpack(message)."
    )


TABLE = (
    Row((AttributeError, TypeError), r"", _no_status),
    Row(TypeError, r"ParseFromString", _unpack),
    Row(
        TypeError,
        r"google\.protobuf\.any_pb2\.Any'> got <class '(?!google\.protobuf\.any_pb2)",
        f"A detail is an `Any`: a message that is packed, with the name of its type.\nWrite {_PACK}.",
    ),
    Row(
        TypeError,
        r"^'StatusCode' object cannot be interpreted as an integer",
        "A google.rpc.Status has its code as a number, and a grpc.StatusCode is none.\n"
        "Write code=code_pb2.NOT_FOUND, with `from google.rpc import code_pb2`.",
    ),
    Row(
        TypeError,
        r"^'Duration' object cannot be interpreted as an integer",
        "A Duration is a message, with seconds and nanos, and no number.\n"
        "Write duration.ToTimedelta().total_seconds().",
    ),
    Row(
        ValueError,
        r"^Code in Status proto \(StatusCode\.(?P<meant>\w+)\) doesn't match status code \(StatusCode\.RESOURCE_EXHAUSTED",
        "The server sent details, and they were longer than this client takes, so gRPC has put a status of its own "
        f"in the place of theirs.\nKeep details short, or give the channel {_LARGER}.",
    ),
    Row(
        grpc.FutureCancelledError,
        r"",
        "This call was cancelled, so there is no reply to wait for.\n"
        "Run the cell that begins the call, and then this one.",
    ),
    Row(
        SystemExit,
        r"",
        "gRPC turns an Exception that a handler raises into a status. SystemExit is none, so nobody answers the client.\n"
        'End the call in its place: context.abort(grpc.StatusCode.INTERNAL, "why").',
    ),
    StatusRow(
        grpc.RpcError,
        r"^RESOURCE_EXHAUSTED: .*received metadata size exceeds (?:soft|hard) limit",
        "The metadata of the answer, in which the details of an error travel, was longer than this client takes.\n"
        f"Keep it below 8 KiB, or give the channel {_LARGER}.",
    ),
)
