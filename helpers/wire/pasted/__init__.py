"""Bytes that people paste: text in any spelling to bytes, and bytes without a word to what they are.

- `spelling`, `dumps`: hex, base64, dumps and lists of numbers to bytes.
- `chains`, `framed`, `frames`: what stands one after the other, such as messages and HTTP/2 frames.
- `packet`: whole packets, with the headers before the bytes of TCP.
- `reading`: both together, `read_bytes`.
"""

from __future__ import annotations

from .reading import PastedBytes, read_bytes

__all__ = ["PastedBytes", "read_bytes"]
