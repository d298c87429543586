"""What the lesson's setup cell imports: the names that the exercises, and learners' cells, find there."""

from __future__ import annotations

import queue
import threading

import grpc

from ... import protos

dispatch_pb2, dispatch_pb2_grpc = protos.load("courier/v1/dispatch.proto")

DISPATCH = dispatch_pb2.DESCRIPTOR.services_by_name["DispatchService"]
