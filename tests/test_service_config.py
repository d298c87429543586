"""What is said of a service config, beside what gRPC makes of it."""

from __future__ import annotations

import json

import grpc
import pytest

from helpers import check_service_config, protos, serve

quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")
HOW = {"initialBackoff": "0.005s", "maxBackoff": "0.005s", "backoffMultiplier": 1}
RETRIES = {"maxAttempts": 3, **HOW, "retryableStatusCodes": ["UNAVAILABLE"]}
QUOTES = "courier.v1.QuoteService"
TURNS = [{"round_robin": {}}]


def for_methods(retries=RETRIES, name=({},), **more) -> dict:
    return {"methodConfig": [{"name": list(name), "retryPolicy": retries, **more}]}


def without(key: str, **more) -> dict:
    return {**{name: value for name, value in RETRIES.items() if name != key}, **more}


class Busy(quote_pb2_grpc.QuoteServiceServicer):
    calls = 0

    def GetQuote(self, request, context):
        type(self).calls += 1
        context.abort(grpc.StatusCode.UNAVAILABLE, "busy")


@pytest.fixture(scope="module")
def address():
    with serve(Busy()) as server:
        yield server.address


def ask(address: str, text: str, timeout: float | None = None) -> grpc.StatusCode:
    options = [("grpc.service_config", text)]
    with grpc.insecure_channel(address, options) as channel, pytest.raises(grpc.RpcError) as raised:
        quote_pb2_grpc.QuoteServiceStub(channel).GetQuote(quote_pb2.GetQuoteRequest(), timeout=timeout)
    return raised.value.code()


def attempts(address: str, config) -> int:
    """How often a server is asked that is always busy; 0 where gRPC refuses the config."""
    text = config if isinstance(config, str) else json.dumps(config)
    before = Busy.calls
    status = ask(address, text, timeout=5)
    refused = status is grpc.StatusCode.INVALID_ARGUMENT
    assert refused == (Busy.calls == before)
    return Busy.calls - before


# A config, how many attempts gRPC makes with it, and what is said of it.
CONFIGS = {
    "fine": (for_methods(), 3, ""),
    "a text": (json.dumps(for_methods()), 3, ""),
    "one service": (for_methods(name=[{"service": QUOTES}]), 3, ""),
    "one method": (for_methods(name=[{"service": QUOTES, "method": "GetQuote"}]), 3, ""),
    "in turn, if healthy": ({"loadBalancingConfig": TURNS, "healthCheckConfig": {"serviceName": ""}}, 1, ""),
    "brake": ({**for_methods(), "retryThrottling": {"maxTokens": 1000, "tokenRatio": 1}}, 3, ""),
    "empty": ({}, 1, ""),
    # ignored without a word
    "misspelt policy": (
        {"methodConfig": [{"name": [{}], "retrypolicy": RETRIES}]},
        1,
        "methodConfig[0].retrypolicy is ignored: gRPC knows no such key. Did you mean retryPolicy?",
    ),
    "as in a schema": (
        {"method_config": [{"name": [{}], "retryPolicy": RETRIES}]},
        1,
        "method_config is ignored: gRPC knows no such key. Did you mean methodConfig?",
    ),
    "foreign key": (for_methods(color="red"), 3, "methodConfig[0].color is ignored: gRPC knows no such key."),
    "no name": (
        {"methodConfig": [{"retryPolicy": RETRIES}]},
        1,
        'methodConfig[0] is for no method, because it has no name: "name": [{}] stands for all methods.',
    ),
    "empty name": (for_methods(name=[]), 1, "methodConfig[0] is for no method, because it has no name"),
    "no such service": (
        for_methods(name=[{"service": "courier.v1.QuotesService"}]),
        1,
        "methodConfig[0].name[0] is for no method: no schema has a service courier.v1.QuotesService. "
        f"Did you mean {QUOTES}?",
    ),
    "no package": (for_methods(name=[{"service": "QuoteService"}]), 1, f"Did you mean {QUOTES}?"),
    "no such method": (
        for_methods(name=[{"service": QUOTES, "method": "getQuote"}]),
        1,
        f"methodConfig[0].name[0] is for no method: {QUOTES} has no getQuote. Did you mean GetQuote?",
    ),
    "many attempts": (
        for_methods({**RETRIES, "maxAttempts": 9}),
        5,
        "methodConfig[0].retryPolicy.maxAttempts is 9, and counts as 5: gRPC makes no more attempts.",
    ),
    "hedging": (
        {"methodConfig": [{"name": [{}], "hedgingPolicy": {"maxAttempts": 3, "hedgingDelay": "0.01s"}}]},
        1,
        "methodConfig[0].hedgingPolicy is ignored: gRPC for Python does not hedge.",
    ),
    "another policy is there": (
        {"loadBalancingConfig": [{"round_robbin": {}}, {"pick_first": {}}]},
        1,
        "loadBalancingConfig: gRPC knows no policy round_robbin. Did you mean round_robin?",
    ),
    # refused, and every call with it
    "misspelt number": (
        for_methods(without("maxAttempts", maxAttempt=3)),
        0,
        "methodConfig[0].retryPolicy.maxAttempt is ignored: gRPC knows no such key. Did you mean maxAttempts?\n"
        "gRPC refuses the config: methodConfig[0].retryPolicy.maxAttempts is missing.",
    ),
    "no multiplier": (for_methods(without("backoffMultiplier")), 0, "backoffMultiplier is missing"),
    "a number for a time": (
        for_methods({**RETRIES, "maxBackoff": 0.1}),
        0,
        'gRPC refuses the config: methodConfig[0].retryPolicy.maxBackoff is a text of seconds, such as "0.1s".',
    ),
    "milliseconds": (
        for_methods({**RETRIES, "initialBackoff": "10ms"}),
        0,
        "initialBackoff is a text of sec",
    ),
    "a number for a timeout": (for_methods(timeout=3), 0, "methodConfig[0].timeout is a text of seconds"),
    "one attempt": (for_methods({**RETRIES, "maxAttempts": 1}), 0, "counts the first attempt, too"),
    "small letters": (
        for_methods({**RETRIES, "retryableStatusCodes": ["unavailable"]}),
        0,
        "'unavailable' in methodConfig[0].retryPolicy.retryableStatusCodes is no status. Did you mean UNAVAILABLE?",
    ),
    "numbers": (for_methods({**RETRIES, "retryableStatusCodes": [14]}), 0, "Statuses are texts in capitals."),
    "no statuses": (for_methods({**RETRIES, "retryableStatusCodes": []}), 0, "retryableStatusCodes is empty"),
    "method alone": (for_methods(name=[{"method": "GetQuote"}]), 0, "name[0] has a method and no service"),
    "no list": (
        {"methodConfig": {"name": [{}]}},
        0,
        "gRPC refuses the config: methodConfig is a list, [...].",
    ),
    "no object": (
        {"methodConfig": ["x"]},
        0,
        "gRPC refuses the config: methodConfig[0] is an object, {...}.",
    ),
    "half a brake": ({"retryThrottling": {"maxTokens": 9}}, 0, "retryThrottling.tokenRatio is missing"),
    "misspelt balancer": ({"loadBalancingConfig": [{"round_robbin": {}}]}, 0, "Did you mean round_robin?"),
    "the old key": ({"loadBalancingPolicy": "roundrobin"}, 0, "Did you mean round_robin?"),
    "Python": (str(for_methods()), 0, "gRPC refuses this text, which is no JSON (Expecting property name"),
    "a list": ("[]", 0, "gRPC refuses the config: all of it is an object, {...}."),
}


