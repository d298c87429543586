"""A service config that asks again where that is safe, and all replicas in turn."""

from __future__ import annotations

import contextlib
import itertools
import json
from typing import Any

import grpc

from ..engine import Check, WriteFunction, wrong
from ..engine.service_configs import channel_with, expect_turns
from .setup import BILLING, PARCELS, QUOTES, order_pb2, order_pb2_grpc, quote_pb2, quote_pb2_grpc

_AWAY = grpc.StatusCode.UNAVAILABLE
_TEXT = "Return the config as a text: `json.dumps(config)` makes one of a dictionary."
_JSON = "This text is no JSON, and gRPC takes no config that it cannot read."
_AGAIN = (
    "UNAVAILABLE is to be asked again, up to three attempts in all. gRPC ignores a config that it cannot read: a policy "
    "needs all five of its keys."
)
_MANY = "Three attempts in all: `maxAttempts` counts the first one, too."
_SLOW = "A pause of half a second is the longest: `initialBackoff` and `maxBackoff` say so, as texts such as `0.1s`."
_RISKY = (
    "`CreateParcel` takes in a second parcel when it is asked again. Give each policy the `name`s of the methods that "
    "it is for; `{}` stands for all of them."
)
_OTHERS = "Only UNAVAILABLE is to be asked again; after any other status there is one attempt."
_TURNS = 'One server got all the calls. `"loadBalancingConfig": [{"round_robin": {}}]` asks all in turn.'


def _check_may_repeat(check: Check) -> None:
    result = check.run()
    text = result.expect_return("a service config, in JSON")
    result.expect(isinstance(text, str), "a text", type(text).__name__, _TEXT)
    try:
        config = json.loads(text)
    except ValueError as error:
        result.expect(False, "JSON", f"{error}", _JSON)
    result.expect(isinstance(config, dict), "an object", text, _JSON)

    quote, charge = quote_pb2.GetQuoteResponse(price_cents=450), order_pb2.ChargeResponse(charge_id="C-1")
    parcel = quote_pb2.CreateParcelResponse()
    for method, reply in (("GetQuote", quote), ("Charge", charge)):
        _attempts(check, text, method, (_AWAY, reply), 2, _AGAIN)
        _attempts(check, text, method, (_AWAY, _AWAY, reply), 3, _AGAIN)
        _attempts(check, text, method, (_AWAY,), 3, _MANY)
        for code in (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.INTERNAL, grpc.StatusCode.ABORTED):
            _attempts(check, text, method, (code, reply), 1, _OTHERS)
    _attempts(check, text, "CreateParcel", (_AWAY, parcel), 1, _RISKY)
    _attempts(check, text, "GetParcel", (_AWAY, quote_pb2.GetParcelResponse()), 1, _RISKY)
    expect_turns(check, text, quote_pb2_grpc.QuoteServiceStub, quote_pb2.GetQuoteRequest(), quote, _TURNS)


def _attempts(check: Check, text: str, method: str, answers: Any, count: int, cause: str) -> None:
    """Calls a server that answers so, and expects so many attempts."""
    shown = [each.name if isinstance(each, grpc.StatusCode) else "OK" for each in answers]
    with check.fake_server(**{method: answers}) as server, channel_with(text, server) as channel:
        service, stub = {
            "GetQuote": (quote_pb2, quote_pb2_grpc.QuoteServiceStub),
            "GetParcel": (quote_pb2, quote_pb2_grpc.ParcelServiceStub),
            "CreateParcel": (quote_pb2, quote_pb2_grpc.ParcelServiceStub),
            "Charge": (order_pb2, order_pb2_grpc.BillingServiceStub),
        }[method]
        request = getattr(service, f"{method}Request")()
        with contextlib.suppress(grpc.RpcError):
            getattr(stub(channel), method)(request, timeout=5, wait_for_ready=True)
        actual = len(server.received(method))
        story = f"{method}, the server answers {', '.join(shown)}"
        cause = _MANY if actual > count > 1 else cause
        check.expect(actual == count, f"{count} × {method}", f"{actual} × {method}", cause, called=story)
        calls = server.received(method)
        pause = max((b.arrived - a.arrived for a, b in itertools.pairwise(calls)), default=0.0)
        check.expect(pause < 1, "pauses of 0.5 s at most", f"{pause:.2g} s", _SLOW, called=story)


may_repeat = WriteFunction(
    title="What may be asked again",
    task="""
        **Input:** none.

        **Goal:** return a service config for clients of the quote, billing and parcel services, as a text in JSON. All
        addresses are asked in turn. `GetQuote` and `Charge` are asked again after `UNAVAILABLE`, with three attempts in
        all and pauses of half a second at most; a parcel is never asked for again.

        **Example:** a `GetQuote` that fails twice succeeds at the third attempt, a `CreateParcel` fails at the first.
    """,
    services=[QUOTES, PARCELS, BILLING],
    check=_check_may_repeat,
    hints=[
        "A config is a dictionary for `json.dumps`, with `loadBalancingConfig` and `methodConfig`, as in the lesson.",
        '`"name": [{"service": "courier.v1.QuoteService", "method": "GetQuote"}]` says what a policy is for; the list '
        "takes more than one.",
        "A `retryPolicy` needs `maxAttempts`, `initialBackoff`, `maxBackoff`, `backoffMultiplier` and "
        "`retryableStatusCodes`.",
    ],
    reason="Whether a call may be repeated is known to those who wrote the method: a quote changes nothing, a charge "
    "has its key, and a second parcel is a second parcel. So the policy names its methods.",
    wrong_answers=[
        wrong("`json.dumps(config)` makes one", ("json.dumps(config)", "config")),
        wrong("This text is no JSON", ("json.dumps(config)", "str(config)")),
        wrong("takes in a second parcel").diff("""
            -        {"service": "courier.v1.QuoteService", "method": "GetQuote"},
            -        {"service": "courier.v1.BillingService", "method": "Charge"},
            +        {},
        """),
        wrong("half a second is the longest", ('"0.01s"', '"3s"'), ('"0.1s"', '"3s"')),
        wrong("counts the first one, too", ('"maxAttempts": 3', '"maxAttempts": 4')),
        wrong("all five of its keys", ('        "backoffMultiplier": 2,\n', "")),
        wrong("Only UNAVAILABLE", ('["UNAVAILABLE"]', '["UNAVAILABLE", "RESOURCE_EXHAUSTED"]')),
        wrong("asks all in turn", ('"loadBalancingConfig": [{"round_robin": {}}], ', "")),
    ],
)
