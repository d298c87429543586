"""Well-known types in a form: each from one text, in the notation of the JSON mapping, and back.

The notations are those of https://protobuf.dev/programming-guides/json/.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from google.protobuf import descriptor_pool, json_format
from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from .scalars import parse_bytes
from .schema import WELL_KNOWN, descriptor_of

_PREFIX = "type.googleapis.com/"
_MASK_PATH = re.compile(r"[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*")
_ZONE = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")


class FieldErrors(ValueError):
    """What is wrong with parts of a value. ``errors`` maps the path of a part, ``/json``, to a sentence."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


# `Any`, here and below, is a message whose type the kind tells, and no checker.
def fill_known(kind: str, message: Any, value: Any) -> None:
    """Sets a well-known message from what stands in its input.

    Args:
        kind: ``timestamp``, ``duration``, ``mask``, ``json`` (Struct, Value, ListValue) or ``any``.
        message: an empty message of that type.
        value: text; for ``any`` ``{"type": full name or URL, "json": text}``, or ``{"type": …, "hex": text}``
            where the schema does not know the type.

    Raises:
        ValueError: what is wrong with the text; `FieldErrors` where a part of the value is to blame.
    """
    if kind == "any":
        _fill_any(message, value if isinstance(value, dict) else {})
        return
    text = str(value).strip()
    if kind == "json":
        _parse_json(text, message)
    elif kind == "timestamp":
        _fill_timestamp(message, text)
    elif kind == "duration":
        _fill_duration(message, text)
    else:
        paths = [path.strip() for path in text.split(",") if path.strip()]
        wrong = next((path for path in paths if not _MASK_PATH.fullmatch(path)), None)
        if wrong is not None:
            raise ValueError(f"{wrong!r} is no path: write field names with dots, separated by commas.")
        message.paths.extend(paths)


def known_value(kind: str, message: Any) -> Any:
    """What to put into the input for this message: the inverse of `fill_known`."""
    if kind in ("timestamp", "duration"):
        return message.ToJsonString()
    if kind == "mask":
        return ", ".join(message.paths)
    if kind == "any":
        return _any_value(message)
    return json.dumps(plain_json(message), ensure_ascii=False)


def plain_json(message: Message) -> Any:
    """A message in the JSON mapping, as Python values, with the field names of the schema."""
    if message.DESCRIPTOR.full_name == "google.protobuf.Value" and message.WhichOneof("kind") is None:
        return None  # a Value without a kind has no JSON of its own; null is the nearest
    return json_format.MessageToDict(
        message, preserving_proto_field_name=True, descriptor_pool=descriptor_of(message).file.pool
    )


def _fill_timestamp(message: Any, text: str) -> None:
    text = text.upper().replace(" ", "T", 1)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        text += "T00:00:00Z"
    elif not _ZONE.search(text):
        raise ValueError("Add the time zone: Z for UTC, or an offset such as +01:00.")
    try:
        message.FromJsonString(text)
    except ValueError:
        raise ValueError("Write it as 2026-11-15T12:00:00Z.") from None


def _fill_duration(message: Any, text: str) -> None:
    seconds = text.removesuffix("s").strip()
    if not re.fullmatch(r"-?[0-9]{1,12}(?:\.[0-9]{1,9})?", seconds):
        raise ValueError("Write seconds, such as 1.5s; at most nine digits after the point.")
    try:
        message.FromJsonString(f"{seconds}s")
    except ValueError:
        raise ValueError("A duration is at most 10,000 years: 315,576,000,000 s.") from None


def _parse_json(text: str, message: Message, pool: DescriptorPool | None = None) -> None:
    """Fills a message from JSON text.

    Raises:
        ValueError: where the text is no JSON, or which part of it does not fit the message.
    """
    try:
        plain = json.loads(text, parse_constant=_no_constant)
        if message.DESCRIPTOR.full_name not in WELL_KNOWN and not isinstance(plain, dict):
            raise ValueError("A message is written as an object: {…}")
        json_format.Parse(text, message, descriptor_pool=pool)
    except json.JSONDecodeError as error:
        raise ValueError(f"Line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except RecursionError:
        raise ValueError("This is nested too deeply.") from None
    except (
        json_format.ParseError,
        DecodeError,
        ValueError,
        OverflowError,
        TypeError,
        AttributeError,
    ) as error:
        # The first line says it; a list of all fields may follow.
        raise ValueError(f"{str(error).partition(chr(10))[0].rstrip('.')}.") from None


def _no_constant(name: str) -> None:
    raise ValueError(f'JSON has no {name}; a field of type double takes "{name}" in quotes')


def from_json(text: str, descriptor: Descriptor) -> Message:
    """A message from JSON text in the JSON mapping of protobuf.

    Raises:
        ValueError: where the text is no JSON, or which part of it does not fit the message.
    """
    message = GetMessageClass(descriptor)()
    _parse_json(text or "{}", message, descriptor.file.pool)
    return message


def to_json(message: Message, indent: int | None = 2) -> str:
    """A message in the JSON mapping of protobuf.

    Raises:
        ValueError: it has no JSON: an `Any` of a type that the schema does not know, a Value that is NaN.
    """
    try:
        return json_format.MessageToJson(
            message, indent=indent, ensure_ascii=False, descriptor_pool=descriptor_of(message).file.pool
        )
    except (TypeError, ValueError, DecodeError, json_format.SerializeToJsonError) as error:
        raise ValueError(str(error)) from None


def any_class(type_url: str, pool: DescriptorPool) -> type[Message] | None:
    """The class of the message in an `Any`, from the schema's pool or from what protobuf ships."""
    for each in (pool, descriptor_pool.Default()):
        try:
            return GetMessageClass(each.FindMessageTypeByName(type_url.rpartition("/")[2]))
        except KeyError:
            continue
    return None


def _fill_any(message: Any, value: dict[str, Any]) -> None:
    named, text = str(value.get("type", "")).strip(), str(value.get("json", "")).strip()
    url = named if "/" in named or not named else _PREFIX + named
    if "hex" in value:
        message.type_url, message.value = url, parse_bytes({"as": "hex", "text": value["hex"]})
        return
    if not url:
        if text:
            raise FieldErrors({"/type": "Which message is this? Type its full name."})
        return
    cls = any_class(url, message.DESCRIPTOR.file.pool)
    if cls is None:
        raise FieldErrors({"/type": f"The schema has no message {url.rpartition('/')[2]!r}."})
    inner = cls()
    try:
        _parse_json(text or "{}", inner, descriptor_of(inner).file.pool)
    except ValueError as error:
        raise FieldErrors({"/json": str(error)}) from None
    message.type_url, message.value = url, inner.SerializeToString()


def _any_value(message: Any) -> dict[str, str]:
    named = message.type_url.removeprefix(_PREFIX)
    if not named:
        return {"type": "", "json": ""}
    cls = any_class(message.type_url, message.DESCRIPTOR.file.pool)
    with suppress(DecodeError, ValueError):
        if cls is not None:
            return {"type": named, "json": to_json(cls.FromString(message.value))}
    return {"type": named, "hex": message.value.hex(" ")}
