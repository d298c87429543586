"""Servers whose contracts a learner's notebook has never seen."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from concurrent import futures
from typing import Any

from grpc_reflection.v1alpha import reflection_pb2

from helpers import protos

from .setup import grpc, health, health_pb2, health_pb2_grpc, reflection

_TOWER = """
syntax = "proto3";
package harbor.v1;

service TowerService {
  rpc GetTide(GetTideRequest) returns (GetTideResponse);
  rpc FollowShip(GetTideRequest) returns (stream GetTideResponse);
}

service PilotService {
  rpc Bring(BringRequest) returns (BringResponse);
}

message GetTideRequest {
  string pier_name = 1;
  int32 hours_ahead = 2;
}

message GetTideResponse {
  string pier_name = 1;
  int64 level_mm = 2;
}

message BringRequest {
  repeated string ships = 1;
}

message BringResponse {
  int32 brought = 1;
}
"""

TOWER, PILOT = "harbor.v1.TowerService", "harbor.v1.PilotService"
HEALTH = health.SERVICE_NAME
HEALTH_METHODS = tuple(health_pb2.DESCRIPTOR.services_by_name["Health"].methods_by_name)


@contextlib.contextmanager
def unknown_server(listed: Sequence[str]) -> Iterator[tuple[grpc.Channel, list[Any]]]:
    """A server with three services, whose reflection lists these names; gives a channel, and the requests that come."""
    pb2, pb2_grpc = protos.compile_cell("harbor_of_exercises", _TOWER)
    pool = pb2.DESCRIPTOR.pool
    for file in (health_pb2.DESCRIPTOR, reflection_pb2.DESCRIPTOR):
        pool.AddSerializedFile(file.serialized_pb)
    received: list[Any] = []

    class Tower(pb2_grpc.TowerServiceServicer):  # type: ignore[name-defined]
        def GetTide(self, request: Any, context: grpc.ServicerContext) -> Any:
            received.append(request)
            if not request.pier_name:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, "which pier?")
            return pb2.GetTideResponse(
                pier_name=request.pier_name, level_mm=100 * request.hours_ahead + len(request.pier_name)
            )

    class Pilot(pb2_grpc.PilotServiceServicer):  # type: ignore[name-defined]
        def Bring(self, request: Any, context: grpc.ServicerContext) -> Any:
            received.append(request)
            return pb2.BringResponse(brought=len(request.ships))

    server = grpc.server(futures.ThreadPoolExecutor(4), options=[("grpc.so_reuseport", 0)])
    pb2_grpc.add_TowerServiceServicer_to_server(Tower(), server)
    pb2_grpc.add_PilotServiceServicer_to_server(Pilot(), server)
    health_pb2_grpc.add_HealthServicer_to_server(health.HealthServicer(), server)
    reflection.enable_server_reflection(listed, server, pool=pool)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield channel, received
    finally:
        server.stop(None)
