"""A check of metadata, with words where gRPC says "too many values to unpack", or nothing at all."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping

from helpers.text import article

_SECRET = "authorization"
"""The key whose value is a token."""
_KEY = re.compile(r"[a-z0-9_.-]+")
_VALUE = re.compile(r"[\x20-\x7e]*")


def mistake_in_metadata(metadata: object) -> str | None:
    """What is wrong with the metadata of a call, and how to write it; `None` if gRPC takes it.

    The rules are gRPC's "Custom-Metadata" in its protocol over HTTP/2: keys of `0-9 a-z _ - .`, values of
    printable ASCII, and any bytes where the key ends in `-bin`.
    """
    if metadata is None:
        return None
    if isinstance(metadata, Mapping):
        pairs = ", ".join(_written(key, value) for key, value in list(metadata.items())[:2])
        return f"`metadata` is a dictionary, and gRPC takes pairs: a key may come twice.\nWrite metadata=[{pairs}]."
    example = 'Write metadata=[("key", "value")].'
    if isinstance(metadata, (str, bytes)) or not isinstance(metadata, Iterable):
        return f"`metadata` is a list of pairs, and got {describe(metadata)}.\n{example}"
    if not isinstance(metadata, (list, tuple)):
        return None  # an iterator, which gRPC has used up
    if len(metadata) == 2 and all(isinstance(item, str) for item in metadata):
        return (
            f"`metadata` is one pair, and gRPC takes a list of them.\nWrite metadata=[{_written(*metadata)}]."
        )
    for pair in metadata:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            return f"`metadata` is a list of pairs, and {pair!r} in it is no pair.\n{example}"
        if found := _mistake_in_pair(*pair):
            return found
    return None


def _written(key: object, value: object) -> str:
    """A pair as it should be written; what is a secret is not shown."""
    return f"({key!r}, ...)" if str(key).lower() == _SECRET else f"({key!r}, {value!r})"


def _mistake_in_pair(key: object, value: object) -> str | None:
    if not isinstance(key, (str, bytes)):
        return f"A key of metadata is text, and {key!r} is {describe(key)}.\nWrite ({str(key)!r}, ...)."
    name = key if isinstance(key, str) else key.decode("latin-1")
    if not _KEY.fullmatch(name):
        if _KEY.fullmatch(name.lower()):
            return f"Keys of metadata are lower case, and {name!r} is not.\nWrite ({name.lower()!r}, ...)."
        if not name:
            return 'A key of metadata is empty.\nGive it a name, as in ("request-id", "7").'
        return f"The key {name!r} of the metadata is no valid one.\nKeys are made of a to z, 0 to 9, `-`, `_` and `.`."
    if name.endswith("-bin"):
        if isinstance(value, bytes):
            return None
        cure = f"({name!r}, {value!r}.encode())" if isinstance(value, str) else f'({name!r}, b"...")'
        return f"A key that ends in -bin takes bytes, and {name!r} got {describe(value)}.\nWrite {cure}."
    if not isinstance(value, (str, bytes)):
        if value is None:
            return None
        return f"A value of metadata is text, and {name!r} got {describe(value)}.\nWrite ({name!r}, {str(value)!r})."
    text = value if isinstance(value, str) else value.decode("latin-1")
    if not _VALUE.fullmatch(text) and name == _SECRET:
        return (
            f"The value of {name!r} has characters other than printable ASCII, such as a line break at its end.\n"
            "Send it without them: token.strip()."
        )
    if not _VALUE.fullmatch(text):
        return (
            f"The value of {name!r} has characters other than printable ASCII, which a plain key cannot carry.\n"
            f'Use a key that ends in -bin, and bytes: ("{name}-bin", {text!r}.encode()).'
        )
    return None


def describe(value: object) -> str:
    """A value as a noun: `the text "Ada"`, `a number`, `the class Greeter`."""
    if isinstance(value, BaseException):
        return f"an error, {type(value).__name__}"
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, str):
        return f'the text "{value}"' if len(value) <= 40 else f"a text of {len(value):,} characters"
    if isinstance(value, (int, float)):
        return f"the number {value!r}"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if inspect.iscoroutine(value):
        return f"a coroutine: the `await` before {value.__name__}(...) is missing"
    name = type(value).__name__
    known = {"dict": "a dictionary", "list": "a list", "tuple": "a tuple", "set": "a set", "bytes": "bytes"}
    return known.get(name) or article(name)
