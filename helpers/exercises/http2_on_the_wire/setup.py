"""What the lesson's setup cell imports: the names that the exercises, and learners' cells, find there."""

from __future__ import annotations

import socket
import struct
import subprocess
import time
from concurrent import futures

import grpc
import hpack

from ... import protos

quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")

QUOTES = quote_pb2.DESCRIPTOR.services_by_name["QuoteService"]
PARCELS = quote_pb2.DESCRIPTOR.services_by_name["ParcelService"]
