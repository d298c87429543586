"""What the lesson's setup cell imports: the names that the exercises, and learners' cells, find there."""

from __future__ import annotations

import hashlib
import math

import grpc

from ... import protos

tracking_pb2, tracking_pb2_grpc = protos.load("courier/v1/tracking.proto")

TRACKING = tracking_pb2.DESCRIPTOR.services_by_name["TrackingService"]
