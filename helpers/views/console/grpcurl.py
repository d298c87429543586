"""A call as a grpcurl command line (https://github.com/fullstorydev/grpcurl)."""

from __future__ import annotations

import base64
import json
import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from google.protobuf.message import Message

from .call import Metadata
from .schema import WELL_KNOWN, Method, is_map, map_fields
from .well_known import to_json

REFLECTION = ("grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection")
"""The services by which a server tells its schema."""


def grpcurl_command(
    method: Method,
    requests: Sequence[Message],
    address: str,
    metadata: Metadata = (),
    timeout: float | None = None,
    *,
    reflection: bool = False,
    folder: str | os.PathLike[str] = ".",
) -> str:
    """A command for a POSIX shell that makes this call.

    Args:
        method: what to call.
        requests: the one request, or those of a request stream.
        address: where, ``"127.0.0.1:41233"``.
        metadata: what to send along.
        timeout: the deadline in seconds.
        reflection: whether the server tells its schema; otherwise grpcurl reads the ``.proto`` file.
        folder: where the command is to run, and from where paths are given.

    Raises:
        ValueError: a request has no JSON.
    """
    parts = ["grpcurl -plaintext"]
    if not reflection:
        file = method.service.file.name
        parts.append(f"-import-path {shlex.quote(import_path(file, folder))} -proto {shlex.quote(file)}")
    for key, value in metadata:
        text = base64.b64encode(value).decode() if isinstance(value, bytes) else value
        parts.append(f"-H {shlex.quote(f'{key}: {text}')}")
    if timeout is not None:
        parts.append(f"-max-time {timeout:.12g}")
    # One message after the other: that is how grpcurl takes a stream.
    data = "\n".join(request_json(each) for each in requests)
    parts.append(f"-d {shlex.quote(data)}")
    parts.append(f"{shlex.quote(address)} {method.path.removeprefix('/')}")
    line = " ".join(parts)
    return line if len(line) <= 88 and "\n" not in line else " \\\n  ".join(parts)


def request_json(message: Message) -> str:
    """A message in the JSON that grpcurl reads: the JSON mapping, but a FieldMask is a message like others.

    (grpcurl issue 393: "JSON protobuf encoding doesn't respect the proper format for field masks".)

    Raises:
        ValueError: it has no JSON.
    """
    return json.dumps(_with_masks(message, json.loads(to_json(message))), ensure_ascii=False)


def _with_masks(message: Any, plain: Any) -> Any:
    kind = WELL_KNOWN.get(message.DESCRIPTOR.full_name)
    if kind is not None:
        return {"paths": list(message.paths)} if kind == "mask" else plain
    for field, value in message.ListFields():
        if field.message_type is None or field.is_extension:
            continue
        name = field.json_name
        if is_map(field):
            if map_fields(field)[1].message_type is not None:
                for key in value:
                    text = str(key).lower() if isinstance(key, bool) else str(key)
                    plain[name][text] = _with_masks(value[key], plain[name][text])
        elif field.is_repeated:
            plain[name] = [_with_masks(*pair) for pair in zip(value, plain[name], strict=True)]
        else:
            plain[name] = _with_masks(value, plain[name])
    return plain


def import_path(file: str, folder: str | os.PathLike[str] = ".") -> str:
    """The folder from which ``file`` is imported, seen from ``folder``: the nearest one above, or its ``protos``.

    A schema that was written in a cell is on no disk; ``.`` stands for where it will be saved.
    """
    here = Path(folder).resolve()
    for above in (here, *here.parents):
        for root in (above, above / "protos"):
            if (root / file).is_file():
                return os.path.relpath(root, here)
    return "."
