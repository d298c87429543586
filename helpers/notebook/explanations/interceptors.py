"""Interceptors that give, change or forget what they should not."""

from __future__ import annotations

import re
import types

import grpc

from helpers.tracebacks import own_frames

from ..error_context import ErrorContext
from ..grpc_log import INTERCEPTOR, client_failures
from .rows import Row, describe, find
from .statuses import row

_COPY = 'details._replace(metadata=[*(details.metadata or ()), ("key", "value")])'


def _no_call(context: ErrorContext, _: re.Match[str]) -> str | None:
    """A reply, or nothing, where a call belongs."""
    frame = context.called_in("/grpc/_interceptor.py", "_with_call")
    if frame is None or "call" not in frame.f_locals:
        return None
    return (
        f"A client interceptor returns a call, and here it gave {describe(frame.f_locals['call'])}.\n"
        "Return what `continuation(details, request)` gave, as it is."
    )


def _generator(context: ErrorContext, found: re.Match[str]) -> str | None:
    stream = getattr(context.error, "obj", None)
    if not isinstance(stream, types.GeneratorType) or not stream.gi_code.co_name.startswith("intercept"):
        return None
    return (
        f"This is the generator that an interceptor has made of the call, and it has no `{found[1]}`.\n"
        f"Let `{stream.gi_code.co_name}` return what `continuation` gave, without a `yield`."
    )


def _details(context: ErrorContext) -> grpc.ClientCallDetails | None:
    """The details that the learner's line has at hand."""
    local = context.own.tb_frame.f_locals.values() if context.own else ()
    return next((value for value in local if isinstance(value, grpc.ClientCallDetails)), None)


def _no_metadata(context: ErrorContext, _: re.Match[str]) -> str | None:
    details = _details(context)
    if details is None or getattr(details, "metadata", ()) is not None:
        return None
    return f"`details.metadata` is None where the caller sends none.\nWrite {_COPY}."


def _set(context: ErrorContext, _: re.Match[str]) -> str | None:
    if _details(context) is None:
        return None
    return f"The details of a call cannot be changed; `continuation` takes a changed copy.\nWrite {_COPY}."


def _raised(context: ErrorContext, _: re.Match[str]) -> str | None:
    raised = [error for place, error in client_failures.elsewhere if place == INTERCEPTOR]
    if not raised:
        return None
    error = raised[-1]
    if own_frames(error.__traceback__) is None:  # what was wrong with it was seen from outside
        cure = "" if "\n" in str(error) else "\nWrite `def intercept_service(self, continuation, details):`."
        return f"{error}{cure}"
    cause = f"An interceptor of the server raised {type(error).__name__}; the card below shows its own line."
    return "\n".join(filter(None, (cause, find(ErrorContext(error, context.shell)))))


TABLE = (
    row(r"^UNKNOWN: Error in service handler!$", _raised),
    Row(AttributeError, r"^(?:result$|.* object has no attribute 'result')", _no_call),
    Row(AttributeError, r"^'generator' object has no attribute '(\w+)'", _generator),
    Row((TypeError, AttributeError), r"NoneType", _no_metadata),
    Row(AttributeError, r"can't set attribute|has no setter", _set),
    Row(
        TypeError,
        r"_channel\(\) got an unexpected keyword argument 'interceptors'",
        "Only the channels of `grpc.aio` are made with interceptors.\n"
        "Write grpc.intercept_channel(grpc.insecure_channel(...), Mine()).",
    ),
    Row(
        TypeError,
        r"continuation\(\) missing 1 required positional argument",
        "`continuation` takes the details and the request of the call.\nWrite continuation(details, request).",
    ),
)
