"""Calls that ended with a status other than OK: what the error says of the reason."""

from __future__ import annotations

import math
import os
import re

import grpc
from google.protobuf.descriptor import Descriptor, MethodDescriptor

from helpers import protos, servers, wire
from helpers.text import article

from ..error_context import ErrorContext
from ..grpc_log import client_failures
from .rows import Row, Tell, describe, find

AGAIN = "Run the cell that starts the server, and then the one that makes the channel."


class StatusRow(Row):
    """A row whose pattern is looked for in the status and its details, `UNAVAILABLE: Socket closed`."""

    __slots__ = ()

    def answer(self, context: ErrorContext, text: str) -> str | None:
        """What this row tells of a failed call; `None` if it is about others."""
        status = status_of(context.error) if isinstance(context.error, grpc.RpcError) else ""
        return super().answer(context, status) if status else None


def status_of(error: grpc.RpcError) -> str:
    """`UNAVAILABLE: Socket closed`; `""` where an error has no status.

    Never asks for `debug_error_string`: in grpcio 1.85 that waits for ever for a call that was cancelled.
    """
    if not hasattr(error, "code") or not hasattr(error, "details"):
        return ""
    code = error.code()
    return f"{code.name}: {error.details() or ''}" if isinstance(code, grpc.StatusCode) else ""


def target_of(context: ErrorContext) -> str:
    """The address that was called, as the learner wrote it; `""` where it cannot be seen."""
    target = getattr(getattr(context.error, "_state", None), "target", None)
    if target is None and (frame := context.called_in("/grpc/")) is not None:
        target = getattr(frame.f_locals.get("self"), "_target", None)
    if isinstance(target, bytes):
        target = target.decode(errors="replace")
    return (target or "").removeprefix("dns:///")


def _refused(context: ErrorContext, found: re.Match[str]) -> str:
    target, reached = target_of(context), found["address"]
    nobody = f"Nobody listens at {reached}: the server, or tap, that was there was stopped, or none was started.\n{AGAIN}"
    host, _, port = target.rpartition(":")
    is_plain = re.fullmatch(r"[\w.-]*(?::-?\d*)?|\[[0-9a-fA-F:]+\](?::\d*)?", target)
    if not target or not is_plain:  # a list, or a scheme such as ipv4:
        return nobody
    if not port.isdigit() and not re.fullmatch(r"-\d+", port):
        return _no_port(target, reached)
    if not 0 < int(port) <= 65535:
        tried = f"gRPC tried {reached}{'' if port == '0' else ' instead'}"
        return f"{port} is no port: ports run from 1 to 65535, and {tried}.\n{AGAIN}"
    if port != reached.rpartition(":")[2]:
        proxy = next(
            (name for name in ("grpc_proxy", "https_proxy", "http_proxy") if os.environ.get(name)), ""
        )
        if proxy:
            return (
                f"gRPC did not go to {target}, but to {reached}: the environment variable {proxy} names a proxy, "
                "which does not answer.\n"
                f'Put {host} into the variable no_proxy, or take {proxy} away: os.environ.pop("{proxy}"). '
                "Then make the channel again."
            )
    return nobody


def _no_port(target: str, reached: str) -> str:
    return (
        f'The address "{target}" has no port, so gRPC tried {reached}.\n'
        "Write the port behind a colon, or take a server's `.address`, which has it: "
        "grpc.insecure_channel(server.address)."
    )


