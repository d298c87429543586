"""Bytes as hex and as a tree of fields, linked."""

from __future__ import annotations

from .widget import ByteMap, bytes_of

__all__ = ["ByteMap", "bytes_of"]
