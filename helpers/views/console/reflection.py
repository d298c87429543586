"""What a server offers, as it tells by server reflection (grpc/reflection/v1/reflection.proto).

Both versions of the protocol have the same messages under two names. A Python server knows ``v1alpha`` alone, a
server in another language may know ``v1`` alone, so both are tried, the newer one first.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool

from .channel import KeptChannel
from .schema import Method

VERSIONS = ("v1", "v1alpha")
"""The versions of the protocol, as they stand in the service's name."""
PATIENCE = 3.0
"""Seconds in which a server has to answer."""


@dataclass(frozen=True)
class Offered:
    """What a server offers.

    Attributes:
        version: of reflection, one of `VERSIONS`.
        methods: the methods of its services.
        without_schema: services that it lists, and has no schema for.
    """

    version: str
    methods: tuple[Method, ...]
    without_schema: tuple[str, ...]


class ReflectionError(ValueError):
    """A server that does not say what it offers; the message names the cause and the cure."""


def ask(address: str, patience: float = PATIENCE) -> Offered:
    """Asks the server at an address what it offers; waits for it so many seconds.

    Raises:
        ReflectionError: it does not answer, has no reflection, or lists nothing that could be called.
    """
    kept = KeptChannel()
    channel = kept.open(address, None)
    try:
        for version in VERSIONS:
            try:
                return _asked(_Reflection(channel, version, patience), address)
            except grpc.RpcError as error:
                if error.code() is not grpc.StatusCode.UNIMPLEMENTED:
                    raise ReflectionError(_why(address, error)) from None
        raise ReflectionError(
            f"the server at {address} does not tell what it offers.\n"
            "Start it with server reflection, or give the console the module of its service: "
            "Console(server, quote_pb2_grpc)."
        )
    finally:
        kept.close()


def _why(address: str, error: Any) -> str:
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        return f"no gRPC server without TLS answers at {address}: is it running, and is the address its own?"
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return f"the server at {address} does not answer in time: is it a gRPC server?"
    return f"the server at {address} refuses to tell what it offers: {error.code().name}, {error.details()}"


class _Reflection:
    """Asks one server in one version of the protocol."""

    def __init__(self, channel: grpc.Channel, version: str, patience: float) -> None:
        # Its messages cost memory, and most consoles have modules.
        from grpc_reflection.v1alpha import reflection_pb2

        self.version, self._patience, self._pb2 = version, patience, reflection_pb2
        self._info: Any = channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
        )

    def services(self) -> list[str]:
        """The names of all services."""
        (answer,) = self._ask(list_services=["*"])
        return [service.name for service in answer.list_services_response.service]

    def files(self, what: str, names: Iterable[str]) -> list[FileDescriptorProto]:
        """The files that contain a symbol, or have a name; those that the server has not are left out."""
        answers = self._ask(**{what: names})
        data = [each for answer in answers for each in answer.file_descriptor_response.file_descriptor_proto]
        return [FileDescriptorProto.FromString(each) for each in data]

    def _ask(self, **questions: Iterable[str]) -> list[Any]:
        requests = [
            self._pb2.ServerReflectionRequest(**{what: name})
            for what, names in questions.items()
            for name in names
        ]
        return list(self._info(iter(requests), timeout=self._patience))


def _asked(reflection: _Reflection, address: str) -> Offered:
    own = {f"grpc.reflection.{version}.ServerReflection" for version in VERSIONS}
    names = [name for name in reflection.services() if name not in own]
    files: dict[str, FileDescriptorProto] = {}
    found = reflection.files("file_containing_symbol", names) if names else []
    while found:
        files.update({file.name: file for file in found})
        # A server may send a file without those that it imports.
        missing = {each for file in found for each in file.dependency if each not in files}
        found = reflection.files("file_by_filename", sorted(missing)) if missing else []
    pool = _pool(files)
    methods, without_schema = [], []
    for name in names:
        try:
            service = pool.FindServiceByName(name)
        except KeyError:
            without_schema.append(name)
        else:
            methods += [Method(each) for each in service.methods]
    if not methods:
        listed = (
            f"lists {', '.join(without_schema)}, without a schema" if without_schema else "lists no service"
        )
        raise ReflectionError(f"the server at {address} {listed}, so there is nothing to call.")
    return Offered(reflection.version, tuple(methods), tuple(without_schema))


def _pool(files: dict[str, FileDescriptorProto]) -> DescriptorPool:
    """A pool with these files, but for those whose imports are missing or that protobuf refuses."""
    pool = DescriptorPool()
    waiting = dict(files)

    def add(name: str) -> None:
        file = waiting.pop(name, None)
        if file is None:
            return
        for each in file.dependency:
            add(each)
        with contextlib.suppress(TypeError):  # its services have no schema then
            pool.AddSerializedFile(file.SerializeToString())

    for name in files:
        add(name)
    return pool
