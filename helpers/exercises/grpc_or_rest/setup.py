"""What the lesson's setup cell imports: the names that the exercises, and learners' cells, find there.

The web framework is not among them: no cell of an exercise needs it, and importing it takes a while.
"""

from __future__ import annotations

import json

import grpc
from google.protobuf import json_format

from ... import protos

quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")

QUOTES = quote_pb2.DESCRIPTOR.services_by_name["QuoteService"]
