"""What is sent beside the message: rows of metadata and the deadline, as a learner types them."""

from __future__ import annotations

import math
import re
from typing import Any

from .scalars import parse_bytes

_KEY = re.compile(r"[0-9a-z_.\-]+")
_OWN = ("grpc-", ":")


def metadata_from(rows: list[dict[str, Any]]) -> tuple[list[tuple[str, str | bytes]], dict[str, str]]:
    """Reads metadata rows (rules: the gRPC over HTTP/2 protocol, "Custom-Metadata").

    Args:
        rows: ``{"key": text, "value": text, "as": "hex" | "base64" | "text"}``; ``as`` is for ``-bin`` keys,
            whose values are bytes. Rows with neither key nor value are left out.

    Returns:
        The pairs that could be read, and an error for each input that could not: ``metadata/0/key``.
    """
    metadata: list[tuple[str, str | bytes]] = []
    errors: dict[str, str] = {}
    for number, row in enumerate(rows):
        key, text = str(row.get("key", "")).strip(), str(row.get("value", ""))
        if not key and not text:
            continue
        try:
            _check_key(key)
        except ValueError as error:
            errors[f"metadata/{number}/key"] = str(error)
            continue
        try:
            metadata.append((key, _value(key, text, str(row.get("as", "hex")))))
        except ValueError as error:
            errors[f"metadata/{number}/value"] = str(error)
    return metadata, errors


def metadata_rows(metadata: Any) -> list[dict[str, str]]:
    """Rows for these pairs: the inverse of `metadata_from`."""
    rows = []
    for key, value in metadata:
        binary = isinstance(value, bytes)
        rows.append({"key": key, "value": value.hex(" ") if binary else str(value), "as": "hex"})
    return rows


def deadline_from(text: str) -> float | None:
    """A deadline in seconds; None where the input is empty.

    Raises:
        ValueError: no number above 0.
    """
    text = text.strip().removesuffix("s").strip()
    if not text:
        return None
    try:
        seconds = float(text) if len(text) < 20 else math.nan
    except ValueError:
        seconds = math.nan
    if not (0 < seconds < 1e8):
        raise ValueError("Seconds above 0, or nothing for no deadline.")
    return seconds


def _check_key(key: str) -> None:
    if not key:
        raise ValueError("A key is missing.")
    if key != key.lower():
        raise ValueError(f"Keys are lowercase: {key.lower()}")
    if key.startswith(_OWN):
        raise ValueError("Keys that begin with grpc- are gRPC's own.")
    if not _KEY.fullmatch(key):
        raise ValueError("A key has a–z, 0–9, - _ and . only.")


def _value(key: str, text: str, form: str) -> str | bytes:
    if key.endswith("-bin"):
        return parse_bytes({"as": form, "text": text})
    if any(not " " <= character <= "~" for character in text):
        raise ValueError("Printable ASCII only; a key that ends in -bin takes any bytes.")
    return text
