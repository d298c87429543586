"""What the lesson's setup cell imports: the names that the exercises, and learners' cells, find there."""

from __future__ import annotations

import json
import sqlite3
import time

import grpc

from ... import protos

__all__ = [
    "BILLING", "ORDERS", "PARCELS", "QUOTES", "SHELVES", "grpc", "json", "order_pb2", "order_pb2_grpc", "quote_pb2",
    "quote_pb2_grpc", "sqlite3", "time",
]  # fmt: skip

quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")
order_pb2, order_pb2_grpc = protos.load("courier/v1/order.proto")

QUOTES = quote_pb2.DESCRIPTOR.services_by_name["QuoteService"]
PARCELS = quote_pb2.DESCRIPTOR.services_by_name["ParcelService"]
ORDERS = order_pb2.DESCRIPTOR.services_by_name["OrderService"]
BILLING = order_pb2.DESCRIPTOR.services_by_name["BillingService"]
SHELVES = order_pb2.DESCRIPTOR.services_by_name["ShelfService"]
