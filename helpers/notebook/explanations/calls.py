"""Calls, stubs and channels that were given what they cannot take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import grpc
from grpc._cython import cygrpc  # type: ignore[attr-defined]

from helpers.servers import mistake_in_metadata
from helpers.tracebacks import each

from ..error_context import ErrorContext
from .rows import Row, describe, near
from .statuses import streams_replies

_KEYWORDS = ("timeout", "metadata", "credentials", "wait_for_ready", "compression")
_USAGE = (
    ValueError,
    TypeError,
    AttributeError,
    cygrpc.UsageError,
    getattr(cygrpc, "ExecuteBatchError", TypeError),
)


def _call(context: ErrorContext, _: re.Match[str]) -> str | None:
    """A mistake in the arguments of a call, found by looking at them."""
    for frame in context.called:
        if "/grpc/" not in frame.f_code.co_filename.replace("\\", "/"):
            continue
        given = frame.f_locals
        under_way = getattr(given.get("self"), "_metadata", None)  # of a call of grpc.aio
        if isinstance(under_way, tuple):
            return _mistake_in_tuple(under_way)
        if not {"timeout", "metadata"} <= given.keys():
            continue
        timeout = given["timeout"]
        if timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, (int, float))):
            return f"`timeout` is a number of seconds, and got {describe(timeout)}.\nWrite timeout=2.5."
        if found := mistake_in_metadata(given["metadata"]):
            return found
        credentials = given.get("credentials")
        if credentials is not None and not isinstance(credentials, grpc.CallCredentials):
            return (
                f"`credentials` of a call are grpc.CallCredentials, and got {_secret(credentials)}.\n"
                "Make them with grpc.access_token_call_credentials or grpc.metadata_call_credentials."
            )
        compression = given.get("compression")
        if compression is not None and not isinstance(compression, grpc.Compression):
            return f"`compression` got {describe(compression)}.\nWrite compression=grpc.Compression.Gzip."
    return None


def _secret(value: object) -> str:
    """A token or a key that stands in the wrong place: what it is, and never the value."""
    return "text" if isinstance(value, str) else describe(value)


def _mistake_in_tuple(metadata: tuple[object, ...]) -> str | None:
    """The same for grpc.aio, which has made a tuple of what it was given, and of a dictionary one of its keys."""
    if metadata and all(isinstance(item, str) for item in metadata):
        return (
            "`metadata` is a list of pairs; what it got gives texts alone, as a dictionary does.\n"
            'Write metadata=[("key", "value")], or metadata=list(pairs.items()).'
        )
    return mistake_in_metadata(metadata)


def _keyword(context: ErrorContext, found: re.Match[str]) -> str:
    name = found[1]
    meant = "timeout" if name in ("deadline", "time_out") else near(name, _KEYWORDS)
    cause = f"A call has no `{name}`; besides the request it takes {', '.join(_KEYWORDS)}."
    return (
        f"{cause}\nDid you mean `{meant}`?"
        if meant
        else f"{cause}\nFields of the message go into the message."
    )


def _address(context: ErrorContext, _: re.Match[str]) -> str | None:
    for function in ("insecure_channel", "secure_channel"):
        frame = context.called_in("/grpc/", function)
        if frame is None:
            continue
        target = frame.f_locals.get("target")
        if not isinstance(target, str):
            cure = 'Write the host and the port as text: "127.0.0.1:50051".'
            if hasattr(target, "address"):
                cure = f"Write grpc.{function}(server.address): the server's address, not the server."
            elif isinstance(target, int):
                cure = f'Write grpc.{function}("127.0.0.1:{target}").'
            return f"A channel takes an address as text, and got {describe(target)}.\n{cure}"
        if found := mistake_in_options(frame.f_locals.get("options")):
            return found
        compression = frame.f_locals.get("compression")
        if compression is not None and not isinstance(compression, grpc.Compression):
            return f"`compression` got {describe(compression)}.\nWrite compression=grpc.Compression.Gzip."
        credentials = frame.f_locals.get("credentials")
        if function == "secure_channel" and not isinstance(credentials, grpc.ChannelCredentials):
            return (
                f"`credentials` got {_secret(credentials)}.\n"
                "Make them with grpc.ssl_channel_credentials(...), or take grpc.insecure_channel."
            )
    return None


def _server_options(context: ErrorContext, _: re.Match[str]) -> str | None:
    for function in ("serve", "serve_aio", "server"):
        for folder in ("/helpers/servers/", "/grpc/"):
            frame = context.called_in(folder, function)
            if frame is not None and (found := mistake_in_options(frame.f_locals.get("options"))):
                return found
    return None


def mistake_in_options(options: object) -> str | None:
    """What is wrong with the options of a channel or a server, and how to write them; `None` if nothing is."""
    example = 'Write options=[("grpc.max_receive_message_length", 8 << 20)].'
    if options is None:
        return None
    if isinstance(options, Mapping):
        pairs = ", ".join(f"({key!r}, {value!r})" for key, value in list(options.items())[:2])
        return f"`options` is a dictionary, and gRPC takes pairs.\nWrite options=[{pairs}]."
    if isinstance(options, (str, bytes)) or not isinstance(options, Iterable):
        return f"`options` is a list of pairs, and got {describe(options)}.\n{example}"
    if not isinstance(options, (list, tuple)):
        return None
    if len(options) == 2 and isinstance(options[0], str) and not isinstance(options[1], (list, tuple)):
        return f"`options` is one pair, and gRPC takes a list of them.\nWrite options=[{tuple(options)!r}]."
    for option in options:
        if not isinstance(option, (tuple, list)) or len(option) != 2:
            return f"`options` is a list of pairs, and {option!r} in it is no pair.\n{example}"
        name, value = option
        if not isinstance(name, (str, bytes)):
            return f"An option's name is text, and {name!r} is {describe(name)}.\n{example}"
        if value is None or isinstance(value, (list, dict, set, tuple)):
            if name == "grpc.service_config":
                example = 'Write options=[("grpc.service_config", json.dumps(config))].'
            return f"The option {name!r} got {describe(value)}.\nIts value is a whole number or a text. {example}"
    return None


def _stub(context: ErrorContext, _: re.Match[str]) -> str | None:
    frame = next((f for f in context.called if f.f_code.co_filename.endswith("_pb2_grpc.py>")), None)
    if frame is None or "channel" not in frame.f_locals:
        return None
    channel = frame.f_locals["channel"]
    stub = type(frame.f_locals.get("self")).__name__
    cure = f"Write {stub}(channel), with channel = grpc.insecure_channel(server.address)."
    return f"{stub} takes a channel, and got {describe(channel)}.\n{cure}"


def _interceptor(context: ErrorContext, _: re.Match[str]) -> str:
    given = [
        item
        for frame in context.called
        for name in ("interceptor", "interceptors")
        for item in _items(frame.f_locals.get(name))
        if isinstance(item, type)
        or not _INTERCEPTOR.search(" ".join(base.__name__ for base in type(item).__mro__))
    ]
    got = f", and got {describe(given[0])}" if given else ""
    return (
        f"An interceptor is an object of a class that derives from gRPC's interceptor classes{got}.\n"
        "Write `class Mine(grpc.UnaryUnaryClientInterceptor):`, and give an object of it: Mine()."
    )


_INTERCEPTOR = re.compile(r"(?:Client|Server)Interceptor")


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]


def _handler_arguments(context: ErrorContext, found: re.Match[str]) -> str | None:
    frames = [
        step.tb_frame.f_code.co_filename.replace("\\", "/") for step in each(context.error.__traceback__)
    ]
    if not frames or not frames[-1].endswith("/helpers/servers/recorder.py"):
        return None
    return (
        "gRPC calls a handler with the request, or the requests, and the context.\n"
        f"Write `def {found[1]}(self, request, context):`."
    )


def _servicer(context: ErrorContext, _: re.Match[str]) -> str | None:
    """A servicer for `tap` or a console, which take a server."""
    frame = context.called[0] if context.called and context.own else None
    if frame is None or "/helpers/" not in frame.f_code.co_filename.replace("\\", "/"):
        return None
    name = type(frame.f_locals["self"]).__name__ if "self" in frame.f_locals else frame.f_code.co_name
    for value in frame.f_locals.values():
        if any(base.__name__.endswith("Servicer") for base in type(value).__mro__):
            kind = type(value).__name__
            return (
                f"`{name}` takes a running server, and got {describe(value)}, which is a servicer.\n"
                f"Start it first: {name}(serve({kind}()))."
            )
    return None


def _under_way(context: ErrorContext, _: re.Match[str]) -> str | None:
    """Something of a reply that was asked of the call itself."""
    call = getattr(context.error, "obj", None)
    if call is None:  # a TypeError, which does not say of what
        return (
            "This is a call under way, and not its reply.\n"
            "A stream is read with `for reply in call:` or next(call); what .future(...) gives, with .result()."
        )
    method = getattr(getattr(call, "_state", None), "method", None) or ""
    if streams_replies(method.decode() if isinstance(method, bytes) else method):
        return (
            "This method streams its replies, and a call of it gives an iterator.\n"
            "Read it with `for reply in call:`, or take one reply with next(call)."
        )
    return "This is a call under way, and not its reply.\nWait for the reply with `.result()`."


_ABORT = (
    "`context.abort` takes a status and a text, in this order.\n"
    'Write context.abort(grpc.StatusCode.NOT_FOUND, "why").'
)


def _details(context: ErrorContext, _: re.Match[str]) -> str | None:
    if context.called_in("/grpc/_server.py", "abort") is not None:
        return _ABORT
    if (frame := context.called_in("/grpc/_server.py", "set_details")) is not None:
        return f"`context.set_details` takes text, and got {describe(frame.f_locals.get('details'))}."
    return None


CLOSED = (
    "The channel was closed, by `.close()` or at the end of its `with` block.\n"
    "Run the cell that makes the channel, then the one that makes the stub, and then this one."
)


def _invalid_metadata(context: ErrorContext, found: re.Match[str]) -> str:
    return _call(context, found) or (
        "A key or a value of this call's metadata is one that HTTP/2 cannot carry.\n"
        "Keys are lower case, of a to z, 0 to 9, `-`, `_` and `.`; values are printable ASCII, "
        "or bytes where the key ends in -bin."
    )


TABLE = (
    Row(grpc.RpcError, r'details = "Invalid metadata"', _invalid_metadata),
    Row((ValueError, cygrpc.UsageError), r"(?:on closed channel|Channel closed!|Channel is closed)", CLOSED),
    Row(
        ValueError,
        r"Internal gRPC call error 8",  # too many operations
        "Somebody waits for the next reply of this call already: a line that the stop button ended, or a thread.\n"
        "End the call with `.cancel()`, run the cell that begins it, and then this one.",
    ),
    Row(
        TypeError,
        r"MultiCallable\.\w+\(\) got an unexpected keyword argument '(\w+)'",
        _keyword,
    ),
    Row(
        TypeError,
        r"MultiCallable\.\w+\(\) missing 1 required positional argument: 'request_iterator'",
        "This method takes a stream of requests: a generator, or iter([...]) around the messages.\n"
        "Write stub.Method(iter([...])).",
    ),
    Row(
        TypeError,
        r"MultiCallable\.\w+\(\) missing 1 required positional argument: 'request'",
        "A call takes a message, also where it has nothing to say.\nWrite stub.Method(Request()).",
    ),
    Row(
        TypeError,
        r"Stub\.__init__\(\) missing 1 required positional argument: 'channel'",
        "A stub needs the channel over which it calls.\nWrite ...Stub(grpc.insecure_channel(server.address)).",
    ),
    Row((ValueError, TypeError), r"", _servicer),
    Row(_USAGE, r"", _call),
    Row(_USAGE, r"", _address),
    Row(_USAGE, r"", _server_options),
    Row((TypeError, ValueError), r"^[Ii]nterceptors? .*must be", _interceptor),
    Row(TypeError, r"(\w+)\(\) takes \d positional arguments? but \d were given", _handler_arguments),
    Row(
        (AttributeError, TypeError),
        r"^(?:object of type )?'_(?:Multi|Single)ThreadedRendezvous'(?: object)? (?:has no |is not subscriptable)",
        _under_way,
    ),
    Row(
        (AttributeError, TypeError),
        r"^'_?(?P<kind>\w+)MultiCallable' object (?:has no attribute|is not|does not)",
        "A method of a stub stands here without a call of it: the parentheses are missing.\n"
        "Write stub.Method(...), with the request inside.",
    ),
    Row(TypeError, r"^_Context\.abort\(\) missing \d required positional argument", _ABORT),
    Row(_USAGE, r"'(?:\w+)' object has no attribute 'encode'", _details),
    Row(
        TypeError,
        r"^exceptions must (?:derive from|be) ",
        "`raise` takes an exception.\n"
        'A handler ends a call with a status by context.abort(grpc.StatusCode.NOT_FOUND, "why").',
    ),
    Row(
        TypeError,
        r"^catching classes that do not inherit from BaseException",
        "`except` takes classes of exceptions, and a status is none.\n"
        "Write `except grpc.RpcError as error:`, and look at error.code() below it.",
    ),
    Row(
        (AttributeError, TypeError),
        r"^(?:object of type )?'_RequestIterator'(?: object)? (?:has no |is not subscriptable)",
        "A stream of requests is an iterator: it has no length, no places and no fields, and is read once.\n"
        "Write `for request in requests:`.",
    ),
    Row(AttributeError, r"has no attribute '(?:unary|stream)_(?:unary|stream)'", _stub),
)
