"""The type of what `grpc-status-details-bin` holds: a serialized `google.rpc.Status`, by convention."""

from __future__ import annotations

from functools import lru_cache

from google.protobuf.descriptor import Descriptor

NAME = "grpc-status-details-bin"
"""The trailer, see `grpc_status.rpc_status` and "Richer error model" on grpc.io."""


@lru_cache(maxsize=1)
def status_type() -> Descriptor | None:
    """The descriptor of `google.rpc.Status`; None where `googleapis-common-protos` is not installed."""
    try:
        # The types of the details, too, so that each `Any` in the status is read as what it is.
        from google.rpc import error_details_pb2, status_pb2  # noqa: F401
    except ImportError:
        return None
    found: Descriptor = status_pb2.Status.DESCRIPTOR
    return found
