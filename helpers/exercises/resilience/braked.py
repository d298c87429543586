"""A question on retries with a brake, answered by running it."""

from __future__ import annotations

import contextlib
import json

import grpc

from ..engine import Check, Option, Predict
from .setup import QUOTES, quote_pb2, quote_pb2_grpc

_POLICY = {
    "maxAttempts": 5, "initialBackoff": "0.005s", "maxBackoff": "0.005s", "backoffMultiplier": 1,
    "retryableStatusCodes": ["UNAVAILABLE"],
}  # fmt: skip
_CONFIG = json.dumps(
    {
        "methodConfig": [{"name": [{}], "retryPolicy": _POLICY}],
        "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1},
    }
)


def _observe_braked(check: Check) -> tuple[object, str]:
    counts = []
    with check.fake_server(GetQuote=grpc.StatusCode.UNAVAILABLE) as server:
        options = [("grpc.service_config", _CONFIG), ("grpc.use_local_subchannel_pool", 1)]
        with grpc.insecure_channel(server.address, options) as channel:
            for _ in range(10):
                before = len(server.received())
                with contextlib.suppress(grpc.RpcError):
                    quote_pb2_grpc.QuoteServiceStub(channel).GetQuote(quote_pb2.GetQuoteRequest(), timeout=5)
                counts.append(len(server.received()) - before)
    return sum(counts), f"attempts of the ten customers: {', '.join(map(str, counts))}."


braked = Predict(
    title="A brake on retries",
    task="""
        A channel has a retry policy with `maxAttempts` 5 for `UNAVAILABLE`, and `retryThrottling` with `maxTokens` 10 and
        `tokenRatio` 0.1. Its server answers every call with `UNAVAILABLE`. Ten customers ask for a quote over this channel,
        one after the other. How many calls does the server get?
    """,
    services=[QUOTES],
    observe=_observe_braked,
    expected=14,
    options=[
        Option(
            "50: five attempts for each of the ten customers.",
            "So it would be without the brake. What has become of the tokens after the first customer?",
            50,
        ),
        Option(
            "14: five attempts for the first customer, and one for each of the others.",
            "Right: after five failures no more than half of the tokens are left.",
            14,
        ),
        Option(
            "19: while there are tokens there are retries, so ten attempts fill two customers, and the others have one.",
            "gRPC stops earlier: only while *more than half* of the tokens are left does it ask again.",
            19,
        ),
        Option(
            "10: the server fails, so nothing is asked again.",
            "The brake needs failures before it holds. All tokens are there at the beginning.",
            10,
        ),
    ],
    hints=[
        "Write the tokens down, attempt by attempt: 10, then 9. Each failure takes one.",
        "Repetitions stop early: gRPC asks again while more than half of `maxTokens` are left.",
    ],
    reason="The first attempt of every customer is always made; the brake holds back the repetitions. Nothing succeeds "
    "here, so no token comes back: with a `tokenRatio` of 0.1 that would take ten successes for one.",
)