def _unresolved(context: ErrorContext, found: re.Match[str]) -> str:
    target = target_of(context) or found["target"]
    scheme = re.match(r"(\w+)://", target)
    if scheme and scheme[1] != "dns":
        return (
            f'The address of a channel has no "{scheme[1]}://" in front.\n'
            f'Write "{target.removeprefix(scheme[0])}", a host and a port.'
        )
    if "<" in target:
        return (
            f'The text of an object stands in the address "{target}".\n'
            "Take a server's `.address`, which is an address as text."
        )
    if target.endswith((".address", ".address}")):
        return f'"{target}" is a text in quotes, and not the value.\nWrite it without quotes: {target.strip("{}")}.'
    if target.startswith(":") or target.isdigit():
        return (
            f'The address "{target}" has no host.\nWrite "127.0.0.1:{target.strip(":")}", a host and a port.'
        )
    if "parse port" in found[0]:
        return (
            f'What follows the colon of "{target}" is no port.\nA port is a number, as in "127.0.0.1:50051".'
        )
    if re.search(r"\s", target):
        return f'There is a space in the address "{target}".\nWrite host and port without one: "127.0.0.1:50051".'
    host = target.rpartition(":")[0] or target
    return (
        f'The name "{host}" could not be turned into an address.\n'
        "Is it misspelt, or is there no network? For a server in this notebook take its `.address`."
    )


def _iterating(_: ErrorContext, __: re.Match[str]) -> str:
    if not client_failures.iterating:
        return (
            "The requests are not an iterator, or the generator that makes them raised.\n"
            "Give the stub a generator, or iter([...]); a list alone is no iterator."
        )
    return told_of_iteration(client_failures.iterating[-1])


def told_of_iteration(error: BaseException) -> str:
    """What is told of what came where the next request should have come from."""
    found = re.fullmatch(
        r"'(\w+)' object is not an (?:async )?iterator|'(\w+)' object is not iterable", str(error)
    )
    if isinstance(error, TypeError) and found and error.__traceback__ and error.__traceback__.tb_next is None:
        return (
            f"The stub takes an iterator of requests, and got {_noun(found[1] or found[2])}.\n"
            "Write iter([...]) around the messages, or give it a generator."
        )
    return (
        f"The generator of the requests raised {type(error).__name__}; its own line is shown below.\n"
        "Mend it there, run that cell, and then this one."
    )


def _noun(name: str) -> str:
    known = {"dict": "a dictionary", "NoneType": "None", "str": "text"}
    known["function"] = "a function, whose parentheses are missing"
    return known.get(name) or article(name)


def _serializing(context: ErrorContext, _: re.Match[str]) -> str:
    wanted = request_type(method_of(context))
    takes = f"takes {_noun(wanted.name)}" if wanted else "takes a message"
    if not client_failures.unserialized:
        return f"The stub {takes}, and what it got could not be turned into bytes.\nGive it a message of that type."
    value, make = client_failures.unserialized[-1].value, f"{wanted.name}(...)" if wanted else "Request(...)"
    if isinstance(value, type):
        make = f"{value.__name__}(...), an object of the class"
    elif isinstance(value, dict) and value and wanted and set(value) <= set(wanted.fields_by_name):
        make = make.replace("...", ", ".join(f"{key}={item!r}" for key, item in value.items()))
    return f"The stub {takes}, and got {describe(value)}.\nMake the message first: {make}."


def method_of(context: ErrorContext) -> str:
    """`/courier.v1.QuoteService/GetQuote`, the method that was called; `""` where it cannot be seen."""
    method = getattr(getattr(context.error, "_state", None), "method", None)
    if method is None and (frame := context.called_in("/grpc/")) is not None:
        method = getattr(frame.f_locals.get("self"), "_method", None)
    return (method.decode(errors="replace") if isinstance(method, bytes) else method) or ""


def request_type(method: str) -> Descriptor | None:
    """The message that a method takes, by the schemas that are loaded; `None` for a method unknown."""
    found = _descriptor(method)
    return found.input_type if found else None


def streams_replies(method: str) -> bool:
    """Whether a method's replies are a stream, by the schemas that are loaded."""
    found = _descriptor(method)
    return found is not None and found.server_streaming


def _descriptor(method: str) -> MethodDescriptor | None:
    service, _, name = method.strip("/").rpartition("/")
    for file in protos.loaded():
        for descriptor in file.services_by_name.values():
            if descriptor.full_name == service and name in descriptor.methods_by_name:
                return descriptor.methods_by_name[name]
    return None


