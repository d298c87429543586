"""A client interceptor that tries again where that is safe."""

from __future__ import annotations

from typing import Any

import grpc

from ... import protos
from ..engine import Check, WriteInterceptor, wrong
from .setup import PARCELS, quote_pb2

# A service whose name begins with "Get", and a method that has it elsewhere: neither makes a call safe to repeat.
_TRIPS, _ = protos.compile_cell(
    "getaways_of_exercises",
    """
    syntax = "proto3";
    package courier.v1;
    service GetawayService { rpc BookGetaway(BookGetawayRequest) returns (BookGetawayResponse); }
    message BookGetawayRequest { string city = 1; }
    message BookGetawayResponse { string city = 1; }
    """,
)

_AWAY = grpc.StatusCode.UNAVAILABLE
_OTHERS = [code for code in grpc.StatusCode if code not in (grpc.StatusCode.OK, _AWAY)]
_SENT = [("account-id", "A-7")]
_PARCEL = quote_pb2.Parcel(parcel_id="P-1", recipient="Ada")
_GET = quote_pb2.GetParcelRequest(parcel_id="P-1")
_CREATE = quote_pb2.CreateParcelRequest(recipient="Ada")
_FOUND = quote_pb2.GetParcelResponse(parcel=_PARCEL)
_CREATED = quote_pb2.CreateParcelResponse(parcel=_PARCEL)
_BOOK = _TRIPS.BookGetawayRequest(city="Faro")
_BOOKED = _TRIPS.BookGetawayResponse(city="Faro")

_AGAIN = "UNAVAILABLE often passes, and looking a parcel up changes nothing: call `continuation` again."
_ENOUGH = "Three attempts in all, and no more: a server in trouble is not helped by further calls."
_USELESS = "Only UNAVAILABLE is worth another attempt. Compare `call.code()` with it."
_RISKY = "`CreateParcel` may have done its work although the answer was lost. Look at `details.method`."
_ELSEWHERE = (
    "The method is `BookGetaway`, which does not begin with `Get`. What follows the last `/` is the name."
)
_LAST = "The caller wants to know how the last attempt ended: return its call."


def _check_retrying(check: Check) -> None:
    for failures in range(4):
        answers = (*[_AWAY] * failures, _FOUND)
        ends = grpc.StatusCode.OK if failures < 3 else _AWAY
        _attempts(check, "GetParcel", _GET, answers, min(failures + 1, 3), ends, _AGAIN)
    for code in _OTHERS:
        _attempts(check, "GetParcel", _GET, (code, _FOUND), 1, code, _USELESS)
        _attempts(check, "GetParcel", _GET, (_AWAY, code, _FOUND), 2, code, _USELESS)
    for failure in (_AWAY, grpc.StatusCode.INTERNAL):
        _attempts(check, "CreateParcel", _CREATE, (failure, _CREATED), 1, failure, _RISKY)
    _attempts(check, "CreateParcel", _CREATE, (_CREATED,), 1, grpc.StatusCode.OK, _RISKY)
    _attempts(check, "BookGetaway", _BOOK, (_AWAY, _BOOKED), 1, _AWAY, _ELSEWHERE)


def _attempts(
    check: Check,
    method: str,
    request: Any,
    script: tuple[Any, ...],
    count: int,
    ends: grpc.StatusCode,
    why: str,
) -> None:
    """Calls a server that answers so, and expects so many attempts, and that the call ends so."""
    with check.intercepted(**{method: script}) as client:
        result = client.call(method, request, metadata=_SENT)
        actual = len(client.received)
        wanted = f"{count} × {method}"
        result.expect(
            actual == count, wanted, f"{actual} × {method}", _ENOUGH if actual > max(count, 2) else why
        )
        if ends is grpc.StatusCode.OK:
            result.expect_replies([script[count - 1]], _LAST)
        else:
            result.expect_status(ends, diagnosis=_LAST)
        for received in client.received:
            same = received.requests == [request] and received.metadata.get("account-id") == "A-7"
            result.expect(
                same,
                "the caller's request and metadata each time",
                received.text,
                "An attempt sends the same.",
            )


retrying = WriteInterceptor(
    title="Going further: three attempts",
    task="""
        **Input:** unary calls of a server that is `UNAVAILABLE` now and then. `details.method` is
        `/courier.v1.ParcelService/GetParcel`, for example.

        **Goal:** a client interceptor that makes a call up to three times, as long as it ends with
        `UNAVAILABLE`, if the method's name begins with `Get`. After any other status, and for all other
        methods, there is one attempt. The caller gets the call of the last attempt.

        **Example:** `GetParcel` is `UNAVAILABLE` twice and then answers: the caller gets the answer.
        `CreateParcel` is `UNAVAILABLE`: the caller gets that.
    """,
    bases=[grpc.UnaryUnaryClientInterceptor],
    services=[PARCELS, _TRIPS.DESCRIPTOR.services_by_name["GetawayService"]],
    check=_check_retrying,
    hints=[
        "`continuation(details, request)` is one attempt. It raises nothing: how it ended says `call.code()`, which waits.",
        "`details.method.rpartition('/')[2]` is the method's name.",
        "A `for` over `range(3)` with a `break` after anything but UNAVAILABLE, and `return call` behind it.",
    ],
    reason="`continuation` may be called as often as you like; each is a call of its own. What is safe to repeat is for "
    "the method to say. gRPC can do this by itself, with a retry policy in the channel's service config.",
    wrong_answers=[
        wrong(
            "`timeout` is in `details`, too",
            ("continuation(details,", "continuation(details._replace(timeout=1),"),
        ),
        wrong("call `continuation` again", ("attempts = 3", "attempts = 1")),
        wrong("call `continuation` again", ("attempts = 3", "attempts = 2")),
        wrong("Three attempts in all", ("attempts = 3", "attempts = 9")),
        wrong("Only UNAVAILABLE is worth", ("is not grpc.StatusCode.UNAVAILABLE", "is grpc.StatusCode.OK")),
        wrong("Look at `details.method`", (' if name.startswith("Get") else 1', "")),
        wrong("which does not begin with `Get`", ('name.startswith("Get")', '"Get" in name')),
        wrong(
            "does not begin with `Get`",
            ('name.startswith("Get")', '"/Get" in details.method or "Get" in name'),
        ),
        wrong("returns the call that `continuation` gave it", ("return call", "return call.result()")),
        wrong("call `continuation` again").whole("""
            class Retrying(grpc.UnaryUnaryClientInterceptor):
                def intercept_unary_unary(self, continuation, details, request):
                    for _ in range(3):
                        try:
                            return continuation(details, request)
                        except grpc.RpcError as error:
                            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                                raise
        """),
    ],
)
