"""What the lesson's setup cell imports: the names that the exercises, and learners' cells, find there."""

from __future__ import annotations

import asyncio
import time

import grpc

from ... import protos

__all__ = [
    "QUOTES", "TRACKING", "asyncio", "grpc", "quote_pb2", "quote_pb2_grpc", "time", "tracking_pb2", "tracking_pb2_grpc",
]  # fmt: skip

quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")
tracking_pb2, tracking_pb2_grpc = protos.load("courier/v1/tracking.proto")

QUOTES = quote_pb2.DESCRIPTOR.services_by_name["QuoteService"]
TRACKING = tracking_pb2.DESCRIPTOR.services_by_name["TrackingService"]
