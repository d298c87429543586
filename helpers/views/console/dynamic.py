"""A call as Python source that needs no generated code: the schema comes from the server, by reflection."""

from __future__ import annotations

from collections.abc import Sequence

from google.protobuf.message import Message

from .call import Metadata
from .expression import Group, call, layout, listing, literal, quoted
from .schema import Method
from .well_known import plain_json

_IMPORTS = """\
import grpc
from google.protobuf import json_format
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
"""


def dynamic_source(
    method: Method,
    requests: Sequence[Message],
    address: str,
    metadata: Metadata = (),
    timeout: float | None = None,
) -> str:
    """Source that makes this call and prints what comes back; the arguments are those of `python_source`.

    Raises:
        ValueError: a request has no JSON.
    """
    kind = "_".join("stream" if each else "unary" for each in (method.client_streams, method.server_streams))
    multi = call(
        f"channel.{kind}",
        [
            ("", quoted(method.path)),
            ("request_serializer", "Request.SerializeToString"),
            ("response_deserializer", "Response.FromString"),
        ],
    )
    made = [
        call(
            "json_format.ParseDict",
            [("", literal(plain_json(each))), ("", "Request()"), ("descriptor_pool", "pool")],
        )
        for each in requests
    ]
    if method.client_streams:
        name, argument, build = "requests", "iter(requests)", layout(listing(made), 4, 15)
    else:
        name, argument, build = "request", "request", layout(made[0], 4, 14)
    arguments: list[tuple[str, Group | str]] = [("", argument)]
    if timeout is not None:
        arguments.append(("timeout", f"{timeout:.12g}"))
    if metadata:
        pairs = listing(f"({quoted(key)}, {quoted(value)})" for key, value in metadata)
        arguments.append(("metadata", pairs))
    service = quoted(method.service.full_name)
    lines = [
        f"with grpc.insecure_channel({quoted(address)}) as channel:",
        "    pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))",
        f"    method = pool.FindServiceByName({service}).methods_by_name[{quoted(method.name)}]",
        "    Request = GetMessageClass(method.input_type)",
        "    Response = GetMessageClass(method.output_type)",
        f"    call = {layout(multi, 4, 11)}",
        f"    {name} = {build}",
    ]
    if method.server_streams:
        lines += [f"    for reply in {layout(call('call', arguments), 4, 18)}:", "        print(reply)"]
    else:
        lines += [f"    print({layout(call('call', arguments), 4, 10)})"]
    return "\n".join([_IMPORTS, *lines]) + "\n"
