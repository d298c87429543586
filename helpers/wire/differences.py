"""What differs between the calls of two captures: statuses, metadata and the fields of messages, by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import islice
from typing import NamedTuple

from helpers.text import shorten, visible

from .grpc.call import Call
from .grpc.message import Message
from .protobuf.field import Field

MOST = 200
"""So many differences are told."""
MOST_FIELDS = 10_000
"""So many fields of a message are compared."""

Values = dict[str, str]
"""Texts by name."""

_SHOWN = 80  # characters of a value
_VOLATILE_KEYS = ("date", "traceparent", "tracestate", "x-request-id")
# What is another one each time: moments (RFC 3339, and as HTTP writes them), and ports of this machine.
_VOLATILE = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"
    r"|(?<=127\.0\.0\.1:)\d+|(?<=localhost:)\d+|(?<=\[::1\]:)\d+|(?<=%3A%3A1%5D:)\d+"
)


class Difference(NamedTuple):
    """One thing in which two captures differ."""

    call: str
    """Which call: the method's name, with its number among the calls of the method where there are several."""
    what: str
    """``status``, ``request weight_grams``, ``response 2 price_cents``, ``trailing metadata retry-after``, ..."""
    first: str | None
    """What it is in the first capture; None where it is not there."""
    second: str | None
    """What it is in the second one."""

    def __str__(self) -> str:
        there, here = ("nothing" if each is None else each for each in (self.first, self.second))
        return visible(f"{self.call}: {self.what}: {there} → {here}", lines=False)


def differences(
    first: Iterable[Call], second: Iterable[Call], ignore: Iterable[str] = ()
) -> tuple[Difference, ...]:
    """What differs between two lists of calls.

    Calls are compared with those of the same method, in the order in which they began. Left out is what differs each
    time: times, `google.protobuf.Timestamp`, ports of this machine, deadlines, the ``user-agent``, and the metadata
    ``date``, ``traceparent``, ``tracestate`` and ``x-request-id``.

    Args:
        first: The calls of one capture.
        second: Those of the other.
        ignore: More names to leave out, of metadata and of fields (``parcel_id``, ``parcel.parcel_id``), with ``*``
            for any text.
    """
    patterns = (*_VOLATILE_KEYS, *ignore)
    found = (
        difference
        for difference in _differences(_by_method(first), _by_method(second))
        if not _is_ignored(difference.what.rpartition(" ")[2], patterns)
    )
    return tuple(islice(found, MOST))


def _is_ignored(name: str, patterns: Sequence[str]) -> bool:
    path = re.sub(r"\[[^\]]*\]", "", name)
    return any(fnmatchcase(path, each) or fnmatchcase(path.rpartition(".")[2], each) for each in patterns)


def _by_method(calls: Iterable[Call]) -> dict[str, list[Call]]:
    found: dict[str, list[Call]] = {}
    for call in calls:
        found.setdefault(call.path, []).append(call)
    return found


def _differences(first: dict[str, list[Call]], second: dict[str, list[Call]]) -> Iterator[Difference]:
    for path in dict.fromkeys((*first, *second)):
        name = path.rpartition("/")[2] or "?"
        left, right = first.get(path, []), second.get(path, [])
        if len(left) != len(right):
            yield Difference(name, "calls", str(len(left)), str(len(right)))
        several = max(len(left), len(right)) > 1
        for number, (one, other) in enumerate(zip(left, right, strict=False), 1):
            yield from _of_call(f"{name} {number}" if several else name, one, other)


def _of_call(name: str, one: Call, other: Call) -> Iterator[Difference]:
    parts = (
        ("", {"status": one.outcome}, {"status": other.outcome}),
        ("request metadata ", _pairs(one.metadata), _pairs(other.metadata)),
        ("initial metadata ", _pairs(one.initial_metadata), _pairs(other.initial_metadata)),
        ("trailing metadata ", _pairs(one.trailing_metadata), _pairs(other.trailing_metadata)),
        *_messages("request", one.requests, other.requests),
        *_messages("response", one.responses, other.responses),
    )
    for what, left, right in parts:
        for key in dict.fromkeys((*left, *right)):
            a, b = left.get(key), right.get(key)
            if _settled(a) != _settled(b):
                yield Difference(name, f"{what}{key}", _short(a), _short(b))


def _messages(
    what: str, one: Sequence[Message], other: Sequence[Message]
) -> Iterator[tuple[str, Values, Values]]:
    if len(one) != len(other):
        yield "", {f"{what}s": str(len(one))}, {f"{what}s": str(len(other))}
    several = max(len(one), len(other)) > 1
    for number, (left, right) in enumerate(zip(one, other, strict=False), 1):
        if left.data != right.data:
            head = f"{what} {number} " if several else f"{what} "
            yield head, _fields(left), _fields(right)


def _fields(message: Message) -> Values:
    return dict(islice(_flat(message.fields, ""), MOST_FIELDS))


def _flat(fields: Iterable[Field], path: str) -> Iterator[tuple[str, str]]:
    """Fields by name, those of nested messages with their way; elements of a list and of a map by their place and key."""
    counts: dict[str, int] = {}
    for field in fields:
        number = counts[field.label] = counts.get(field.label, -1) + 1
        name = f"{path}{field.label}"
        if field.type == "google.protobuf.Timestamp":
            continue
        if field.type.startswith("map<"):
            key = next((each.text for each in field.children if each.number == 1), "")
            for value in (each for each in field.children if each.number == 2):
                yield from _value(value, f"{name}[{key}]")
            continue
        packed = field.children and field.children[0].is_element
        if number or (field.type.startswith("repeated ") and not packed):
            name += f"[{number}]"
        yield from _value(field, name)


def _value(field: Field, name: str) -> Iterator[tuple[str, str]]:
    if not field.children:
        yield name, field.text
    elif field.children[0].is_element:
        yield from ((f"{name}[{number}]", each.text) for number, each in enumerate(field.children))
    else:
        yield from _flat(field.children, f"{name}.")


def _pairs(metadata: Iterable[tuple[str, str | bytes]]) -> Values:
    found: Values = {}
    for key, value in metadata:
        text = value if isinstance(value, str) else value.hex(" ")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _settled(text: str | None) -> str | None:
    return None if text is None else _VOLATILE.sub("…", text)


def _short(text: str | None) -> str | None:
    return None if text is None else shorten(text, _SHOWN)
