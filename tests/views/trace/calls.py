"""Calls of traces, made by hand: times in milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from helpers.views.trace.model import Span
from helpers.views.trace.moment import Moment
from helpers.views.trace.nesting import spans_of
from helpers.wire import names
from helpers.wire.direction import TO_CLIENT, TO_SERVER, Direction
from helpers.wire.grpc.call import Call
from helpers.wire.grpc.message import Message, Segment
from helpers.wire.http2.frames import Http2Frame
from helpers.wire.http2.headers import LITERAL, HeaderEntry

MS = 1_000_000


def entries(**headers: str) -> tuple[HeaderEntry, ...]:
    """Headers; an underscore stands for a dash, two for a colon."""
    return tuple(
        HeaderEntry(
            name.replace("__", ":").replace("_", "-"), value.encode("utf-8", "replace"), LITERAL, 0, 0, 0
        )
        for name, value in headers.items()
    )


def reset(direction: Direction, at: float, error: str = "CANCEL") -> Http2Frame:
    """An RST_STREAM."""
    code = next(code for code in range(16) if names.error_name(code) == error)
    raw = bytes((0, 0, 4, names.RST_STREAM, 0, 0, 0, 0, 1, 0, 0, 0, code))
    return Http2Frame(1, 0, direction, int(at * MS), 0, "RST_STREAM", raw, 1, None, names.RST_STREAM, 0)


def call(
    method: str,
    start: float,
    end: float | None,
    status: int | None = 0,
    *,
    by: Direction | None = None,
    error: str = "CANCEL",
    details: str = "",
    timeout: str = "",
    **headers: str,
) -> Call:
    """One call; ``by`` is who reset it (without a status), with ``error``; ``headers`` are further ones of the request."""
    asked = entries(
        __method="POST", __path=f"/courier.v1.{method}", content_type="application/grpc", **headers
    )
    if timeout:
        asked += entries(grpc_timeout=timeout)
    answered = () if status is None or end is None or by else entries(grpc_status=str(status))
    if answered and details:
        answered += entries(grpc_message=details)
    return Call(
        connection=1,
        stream=1,
        frames=(reset(by, end, error),) if by and end is not None else (),
        request_headers=asked,
        trailers=answered,
        trailers_only=bool(answered),
        reset=(by, error) if by else None,
        start_ns=int((1000 + start) * MS),
        end_ns=None if end is None else int((1000 + end) * MS),
    )


def traced(*calls: tuple[str, Call], callers: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, Span]:
    """The calls tied together, by their methods, which are all different."""
    return {span.method: span for span in spans_of(calls, callers=callers)}


def moment(*calls: tuple[str, Call], now: float = 0, **options: Any) -> Moment:
    """What is drawn of such calls; lanes are the servers in the order in which they are named."""
    servers = options.pop("servers", tuple(dict.fromkeys(server for server, _ in calls)))
    callers = options.pop("callers", None)
    return Moment(servers, spans_of(calls, callers=callers), int((1000 + now) * MS), **options)


def with_messages(made: Call, there: Iterable[float], back: Iterable[float]) -> Call:
    """The same call with messages at these times."""
    messages = []
    for direction, times in ((TO_SERVER, there), (TO_CLIENT, back)):
        for number, at in enumerate(times):
            frame = Http2Frame(
                1, number, direction, int((1000 + at) * MS), 0, "DATA", b"", 1, None, names.DATA, 0
            )
            messages.append(Message(number, direction, (Segment(frame, 0, 0),), 0, False))
    return replace(made, messages=tuple(sorted(messages, key=lambda each: each.t_ns)))


def placed_order(**headers: str) -> list[tuple[str, Call]]:
    """An order at the front, which asks quote, billing and depot one after the other."""
    return [
        ("front", call("OrderService/PlaceOrder", 0, 100, **headers)),
        ("quote", call("QuoteService/GetQuote", 10, 30, **headers)),
        ("billing", call("BillingService/Charge", 35, 60, **headers)),
        ("depot", call("ShelfService/ReserveShelf", 65, 95, **headers)),
    ]


CLIENT, SERVER = TO_SERVER, TO_CLIENT