def _handler_raised(context: ErrorContext, _: re.Match[str]) -> str | None:
    error = servers.last_failure()
    details = context.details
    if error is None or ("Exception calling" in details and str(error) not in details):
        return None  # that of another call
    if error.__traceback__ is None:  # nothing was raised; what it gave was none
        return f"{error}\nMend it there, and run the cell that starts the server again."
    cause = f"The handler raised {type(error).__name__}; the card below shows its own line."
    return "\n".join(filter(None, (cause, find(ErrorContext(error, context.shell)))))


def _not_found(context: ErrorContext, _: re.Match[str]) -> str:
    service, name = method_of(context).strip("/").rpartition("/")[::2]
    target = target_of(context)
    server = next((s for s in servers.running() if getattr(s, "address", "") == wire.behind(target)), None)
    offered = tuple(getattr(server, "services", ()))
    if service in offered:
        return (
            f"The server offers {service}, and yet has no handler for {name}.\n"
            "Is the method new in the schema? Run the cell that starts the server. Or does an interceptor return None?"
        )
    if service.startswith("grpc.reflection."):
        return (
            f"The server at {target} does not tell what it offers: it has no reflection.\n"
            "Start it with one more servicer: serve(Quotes(), reflection.ReflectionServicer(names))."
        )
    if offered and service:
        return (
            f"The server at {target} offers {', '.join(offered)}, and not {service}.\n"
            "Run the cell that starts the right server, and then the one that makes the channel."
        )
    return (
        f"What runs at that address has no method {name or 'of this name'}: another service, or another version of it.\n"
        "Run the cell that starts the right server, and then the one that makes the channel."
    )


def _too_large(_: ErrorContext, found: re.Match[str]) -> str:
    if found["what"] == "Sent":
        return (
            f"This side may send {int(found['most']):,} B in a message, and this one has {int(found['size']):,} B.\n"
            "Send it in parts, or raise the option grpc.max_send_message_length of this side."
        )
    side = {"SERVER": "The server", "CLIENT": "The client"}.get(found["side"] or "", "The side that receives")
    option = '("grpc.max_receive_message_length", ...)'
    return (
        f"{side} takes messages of up to {int(found['most']):,} B, and this one has {int(found['size']):,} B.\n"
        f"Send it in parts, as a stream, or give that side options=[{option}]."
    )


def _deadline(context: ErrorContext, _: re.Match[str]) -> str | None:
    frame = context.called_in("/grpc/")
    timeout = frame.f_locals.get("timeout") if frame else None
    by_grpc = context.details == "Deadline Exceeded"
    if by_grpc and isinstance(timeout, (int, float)) and (not math.isfinite(timeout) or timeout > 7e9):
        return (
            f"timeout={timeout!r} is no number of seconds that gRPC can count, "
            "and it took the deadline for one that is over.\n"
            "Leave it out to wait as long as it takes."
        )
    if isinstance(timeout, (int, float)) and timeout <= 0:
        return (
            f"timeout={timeout!r} is over before the call begins.\n"
            "It is in seconds from now: timeout=2.5, or leave it out to wait as long as it takes."
        )
    server = next((s for s in servers.running() if s.address == wire.behind(target_of(context))), None)
    on_thread = any("/concurrent/futures/" in frame.f_code.co_filename for frame in context.called)
    if isinstance(server, servers.AioServer) and hasattr(context.error, "_state") and not on_thread:
        return (
            "The server runs on the notebook's event loop, which this line blocked while it waited.\n"
            "Use a stub over grpc.aio.insecure_channel and `await` the call, or let a thread wait for it: "
            "await asyncio.to_thread(stub.Method, request)."
        )
    return None


def row(says: str, tell: str | Tell) -> StatusRow:
    """A row of calls that have failed with a status."""
    return StatusRow(grpc.RpcError, says, tell)


