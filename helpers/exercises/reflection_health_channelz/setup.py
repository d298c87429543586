"""What the lesson's setup cell imports: the names that the exercises, and learners' cells, find there."""

from __future__ import annotations

import threading
import time

import grpc
from google.protobuf import descriptor_pool, json_format
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_channelz.v1 import channelz, channelz_pb2, channelz_pb2_grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

__all__ = [
    "CHANNELZ", "DescriptorPool", "GetMessageClass", "ProtoReflectionDescriptorDatabase", "channelz", "channelz_pb2",
    "channelz_pb2_grpc", "descriptor_pool", "grpc", "health", "health_pb2", "health_pb2_grpc", "json_format",
    "reflection", "threading", "time",
]  # fmt: skip

CHANNELZ = channelz_pb2.DESCRIPTOR.services_by_name["Channelz"]
