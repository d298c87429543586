"""What the lesson's setup cell imports: the names that the exercises, and learners' cells, find there."""

from __future__ import annotations

import grpc

from ... import languages, protos

__all__ = ["CUSTOMS", "customs_pb2", "customs_pb2_grpc", "grpc", "languages"]

customs_pb2, customs_pb2_grpc = protos.load("courier/v1/customs.proto")

CUSTOMS = customs_pb2.DESCRIPTOR.services_by_name["CustomsService"]
