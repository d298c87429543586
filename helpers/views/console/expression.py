"""Python expressions as small trees, laid out as the formatter of the course would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

WIDTH = 88
"""A line of more characters is broken up."""


@dataclass(frozen=True)
class Group:
    """Something in brackets: a call, a list, a dict.

    Attributes:
        opening: what stands before the parts, ``"f("``.
        parts: each with what stands before it, ``"name="`` or nothing.
        closing: what stands after them, ``")"``.
    """

    opening: str
    parts: tuple[tuple[str, Group | str], ...]
    closing: str


def call(name: str, arguments: Iterable[tuple[str, Group | str]], after: str = "") -> Group:
    """``name(value, keyword=value, **value)after``; an argument's name may be empty, or ``**``."""
    parts = tuple((word if word in ("", "**") else f"{word}=", value) for word, value in arguments)
    return Group(f"{name}(", parts, f"){after}")


def listing(items: Iterable[Group | str]) -> Group:
    """``[item, item]``."""
    return Group("[", tuple(("", item) for item in items), "]")


def mapping(items: Iterable[tuple[str, Group | str]]) -> Group:
    """``{key: value}``; keys are source."""
    return Group("{", tuple((f"{key}: ", value) for key, value in items), "}")


def literal(value: Any) -> Group | str:
    """JSON-like Python values."""
    if isinstance(value, dict):
        return mapping((quoted(key), literal(each)) for key, each in value.items())
    if isinstance(value, list):
        return listing(map(literal, value))
    return quoted(value)


def quoted(value: Any) -> str:
    """A literal; texts and bytes in double quotes, as the course writes them."""
    text = repr(value)
    if isinstance(value, (str, bytes)) and text.endswith("'") and '"' not in text:
        prefix, _, inside = text[:-1].partition("'")
        return f'{prefix}"{inside}"'
    return text


def from_import(package: str, names: Iterable[str]) -> str:
    """``from package import name, name``; in brackets where it is long."""
    line = f"from {package} import {', '.join(sorted(names))}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"from {package} import (", *(f"    {name}," for name in sorted(names)), ")"])


def layout(node: Group | str, indent: int = 0, column: int = 0) -> str:
    """An expression as source: on one line where it fits, otherwise one part a line.

    Args:
        node: the expression.
        indent: how far in its statement stands, in characters.
        column: where on its line it begins.
    """
    line = _flat(node)
    if isinstance(node, str) or not node.parts or column + len(line) <= WIDTH:
        return line
    inner = indent + 4
    lines = [f"{' ' * inner}{head}{layout(part, inner, inner + len(head))}," for head, part in node.parts]
    return "\n".join([node.opening, *lines, " " * indent + node.closing])


def _flat(node: Group | str) -> str:
    if isinstance(node, str):
        return node
    return node.opening + ", ".join(head + _flat(part) for head, part in node.parts) + node.closing
