"""What is wrong with the headers of a request: the first mistake in them, in words."""

from __future__ import annotations

from collections.abc import Sequence

from helpers.wire.http2.frames import Http2Frame

_LENIENT = "This server lets it pass."
_HOW = "`hpack.Encoder().encode(headers)` makes the payload, from a list of pairs."


def header_mistake(frame: Http2Frame, wanted: Sequence[tuple[str, str]]) -> str:
    """The first mistake in a HEADERS frame, or an empty text where there is none.

    Args:
        frame: the frame.
        wanted: names and values that it should have, those with a colon first.
    """
    payload, given = frame.payload, [(entry.name, entry.value.decode("latin-1")) for entry in frame.headers]
    if b"POST" in payload and (b": " in payload or b"\r\n" in payload):
        return f"The headers are there as text. In HTTP/2 they are packed with HPACK: {_HOW}"
    if frame.problem is not None:
        return f"The payload of HEADERS is no header block: {frame.problem}. {_HOW}"
    return _in_names([name for name, _ in given], dict(wanted)) or _in_values(given, dict(wanted))


def _in_names(found: Sequence[str], wanted: dict[str, str]) -> str:
    for name in found:
        if name != name.lower():
            return f"Names of headers are in lower case in HTTP/2: `{name.lower()}`, not `{name}`."
        if f":{name}" in wanted and f":{name}" not in found:
            return f"`{name}` needs its colon: `:{name}`. Only so it takes the place of the request line."
        if found.count(name) > 1 and name in wanted:
            return f"`{name}` is there {found.count(name)} times. Once is right."
    if missing := [name for name in wanted if name not in found]:
        return f"`{missing[0]}` is missing. {_WHY[missing[0]]}"
    if "connection" in found or "transfer-encoding" in found:
        return (
            f"`connection` and `transfer-encoding` are headers of HTTP/1.1; RFC 9113 forbids them. {_LENIENT}"
        )
    colons = [name.startswith(":") for name in found]
    if colons != sorted(colons, reverse=True):
        return (
            f"Headers with a colon come before all others. {_LENIENT} RFC 9113 calls the request malformed."
        )
    return ""


_WHY = {
    ":method": "It is `POST` for every gRPC call.",
    ":scheme": "Without TLS it is `http`.",
    ":path": "It says which method is called.",
    ":authority": "It says which host is meant, as `Host` does in HTTP/1.1.",
    "te": "`te: trailers` says that you understand trailers: gRPC sends the status in them, and this server "
    "turns away whoever would not see it.",
    "content-type": "`application/grpc` says what kind of request this is. This server does not look; one in Node.js "
    "answers with HTTP status 415.",
}


def _in_values(given: Sequence[tuple[str, str]], wanted: dict[str, str]) -> str:
    values = dict(given)
    for name, right in wanted.items():
        value = values[name]
        if name == "content-type" and value.partition(";")[0].partition("+")[0] == right:
            continue  # application/grpc+proto says the same, in more words
        if value == right or (name == ":scheme" and value == "https"):
            continue  # gRPC's protocol has either; behind a proxy that ends TLS it is https without any
        if name == ":path" and right.lstrip("/") == value.lstrip("/"):
            return f"`:path` is `/package.Service/Method`, and begins with a slash. Yours is `{value}`."
        if name == "content-type":
            return (
                f"`content-type` should be `{right}`, and is `{value}`. This server does not look; one in "
                "Node.js answers with HTTP status 415."
            )
        source = {":path": "path", ":authority": "authority"}.get(name)
        hint = f" It is what your function is given as `{source}`." if source else f" {_WHY[name]}"
        passes = f" {_LENIENT}" if name in (":scheme", ":authority") else ""
        return f"`{name}` should be `{right}`, and is `{value}`.{hint}{passes}"
    return ""
