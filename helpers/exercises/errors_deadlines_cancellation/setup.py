"""What the lesson's setup cell imports: the names that the exercises, and learners' cells, find there."""

from __future__ import annotations

import threading
import time

import grpc
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status  # type: ignore[import-untyped]

from ... import protos

__all__ = [
    "ORDERS", "PARCELS", "QUOTES", "code_pb2", "error_details_pb2", "grpc", "order_pb2", "order_pb2_grpc", "quote_pb2",
    "quote_pb2_grpc", "rpc_status", "status_pb2", "threading", "time",
]  # fmt: skip

quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")
order_pb2, order_pb2_grpc = protos.load("courier/v1/order.proto")

QUOTES = quote_pb2.DESCRIPTOR.services_by_name["QuoteService"]
PARCELS = quote_pb2.DESCRIPTOR.services_by_name["ParcelService"]
ORDERS = order_pb2.DESCRIPTOR.services_by_name["OrderService"]
