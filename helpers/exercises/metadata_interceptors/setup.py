"""What the lesson's setup cell imports, and the function of the lesson that wraps handlers."""

from __future__ import annotations

import contextlib
import contextvars
import time
import uuid
from collections.abc import Callable
from typing import Any

import grpc

from ... import protos

__all__ = [
    "CLIENT_INTERCEPTORS", "DISPATCH", "TRACKING", "around", "contextlib", "contextvars", "dispatch_pb2",
    "dispatch_pb2_grpc", "grpc", "quote_pb2", "quote_pb2_grpc", "time", "tracking_pb2", "tracking_pb2_grpc", "uuid",
]  # fmt: skip

quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")
tracking_pb2, tracking_pb2_grpc = protos.load("courier/v1/tracking.proto")
dispatch_pb2, dispatch_pb2_grpc = protos.load("courier/v1/dispatch.proto")

PARCELS = quote_pb2.DESCRIPTOR.services_by_name["ParcelService"]
TRACKING = tracking_pb2.DESCRIPTOR.services_by_name["TrackingService"]
DISPATCH = dispatch_pb2.DESCRIPTOR.services_by_name["DispatchService"]
CLIENT_INTERCEPTORS = [
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
]


def around(handler: Any, wrap: Callable[[Any], Any]) -> Any:
    """A handler of the same kind that runs `wrap(function)` in place of its function."""
    streams = (handler.request_streaming, handler.response_streaming)
    kind = "_".join("stream" if streaming else "unary" for streaming in streams)
    new_handler = getattr(grpc, f"{kind}_rpc_method_handler")
    function = wrap(getattr(handler, kind))
    return new_handler(function, handler.request_deserializer, handler.response_serializer)
