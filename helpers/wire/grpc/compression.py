"""Decompression of messages (``grpc-encoding``), bounded so that a small message cannot fill memory."""

from __future__ import annotations

import zlib

LIMIT = 64 * 1024 * 1024
"""Most bytes a message is decompressed to."""

# wbits of zlib: gRPC's deflate is the zlib format of RFC 1950, not raw deflate
_WINDOW_BITS = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


def decompress(data: bytes, encoding: str, limit: int = LIMIT) -> tuple[bytes, str | None]:
    """Decompress a message.

    Args:
        data: Bytes of the message as sent, without the prefix.
        encoding: ``gzip``, ``deflate`` or ``identity``.
        limit: Most bytes to return.

    Returns:
        The bytes and None; or what could be read of them and, in one sentence, what is wrong.
    """
    if encoding == "identity":
        return data, "marked as compressed, though grpc-encoding names no compression"
    bits = _WINDOW_BITS.get(encoding)
    if bits is None:
        return b"", f"compressed with {encoding!r}, which cannot be read here"
    inflater = zlib.decompressobj(bits)
    try:
        plain = inflater.decompress(data, limit)
    except zlib.error as error:
        return b"", f"not valid {encoding}: {error}"
    if not inflater.eof:
        more = bool(inflater.unconsumed_tail) or len(plain) >= limit
        return (
            plain,
            f"longer than {limit} bytes when decompressed" if more else f"the {encoding} data is cut short",
        )
    return plain, None
