"""A service config with five mistakes, of which gRPC reports two."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import grpc

from helpers.service_config import check_service_config

from ..engine import Check, FunctionResult, WriteFunction, wrong
from ..engine.service_configs import channel_with, expect_turns
from .setup import PARCELS, QUOTES, quote_pb2, quote_pb2_grpc

_AWAY = grpc.StatusCode.UNAVAILABLE
_DICT = "Return the config as a dictionary; the check makes the JSON of it."
_AGAIN = "`GetQuote` was not asked again. Which key, or which name, does gRPC not know?"
_REFUSED = "Because gRPC refuses this config, no call is made. Which key or value does it name?"
_MANY = "Four attempts in all: `maxAttempts` counts the first one, too."
_OTHERS = "Only UNAVAILABLE is to be asked again; after any other status there is one attempt."
_RISKY = "A parcel that is asked for again is a second parcel. The policy is for the quote service alone."
_TURNS = "One server got all the calls. `loadBalancingConfig` is a list, and `round_robin` asks all in turn."
_LIMIT = "Take the `timeout` out: it ends calls too early, and no server hears of it."
_PAUSES = "The pauses were right as they stood: 0.02 s at first, twice as long each time, 0.1 s at most."
_FOR_PAUSES = {"initialBackoff": "0.02s", "maxBackoff": "0.1s", "backoffMultiplier": 2}


def _check_mended(check: Check) -> None:
    result = check.run()
    config = result.expect_return("a service config, as a dictionary")
    result.expect(isinstance(config, dict), "a dictionary", type(config).__name__, _DICT)
    try:
        text = json.dumps(config)
    except (TypeError, ValueError) as error:
        result.expect(False, "what JSON can hold", f"{error}", _DICT)
    limits = [entry.get("timeout") for entry in _entries(config)]
    result.expect(not any(limits), "no time limit", f"timeout {limits}", _LIMIT)
    reply = quote_pb2.GetQuoteResponse(price_cents=450)
    for answers, count in (((_AWAY, reply), 2), ((_AWAY, _AWAY, _AWAY, reply), 4), ((_AWAY,), 4)):
        _attempts(check, result, text, "GetQuote", answers, count, _AGAIN)
    for code in (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.INTERNAL, grpc.StatusCode.ABORTED):
        _attempts(check, result, text, "GetQuote", (code, reply), 1, _OTHERS)
    parcel, found = quote_pb2.CreateParcelResponse(), quote_pb2.GetParcelResponse()
    _attempts(check, result, text, "CreateParcel", (_AWAY, parcel), 1, _RISKY)
    _attempts(check, result, text, "GetParcel", (_AWAY, found), 1, _RISKY)
    for entry in _entries(config):
        policy = entry.get("retryPolicy", {})
        pauses = {key: policy.get(key) for key in _FOR_PAUSES}
        result.expect(pauses == _FOR_PAUSES, str(_FOR_PAUSES), str(pauses), _PAUSES)
    expect_turns(check, text, quote_pb2_grpc.QuoteServiceStub, quote_pb2.GetQuoteRequest(), reply, _TURNS)


def _entries(config: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The parts of a config that are for methods, as far as they are what they should be."""
    listed = config.get("methodConfig")
    return [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []


def _attempts(
    check: Check, result: FunctionResult, text: str, method: str, answers: Any, count: int, cause: str
) -> None:
    """Calls a server that answers so, and expects so many attempts."""
    shown = [each.name if isinstance(each, grpc.StatusCode) else "OK" for each in answers]
    story = f"{method}, the server answers {', '.join(shown)}"
    with check.fake_server(**{method: answers}) as server, channel_with(text, server) as channel:
        stub = quote_pb2_grpc.QuoteServiceStub if method == "GetQuote" else quote_pb2_grpc.ParcelServiceStub
        request = getattr(quote_pb2, f"{method}Request")()
        refusal = ""
        try:
            getattr(stub(channel), method)(request, timeout=5, wait_for_ready=True)
        except grpc.RpcError as error:
            details = error.details() or ""
            refusal = (
                details.partition("service config: ")[2] if "Failed to create channel" in details else ""
            )
        actual = len(server.received(method))
    check.expect(not refusal, f"{count} × {method}", f"no call: {refusal}", _REFUSED, called=story)
    if actual < count:
        said = [
            finding
            for finding in check_service_config(text, quote_pb2)
            if "ignored" in finding or "no method" in finding
        ]
        cause = " ".join([cause, *(f"`check_service_config` says: {said[0]}" for _ in said[:1])])
    elif actual > count > 1:
        cause = _MANY
    check.expect(actual == count, f"{count} × {method}", f"{actual} × {method}", cause, called=story)


mended = WriteFunction(
    title="Mend a service config",
    task="""
        **Input:** none. The function returns a service config as a dictionary, with five mistakes. gRPC complains about
        two of them.

        **Goal:** mend it. `GetQuote` is asked again after `UNAVAILABLE` alone, with four attempts in all and the pauses that
        stand there; `CreateParcel` and `GetParcel` are not asked again; the config sets no time limit; and all addresses
        are asked in turn.

        **Example:** a `GetQuote` that fails three times succeeds at the fourth attempt.
    """,
    services=[QUOTES, PARCELS],
    check=_check_mended,
    hints=[
        "`check_service_config(service_config())` in a cell of its own names most of them.",
        "A service has its package in front of its name: `courier.v1.QuoteService`.",
        "Two keys are misspelt, one value should be a list, one name is too short, and one key should go.",
    ],
    reason="What gRPC refuses you see at the first call. What it does not know it passes over, and you see that on the "
    "day of the failure. So let a test check the config, or call a server that fails.",
    wrong_answers=[
        wrong("no call is made", ('[{"round_robin": {}}]', '{"round_robin": {}}')),
        wrong("Did you mean methodConfig?", ('"methodConfig"', '"methodConfigs"')),
        wrong("Did you mean courier.v1.QuoteService?", ("courier.v1.QuoteService", "QuoteService")),
        wrong("no call is made", ('"maxAttempts"', '"maxAttempt"')),
        wrong(
            "Take the `timeout` out", ('"retryPolicy": retries}', '"timeout": "30s", "retryPolicy": retries}')
        ),
        wrong("is a second parcel", ('{"service": "courier.v1.QuoteService"}', "{}")),
        wrong("counts the first one, too", ('"maxAttempts": 4', '"maxAttempts": 5')),
        wrong("Only UNAVAILABLE", ('["UNAVAILABLE"]', '["UNAVAILABLE", "INTERNAL"]')),
        wrong("One server got all the calls", ("round_robin", "pick_first")),
        wrong("The pauses were right", ('"0.02s"', '"0.01s"')),
    ],
)
