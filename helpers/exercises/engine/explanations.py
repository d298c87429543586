"""Explanations of common exceptions of Python, protobuf and gRPC, only where type and text leave no doubt."""

from __future__ import annotations

import difflib
import re
import traceback
import types

from google.protobuf.message import Message

from .formatting import is_status

_FIELD = re.compile(r'Protocol message (\w+) has no "([\w-]+)" field')
_NUMBER = re.compile(r"'(\w+)' object cannot be interpreted as an integer")
_PAIR = '`abort` takes a status and a text: `context.abort(grpc.StatusCode.NOT_FOUND, "...")`.'


def explain(error: BaseException) -> str:
    """What an exception means and what cures it, in a sentence or two; empty where it may mean several things."""
    text = str(error)
    if isinstance(error, SystemExit):
        return (
            "Your code called `sys.exit()`, which must not end the kernel, or a server. A function ends with `return`, "
            "and a handler with `context.abort(...)`, too."
        )
    if isinstance(error, NotImplementedError):
        return "A part of your code is still unwritten: it raised NotImplementedError."
    if isinstance(error, RecursionError):
        return "A function called itself again and again until Python gave up. What should end it?"
    if isinstance(error, StopIteration) or isinstance(error.__cause__, StopIteration):
        return (
            "StopIteration is what `next(...)` raises where nothing comes any more; out of a generator it comes as "
            "RuntimeError. A `for` ends by itself there, and `next(requests, None)` gives None."
        )
    if isinstance(error, TypeError):
        return _type_error(error, text)
    if isinstance(error, AttributeError):
        return _attribute_error(error, text)
    if isinstance(error, ValueError) and (found := _FIELD.search(text)):
        return f"`{found[1]}` has no field `{found[2]}`: its fields are in the contract."
    if is_status(error):
        return _rpc_error(error.details() or "")
    return ""


def _type_error(error: TypeError, text: str) -> str:
    if text == "No positional arguments allowed":
        return "A message is made with its fields by name, as in `Name(field=value)`."
    if found := _NUMBER.search(text):
        if found[1] == "float":
            return (
                "A whole number belongs here, and this is a `float`: `/` gives one even where it comes out even. "
                "`//` and `round(...)` give whole numbers."
            )
        return f"A whole number belongs here, and this is a `{found[1]}`."
    if "abort() missing" in text:
        return _PAIR
    if "initialize message field" in text:
        found = re.search(r"expected <class '(?:[\w.]+\.)?(\w+)'> got <class '(?:[\w.]+\.)?(\w+)'>", text)
        return (
            f"A field that holds a `{found[1]}` was given a `{found[2]}`."
            if found and found[1] != found[2]
            else ""
        )
    return ""


def _attribute_error(error: AttributeError, text: str) -> str:
    holder, name = getattr(error, "obj", None), getattr(error, "name", None) or ""
    if found := re.search(r'Assignment not allowed to (?:message|repeated|composite).*field "(\w+)"', text):
        return (
            f"Protobuf does not let `{found[1]}` be assigned as a whole: give it to the constructor, or use "
            f"`.{found[1]}.CopyFrom(...)` for a message and `.extend(...)` for a list."
        )
    if "has no attribute 'encode'" in text and _raised_by_abort(error):
        return f"{_PAIR} The status comes first, and the text is a `str`."
    if found := _FIELD.search(text):
        return f"`{found[1]}` has no field `{found[2]}`: its fields are in the contract."
    if isinstance(holder, Message):
        names = [field.name for field in holder.DESCRIPTOR.fields]
        return f"`{holder.DESCRIPTOR.name}` has no field `{name}`. It has {', '.join(names) or 'none'}."
    if isinstance(holder, types.ModuleType) and holder.__name__.endswith(("_pb2", "_pb2_grpc")):
        near = difflib.get_close_matches(name, dir(holder), n=1, cutoff=0.7)
        module = holder.__name__.rpartition(".")[2]
        return f"`{module}` has no `{name}`." + (f" Did you mean `{near[0]}`?" if near else "")
    return ""


def _raised_by_abort(error: BaseException) -> bool:
    return any(frame.name == "abort" for frame in traceback.extract_tb(error.__traceback__))


def _rpc_error(details: str) -> str:
    if "Exception serializing request" in details:
        return "The stub was given something that is not its request: it takes a message of that class."
    if "Exception iterating requests" in details:
        return "gRPC could not run through the requests: they are no iterator, or what makes them raised."
    return ""