@pytest.mark.parametrize(("config", "expected", "said"), CONFIGS.values(), ids=list(CONFIGS))
def test_what_is_said_is_what_grpc_does(config, expected, said, address):
    found = "\n".join(check_service_config(config))
    assert said in found
    assert bool(said) == bool(found)
    assert attempts(address, config) == expected


def test_health_that_nobody_reads():
    """What gRPC does there is in lesson 25."""
    config: dict = {"healthCheckConfig": {"serviceName": ""}}
    (found,) = check_service_config(config)
    assert found.startswith("healthCheckConfig is ignored by pick_first, the default: add ")
    assert check_service_config({**config, "loadBalancingConfig": TURNS}) == []
    (found,) = check_service_config({"healthCheckConfig": {}, "loadBalancingConfig": TURNS})
    assert found.startswith("healthCheckConfig asks for nothing")


def test_a_time_limit_in_the_config(address):
    (found,) = check_service_config(for_methods(timeout="1s"))
    assert found.startswith("methodConfig[0].timeout ends calls one or two seconds too early")
    status = ask(address, json.dumps(for_methods(timeout="1s")))
    assert status is grpc.StatusCode.DEADLINE_EXCEEDED, "before it has begun"


def test_a_pause_that_is_lost(address):
    config = for_methods({**RETRIES, "initialBackoff": "0.001s"})
    (found,) = check_service_config(config)
    assert found.startswith('methodConfig[0].retryPolicy.initialBackoff is "0.001s": gRPC loses a pause')
    statuses = (ask(address, json.dumps(config), timeout=0.2) for _ in range(30))
    assert grpc.StatusCode.DEADLINE_EXCEEDED in statuses, "gRPC has mended it"


def test_modules_that_are_named_are_those_that_count():
    order_pb2, order_pb2_grpc = protos.load("courier/v1/order.proto")
    config = for_methods(name=[{"service": QUOTES}])
    assert check_service_config(config, quote_pb2, order_pb2) == []
    assert "no schema has a service" in check_service_config(config, order_pb2)[0]
    with pytest.raises(TypeError, match="modules such as quote_pb2"):
        check_service_config(config, order_pb2_grpc)


@pytest.mark.parametrize("config", [3, None])
def test_what_is_no_config(config):
    with pytest.raises(TypeError):
        check_service_config(config)


def test_names_are_left_alone_where_no_schema_is_known(monkeypatch):
    monkeypatch.setattr(protos, "loaded", list)
    assert check_service_config(for_methods(name=[{"service": "some.Service"}])) == []
