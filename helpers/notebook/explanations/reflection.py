"""Servers that are asked what they offer: names that a pool does not know, and what is no server or no message."""

from __future__ import annotations

import re
from typing import Any

from ..error_context import ErrorContext
from .rows import Row, near


def _unknown_name(context: ErrorContext, found: re.Match[str]) -> str:
    what, name = found.groups()
    meant = near(name, _names(context))
    if meant:
        return f"This pool knows no {what} {name}.\nDid you mean `{meant}`?"
    return (
        f"This pool knows no {what} {name}: the name is misspelt, the server lists it without a contract, or the contract "
        "is in another pool.\n"
        "Compare it with the names that `get_services()` of the database gives."
    )


def _names(context: ErrorContext) -> list[str]:
    """The services that databases of the learner's know already."""
    return [
        f"{file.package}.{service.name}".lstrip(".")
        for database in list(context.shell.user_ns.values())
        for file in _files(database)
        for service in file.service
    ]


def _files(database: object) -> list[Any]:
    """The files in a descriptor database; none in anything else."""
    files = getattr(database, "_file_desc_protos_by_file", None)
    return list(files.values()) if isinstance(files, dict) else []


def _not_a_server(context: ErrorContext, _: re.Match[str]) -> str | None:
    if context.called_in("/grpc_reflection/") is not None:
        servicer = "reflection.ReflectionServicer(names)"
    elif context.called_in("/grpc_channelz/") is not None:
        servicer = "channelz.ChannelzServicer()"
    else:
        return None
    return (
        "This takes a grpc.Server that is not started yet, and what `serve` gives is running.\n"
        f"Give the servicer to serve: serve(Quotes(), {servicer})."
    )


def _no_descriptor(context: ErrorContext, found: re.Match[str]) -> str | None:
    if context.called_in("/google/protobuf/", "GetMessageClass") is None:
        return None
    got = found[1].removesuffix("Descriptor").lower()
    return (
        f"GetMessageClass takes the descriptor of a message, and got that of a {got}.\n"
        "A method has two of them: GetMessageClass(method.input_type), and method.output_type."
    )


TABLE = (
    Row(
        (ConnectionError, ValueError),  # of `replay` and of `Console`
        r"^(?:nobody answers|no gRPC server without TLS answers) at ",
        "If the server or tap was stopped: run the cell that starts it, and then this one.",
    ),
    Row(KeyError, r"Couldn't find (service|message|method|symbol) ([\w.]+)", _unknown_name),
    Row(AttributeError, r"has no attribute 'add_generic_rpc_handlers'", _not_a_server),
    Row(
        TypeError,
        r"^Expected object of type <class '\S*\.Descriptor'>, but got <\S*?\.(\w+Descriptor) ",
        _no_descriptor,
    ),
)
