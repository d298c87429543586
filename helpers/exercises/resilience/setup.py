"""What the lesson's setup cell imports: the names that the exercises, and learners' cells, find there."""

from __future__ import annotations

import json
import queue
import threading
import time

import grpc

from ... import protos

__all__ = [
    "PARCELS",
    "QUOTES",
    "grpc",
    "json",
    "queue",
    "quote_pb2",
    "quote_pb2_grpc",
    "threading",
    "time",
]  # fmt: skip

quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")

QUOTES = quote_pb2.DESCRIPTOR.services_by_name["QuoteService"]
PARCELS = quote_pb2.DESCRIPTOR.services_by_name["ParcelService"]
