"""What the lesson's setup cell imports: the names that the exercises, and learners' cells, find there."""

from __future__ import annotations

import datetime

import grpc
import jwt
import trustme

from ... import protos
from ...servers import lone_keys

__all__ = ["PARCELS", "datetime", "grpc", "jwt", "quote_pb2", "quote_pb2_grpc", "trustme"]

lone_keys.guard()  # what learners hand over is run in this process, also where no notebook is
quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")

PARCELS = quote_pb2.DESCRIPTOR.services_by_name["ParcelService"]