_ADDRESS = r"(?P<address>(?:ipv4:|ipv6:)?[^\s]+:\d+)"

TABLE = (
    row(
        rf"^UNAVAILABLE: .*last error: \w+: (?:ipv4:|ipv6:){_ADDRESS}: .*Connection refused",
        _refused,
    ),
    row(
        r"^UNAVAILABLE: .*http1\.x server",
        "A server answers at that address, but in HTTP/1.1; gRPC needs HTTP/2.\n"
        "Is this the address of a web server? Take that of the gRPC server.",
    ),
    row(
        r"^UNAVAILABLE: .*Expected SETTINGS frame",
        "Something answers at that address, but not in HTTP/2, which gRPC speaks.\n"
        "Take the address of a gRPC server.",
    ),
    row(
        r"^UNAVAILABLE: failed to connect.*(?:Socket closed|[Cc]onnection reset|Broken pipe)",
        "Something took the connection and closed it at once, before a word of HTTP/2.\n"
        "Perhaps it expects TLS (grpc.secure_channel), or it is no gRPC server.",
    ),
    row(r"^UNAVAILABLE: errors? resolving (?P<target>.*?): .*", _unresolved),
    row(r"^UNAVAILABLE: DNS resolution failed for (?P<target>.*?): .*", _unresolved),
    row(
        r"^UNKNOWN: Failed to create channel to ''",
        'The address of the channel is empty.\nGive it a host and a port, as in "127.0.0.1:50051".',
    ),
    row(
        r"^UNAVAILABLE: .*Cancelling all calls",
        f"The server was stopped while the call was running.\n{AGAIN}",
    ),
    row(
        r"^UNAVAILABLE: (?!failed to connect).*(?:Socket closed|Stream removed|[Cc]onnection reset|Broken pipe)",
        "The connection broke while the call was under way. The handler may have run, or not.\n"
        f"If the server was stopped: {AGAIN[0].lower()}{AGAIN[1:]}",
    ),
    row(
        r"^CANCELLED: .*Channel closed!",
        "The channel was closed while the call was running.\n"
        "Run the cell that makes the channel again, and then this one.",
    ),
    row(
        r"^CANCELLED: .*Locally cancelled by application!",
        "This call was cancelled on the client's side: by `.cancel()`, or by the stop button.\n"
        "A call that has ended gives no more replies: run the cell that begins it, and then this one.",
    ),
    row(r"^DEADLINE_EXCEEDED: ", _deadline),
    row(r"^UNKNOWN: Exception iterating requests", _iterating),
    row(r"^INTERNAL: Exception serializing request", _serializing),
    row(
        r"^INTERNAL: Exception deserializing response",
        "The reply's bytes are no message of the type that this stub expects.\n"
        "Do client and server use the same schema? Run the cells that load it, and then those that use it.",
    ),
    row(
        r"^INTERNAL: Exception deserializing request",
        "The server could not read the request's bytes as a message of the type that the method takes.\n"
        "Do client and server use the same schema? Run the cells that load it, and then those that use it.",
    ),
    row(
        r"^(?:UNKNOWN: (?:Exception calling application|Exception iterating responses|Unexpected <class)"
        r"|INTERNAL: Failed to serialize response)",
        _handler_raised,
    ),
    row(
        r"^UNIMPLEMENTED: Method not implemented!$",
        "The server has this method, but its servicer does not define it.\n"
        "Write it in the servicer's class, run that cell, and then the one that starts the server.",
    ),
    row(r"^UNIMPLEMENTED: Method not found!", _not_found),
    row(
        r"^RESOURCE_EXHAUSTED: .*?(?:(?P<side>SERVER|CLIENT): )?(?P<what>Received|Sent) message larger than max "
        r"\((?P<size>\d+) vs\. (?P<most>\d+)\)",
        _too_large,
    ),
)
