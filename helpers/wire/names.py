"""Numbers of HTTP/2 and gRPC, by their names in the specifications.

RFC 9113 section 6 (frame types and flags), 6.5.2 (settings), 7 (error codes); RFC 7838 (ALTSVC),
RFC 8336 (ORIGIN), RFC 9218 (PRIORITY_UPDATE), RFC 8441 (extended CONNECT); gRPC's own settings are
those of the chttp2 transport (65027 to 65029); statuses are those of the gRPC status code document.
"""

from __future__ import annotations

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS = 0x0, 0x1, 0x2, 0x3, 0x4
PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0x5, 0x6, 0x7, 0x8, 0x9

FRAME_TYPES: dict[int, str] = {
    DATA: "DATA",
    HEADERS: "HEADERS",
    PRIORITY: "PRIORITY",
    RST_STREAM: "RST_STREAM",
    SETTINGS: "SETTINGS",
    PUSH_PROMISE: "PUSH_PROMISE",
    PING: "PING",
    GOAWAY: "GOAWAY",
    WINDOW_UPDATE: "WINDOW_UPDATE",
    CONTINUATION: "CONTINUATION",
    0xA: "ALTSVC",
    0xC: "ORIGIN",
    0x10: "PRIORITY_UPDATE",
}
"""Frame type number to name (RFC 9113 section 6 and the IANA registry)."""

END_STREAM, ACK, END_HEADERS, PADDED, PRIORITY_FLAG = 0x1, 0x1, 0x4, 0x8, 0x20

FLAGS: dict[int, dict[int, str]] = {
    DATA: {END_STREAM: "END_STREAM", PADDED: "PADDED"},
    HEADERS: {
        END_STREAM: "END_STREAM",
        END_HEADERS: "END_HEADERS",
        PADDED: "PADDED",
        PRIORITY_FLAG: "PRIORITY",
    },
    SETTINGS: {ACK: "ACK"},
    PUSH_PROMISE: {END_HEADERS: "END_HEADERS", PADDED: "PADDED"},
    PING: {ACK: "ACK"},
    CONTINUATION: {END_HEADERS: "END_HEADERS"},
}
"""Flag bits that have a meaning, by frame type."""

HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS = 0x1, 0x2, 0x3
INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE = 0x4, 0x5, 0x6

SETTING_NAMES: dict[int, str] = {
    HEADER_TABLE_SIZE: "HEADER_TABLE_SIZE",
    ENABLE_PUSH: "ENABLE_PUSH",
    MAX_CONCURRENT_STREAMS: "MAX_CONCURRENT_STREAMS",
    INITIAL_WINDOW_SIZE: "INITIAL_WINDOW_SIZE",
    MAX_FRAME_SIZE: "MAX_FRAME_SIZE",
    MAX_HEADER_LIST_SIZE: "MAX_HEADER_LIST_SIZE",
    0x8: "ENABLE_CONNECT_PROTOCOL",
    0x9: "NO_RFC7540_PRIORITIES",
    0xFE03: "GRPC_ALLOW_TRUE_BINARY_METADATA",
    0xFE04: "GRPC_PREFERRED_RECEIVE_CRYPTO_FRAME_SIZE",
    0xFE05: "GRPC_ALLOW_SECURITY_FRAME",
}
"""Setting identifier to name (RFC 9113 section 6.5.2; 0xFE03 and above are gRPC's own)."""

ERROR_CODES: tuple[str, ...] = (
    "NO_ERROR",
    "PROTOCOL_ERROR",
    "INTERNAL_ERROR",
    "FLOW_CONTROL_ERROR",
    "SETTINGS_TIMEOUT",
    "STREAM_CLOSED",
    "FRAME_SIZE_ERROR",
    "REFUSED_STREAM",
    "CANCEL",
    "COMPRESSION_ERROR",
    "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY",
    "HTTP_1_1_REQUIRED",
)
"""Error codes of RST_STREAM and GOAWAY, the number is the position (RFC 9113 section 7)."""

STATUS_CODES: tuple[str, ...] = (
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
)
"""gRPC status codes, the number is the position."""


def frame_name(number: int) -> str:
    """Name of a frame type; an unregistered one reads like ``UNKNOWN(0xbe)``."""
    return FRAME_TYPES.get(number) or f"UNKNOWN(0x{number:02x})"


def flag_names(frame_type: int, flags: int) -> tuple[str, ...]:
    """Names of the set flag bits, lowest first; a bit without a meaning for the type reads ``0x40``."""
    known = FLAGS.get(frame_type, {})
    return tuple(known.get(1 << bit) or f"0x{1 << bit:02x}" for bit in range(8) if flags & (1 << bit))


def setting_name(number: int) -> str:
    """Name of a setting; an unregistered one reads like ``UNKNOWN(0x1234)``."""
    return SETTING_NAMES.get(number) or f"UNKNOWN(0x{number:04x})"


def error_name(number: int) -> str:
    """Name of an HTTP/2 error code; an unregistered one reads like ``UNKNOWN(0x99)``."""
    return ERROR_CODES[number] if 0 <= number < len(ERROR_CODES) else f"UNKNOWN(0x{number:x})"


def status_name(number: int) -> str:
    """Name of a gRPC status code; one outside of the list reads like ``UNKNOWN(42)``."""
    return STATUS_CODES[number] if 0 <= number < len(STATUS_CODES) else f"UNKNOWN({number})"
