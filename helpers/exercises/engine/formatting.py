"""Calls, messages, values and tracebacks as text: short, and as the learner writes them."""

from __future__ import annotations

import inspect
import os
import traceback
import types
from collections.abc import Iterable
from typing import Any, TypeGuard

import grpc
from google.protobuf.message import Message

from helpers import tracebacks

LIMIT = 160  # characters of a value; a message of megabytes must not fill the page


def shortened(text: str, limit: int = LIMIT) -> str:
    """`text`, or its beginning and its full length where it is longer than `limit` characters."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"


def describe(value: object) -> str:
    """A value in a few words, for a sentence: `None`, `a dict`, `a GetQuoteResponse message`."""
    if value is None:
        return "None"
    if isinstance(value, Message):
        return f"a {value.DESCRIPTOR.name} message"
    if inspect.isgenerator(value) or inspect.isasyncgen(value):
        return "a generator"
    if inspect.iscoroutine(value):
        return "a coroutine"
    if isinstance(value, grpc.StatusCode):
        return f"the status code {value.name}"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def show(value: object) -> str:
    """A value as it would be written in Python."""
    if isinstance(value, Message):
        return shortened(f"{value.DESCRIPTOR.name}({fields(value)})")
    if isinstance(value, grpc.StatusCode):
        return value.name
    if isinstance(value, (list, tuple)):
        shown = ", ".join(show(item) for item in value[:10]) + (", …" if len(value) > 10 else "")
        closing = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return shortened(f"[{shown}]" if isinstance(value, list) else f"({shown}{closing})")
    try:
        text = repr(value)
        if isinstance(value, str) and '"' not in value:
            text = f'"{text[1:-1]}"'
        return shortened(text)
    except Exception as error:  # a learner's own __repr__
        return f"{describe(value)} (its repr raised {type(error).__name__})"


def fields(message: Message, names: Iterable[str] = ()) -> str:
    """The fields of a message that are set, or the named ones, as keyword arguments."""
    chosen = [message.DESCRIPTOR.fields_by_name[name] for name in names]
    chosen = chosen or [field for field, _ in message.ListFields()]
    shown = (f"{field.name}={field_value(field, getattr(message, field.name))}" for field in chosen)
    return ", ".join(shown)


def field_value(field: Any, value: Any) -> str:
    """One field's value; enum values by their names."""
    if field.enum_type is not None and isinstance(value, int):
        known = field.enum_type.values_by_number.get(value)
        return known.name if known else str(value)
    if isinstance(value, (Message, str, bytes, int, float)):
        return show(value)
    return show(list(value)) if not hasattr(value, "items") else shortened(str(dict(value.items())))


def call_text(method: str, request: object) -> str:
    """`GetQuote(weight_grams=100)`; a stream's requests are listed."""
    if isinstance(request, Message):
        return shortened(f"{method}({fields(request)})")
    if isinstance(request, (list, tuple)):
        return f"{method}({show(list(request))})"
    return f"{method}(…)"


def status_text(code: grpc.StatusCode | None, details: str | None) -> str:
    """`NOT_FOUND "no parcel P-404"`."""
    name = code.name if code else "no status"
    return f'{name} "{shortened(details)}"' if details else name


def is_status(error: BaseException | None) -> TypeGuard[grpc.Call]:
    """Whether an exception is a call's status: an RpcError has one only if it is the call."""
    return isinstance(error, grpc.RpcError) and isinstance(error, (grpc.Call, grpc.aio.AioRpcError))


def has_own_lines(error: BaseException) -> bool:
    """Whether the learner's code is in an exception's traceback."""
    return any(tracebacks.is_own(frame.filename) for frame in traceback.extract_tb(error.__traceback__))


def was_raised_on_purpose(error: BaseException) -> bool:
    """Whether the line that raised an exception is a `raise` of the learner's."""
    frames = traceback.extract_tb(error.__traceback__)
    return (
        bool(frames)
        and tracebacks.is_own(frames[-1].filename)
        and (frames[-1].line or "").startswith("raise")
    )


def own_traceback(error: BaseException) -> str:
    """The lines of an exception's traceback that are the learner's, and the exception itself.

    Frames of this package, of gRPC and of other libraries are left out: none of them is where the
    mistake is.
    """
    frames = _own_frames(error)
    if not frames and error.__cause__ is not None:
        # Out of a generator Python raises RuntimeError in place of StopIteration, whose line is the learner's.
        frames = _own_frames(error.__cause__)
    lines = []
    for count, frame in enumerate(frames):
        if 5 <= count < len(frames) - 1:
            if count == 5:
                lines.append(f"… {len(frames) - 6} more calls …")
            continue
        place = tracebacks.cell_name(frame.filename) or os.path.basename(frame.filename)
        lines.append(f"{place}, line {frame.lineno}, in {frame.name}")
        lines += [f"    {frame.line}"] if frame.line else []
    if is_status(error):
        text = f"grpc.RpcError: {status_text(error.code(), error.details())}"
    else:
        text = "".join(traceback.format_exception_only(type(error), error)).rstrip()
    return "\n".join([*lines, shortened(text, 1000)])


def _own_frames(error: BaseException) -> list[traceback.FrameSummary]:
    return [frame for frame in traceback.extract_tb(error.__traceback__) if tracebacks.is_own(frame.filename)]


def signature_text(function: types.FunctionType) -> str:
    """`GetQuote(self, request)`."""
    return f"{function.__name__}{inspect.signature(function)}"
