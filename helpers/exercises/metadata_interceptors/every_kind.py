"""One method of each kind, what it is sent and what it answers: what an interceptor for all kinds is tried with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf.message import Message

from .setup import dispatch_pb2, tracking_pb2

_POSITION = tracking_pb2.GetPositionResponse(arrived=True)
_ROUTE = [tracking_pb2.TrackParcelResponse(arrived=arrived) for arrived in (False, False, True)]
_POINTS = tracking_pb2.RecordRouteResponse(points=2)
_LINES = [dispatch_pb2.TalkResponse(text=text) for text in ("a", "b")]

REQUESTS: dict[str, Any] = {
    "GetPosition": tracking_pb2.GetPositionRequest(parcel_id="P-1"),
    "TrackParcel": tracking_pb2.TrackParcelRequest(parcel_id="P-1"),
    "RecordRoute": [tracking_pb2.RecordRouteRequest()] * 2,
    "Talk": [dispatch_pb2.TalkRequest(text=text) for text in ("a", "b")],
}
"""By method, in the order unary, server streaming, client streaming, both."""

REPLIES: dict[str, list[Message]] = {
    "GetPosition": [_POSITION],
    "TrackParcel": [*_ROUTE],
    "RecordRoute": [_POINTS],
    "Talk": [*_LINES],
}

STREAMED = ("TrackParcel", "Talk")
"""The methods with a stream of replies."""


def answers(
    does: Callable[[str, Any], object] = lambda method, context: None, *, late: bool = False
) -> dict[str, Any]:
    """Handlers that answer so, and do `does(method, context)` first, which may sleep, abort or raise.

    Those with a stream of replies do it when the first reply is asked for, or when the second one is (`late`).
    """
    return {method: _answer(method, does, late) for method in REQUESTS}


def _answer(method: str, does: Callable[[str, Any], object], late: bool) -> Callable[..., Any]:
    def reply(request: Any, context: Any) -> Message:
        if method == "RecordRoute":
            list(request)
        does(method, context)
        return REPLIES[method][0]

    def replies(request: Any, context: Any) -> Any:
        if method == "Talk":
            list(request)
        for number, each in enumerate(REPLIES[method]):
            if number == int(late):
                does(method, context)
            yield each

    return replies if method in STREAMED else reply
