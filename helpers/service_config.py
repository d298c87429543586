"""What is wrong with a client's service config, in sentences: gRPC passes over most mistakes without a word.

The keys are those of `grpc/service_config/service_config.proto` in their JSON names. What is said of gRPC holds for its
library for Python, and `tests/test_service_config.py` compares it with what that library does.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

import grpc
from google.protobuf.descriptor import FileDescriptor

from . import protos

MOST_ATTEMPTS = 5
"""What gRPC makes of a larger `maxAttempts`."""
SHORTEST_PAUSE = 0.002
"""Seconds. With pauses of 1 and 1.5 ms every second call was seen to wait for its deadline, with 2 ms none."""

_POLICY = "maxAttempts initialBackoff maxBackoff backoffMultiplier retryableStatusCodes"
_METHOD = "name waitForReady timeout maxRequestMessageBytes maxResponseMessageBytes retryPolicy hedgingPolicy"
_KEYS = {
    "": "loadBalancingPolicy loadBalancingConfig methodConfig retryThrottling healthCheckConfig connectionScaling",
    "methodConfig": _METHOD,
    "name": "service method",
    "retryPolicy": _POLICY,
    "hedgingPolicy": "maxAttempts hedgingDelay nonFatalStatusCodes",
    "retryThrottling": "maxTokens tokenRatio",
    "healthCheckConfig": "serviceName",
    "connectionScaling": "maxConnectionsPerSubchannel",
}
_REQUIRED = {"retryPolicy": _POLICY.split(), "retryThrottling": ["maxTokens", "tokenRatio"]}
_LISTS = ("methodConfig", "name", "loadBalancingConfig", "retryableStatusCodes")
_TIMES = ("initialBackoff", "maxBackoff", "timeout")
_BALANCERS = ("pick_first", "round_robin", "weighted_round_robin")
_CODES = [code.name for code in grpc.StatusCode]


def check_service_config(config: str | Mapping[str, Any], *modules: ModuleType) -> list[str]:
    """What gRPC would ignore or refuse in a service config, or do otherwise than one expects: a sentence each.

    >>> check_service_config({"methodConfig": [{"name": [{}], "retrypolicy": {}}]})
    ['methodConfig[0].retrypolicy is ignored: gRPC knows no such key. Did you mean retryPolicy?']

    Args:
        config: as a channel gets it, a text in JSON, or the dictionary before `json.dumps`.
        modules: generated ones, `quote_pb2`, with the services that the config may name; all schemas that are loaded
            where there are none. A name is not looked at where no schema is known at all.

    Returns:
        An empty list where nothing was found. What gRPC refuses, it also says by itself: each call ends with
        INVALID_ARGUMENT.

    Raises:
        TypeError: a config that is neither text nor dictionary; modules without a schema.
    """
    if isinstance(config, Mapping):
        given: Any = config
    else:
        try:
            given = json.loads(config)
        except ValueError as error:
            return [f"gRPC refuses this text, which is no JSON ({error}): json.dumps(config) makes it."]
    if wrong := [module for module in modules if not hasattr(module, "DESCRIPTOR")]:
        raise TypeError(f"services are looked up in modules such as quote_pb2, and {wrong[0]!r} is none")
    files = [module.DESCRIPTOR for module in modules] or protos.loaded()
    return [*_values("", "", given), *_names(given, files), *_balancing(given)]


def _values(path: str, key: str, value: Any) -> Iterator[str]:
    """What is wrong with a value and all that is in it; ``key`` is the one that leads to it, "" for the whole."""
    where = path or "the config"
    if key in _LISTS:
        if not isinstance(value, list):
            yield f"gRPC refuses the config: {where} is a list, [...]."
        elif key == "retryableStatusCodes":
            yield from _codes(path, value)
        elif key != "loadBalancingConfig":
            for number, each in enumerate(value):
                yield from _object(f"{path}[{number}]", key, each)
    elif key in _KEYS:
        yield from _object(path, key, value)
    elif key in _TIMES and not (isinstance(value, str) and re.fullmatch(r"\d+(\.\d{1,9})?s", value)):
        yield f'gRPC refuses the config: {where} is a text of seconds, such as "0.1s".'
    elif key in _TIMES and key != "timeout" and float(value[:-1]) < SHORTEST_PAUSE:
        yield (
            f'{where} is "{value}": gRPC loses a pause that is so short now and then, and the call waits until its '
            'deadline. Write "0.01s".'
        )
    elif key == "timeout":
        yield (
            f"{where} ends calls one or two seconds too early, and no server hears of it: give each call its own "
            "timeout=."
        )
    elif key == "maxAttempts" and isinstance(value, int) and value > MOST_ATTEMPTS:
        yield f"{where} is {value}, and counts as {MOST_ATTEMPTS}: gRPC makes no more attempts."
    elif key == "maxAttempts" and isinstance(value, int) and value < 2:
        yield f"gRPC refuses the config: {where} counts the first attempt, too, and must be 2 or more."


def _object(path: str, key: str, value: Any) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"gRPC refuses the config: {path or 'all of it'} is an object, {{...}}."
        return
    known, dot = _KEYS[key].split(), "." if path else ""
    for name in value:
        if name not in known:
            yield f"{path}{dot}{name} is ignored: gRPC knows no such key.{_meant(str(name), known)}"
        elif name == "hedgingPolicy":
            yield f"{path}{dot}{name} is ignored: gRPC for Python does not hedge."
        else:
            yield from _values(f"{path}{dot}{name}", name, value[name])
    for name in _REQUIRED.get(key, ()):
        if name not in value:
            yield f"gRPC refuses the config: {path}{dot}{name} is missing."
    if key == "methodConfig" and value.get("name", []) == []:
        yield f'{path} is for no method, because it has no name: "name": [{{}}] stands for all methods.'
    if key == "healthCheckConfig" and "serviceName" not in value:
        yield f'{path} asks for nothing, because it has no serviceName: "" stands for the server as a whole.'
    if key == "name" and value.get("method") and not value.get("service"):
        yield f"gRPC refuses the config: {path} has a method and no service."


def _codes(path: str, codes: list[Any]) -> Iterator[str]:
    if not codes:
        yield f"gRPC refuses the config: {path} is empty."
    for code in codes:
        if code not in _CODES:
            hint = _meant(str(code).upper(), _CODES) or " Statuses are texts in capitals."
            yield f"gRPC refuses the config: {code!r} in {path} is no status.{hint}"


def _names(config: Any, files: Iterable[FileDescriptor]) -> Iterator[str]:
    """The services and methods that no schema has."""
    services = {each.full_name: each for file in files for each in file.services_by_name.values()}
    entries = config.get("methodConfig") if isinstance(config, Mapping) else None
    for number, entry in enumerate(entries if isinstance(entries, list) and services else []):
        names = entry.get("name") if isinstance(entry, Mapping) else None
        for place, name in enumerate(names if isinstance(names, list) else []):
            service, method = (
                (name.get("service"), name.get("method")) if isinstance(name, Mapping) else ("", "")
            )
            path = f"methodConfig[{number}].name[{place}]"
            if service and service not in services:
                yield f"{path} is for no method: no schema has a service {service}.{_meant(service, services)}"
            elif service and method and method not in (known := services[service].methods_by_name):
                yield f"{path} is for no method: {service} has no {method}.{_meant(method, known)}"


def _balancing(config: Any) -> Iterator[str]:
    """Policies that gRPC does not know, and a health check that nobody reads."""
    if not isinstance(config, Mapping):
        return
    listed = config.get("loadBalancingConfig")
    policies = (
        [name for each in listed if isinstance(each, Mapping) for name in each]
        if isinstance(listed, list)
        else []
    )
    policies = policies or [str(config.get("loadBalancingPolicy", "pick_first"))]
    for policy in policies:
        if policy not in _BALANCERS and (hint := _meant(policy, _BALANCERS)):
            yield f"loadBalancingConfig: gRPC knows no policy {policy}.{hint}"
    if config.get("healthCheckConfig") is not None and policies[0] == "pick_first":
        yield 'healthCheckConfig is ignored by pick_first, the default: add "loadBalancingConfig": [{"round_robin": {}}].'


def _meant(name: str, known: Iterable[str]) -> str:
    """` Did you mean ...?`, where a known name is like this one."""
    by_lower = {each.lower(): each for each in known}
    lower, whole = name.lower(), [each for each in by_lower if each.endswith(f".{name.lower()}")]
    found = whole or [
        match
        for spelled in (lower, lower.replace("_", ""))
        for match in difflib.get_close_matches(spelled, by_lower, n=1, cutoff=0.7)
    ]
    return f" Did you mean {by_lower[found[0]]}?" if found else ""
