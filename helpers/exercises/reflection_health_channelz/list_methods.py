"""All methods that a server offers, by reflection, whatever else it lists."""

from __future__ import annotations

from ..engine import Check, Incorrect, WriteFunction, raises, wrong
from ..engine.formatting import describe, show
from .setup import reflection
from .unknown_server import HEALTH, HEALTH_METHODS, PILOT, TOWER, unknown_server

_GHOST = "harbor.v1.LighthouseService"
_TIDE, _SHIP, _BRING = f"/{TOWER}/GetTide", f"/{TOWER}/FollowShip", f"/{PILOT}/Bring"
_HEALTH = [f"/{HEALTH}/{method}" for method in HEALTH_METHODS]
_ITSELF = f"/{reflection.SERVICE_NAME}/ServerReflectionInfo"
_LISTED_ONLY = (
    "`FindServiceByName` raises KeyError for a name that is listed and has no contract. Leave such a service out, and go "
    "on."
)
_SERVERS: tuple[tuple[list[str], list[str]], ...] = (
    ([TOWER, PILOT, reflection.SERVICE_NAME], [_TIDE, _SHIP, _BRING]),
    ([TOWER, _GHOST, reflection.SERVICE_NAME], [_TIDE, _SHIP]),
    ([_GHOST, PILOT, HEALTH, reflection.SERVICE_NAME], [_BRING, *_HEALTH]),
    ([reflection.SERVICE_NAME], []),
)


def _check_list_methods(check: Check) -> None:
    for listed, expected in _SERVERS:
        with unknown_server(listed) as (channel, _):
            called = f"list_methods(channel), of a server that lists {', '.join(listed)}"
            result = check.run(channel, called=called)
            value = result.expect_return(show(sorted(expected)), {KeyError: _LISTED_ONLY})
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise Incorrect(
                    "Return a list of texts." + (" Is a `return` missing?" if value is None else ""),
                    called=called, expected=show(sorted(expected)), actual=describe(value),
                )  # fmt: skip
            result.expect_value(sorted(expected), lambda value: _cause(value, expected))  # noqa: B023


def _cause(value: list[str], expected: list[str]) -> str:
    if _ITSELF in value:
        return "Reflection itself is on its own list. Leave that service out."
    if sorted(value) == sorted(expected):
        return "The paths are right, and not in order: `sorted(...)`."
    if {each.lstrip("/") for each in value} == {each.lstrip("/") for each in expected}:
        return "A path begins with `/`, as it does in the call's headers."
    if sorted(value) == sorted(each.rpartition("/")[2] for each in expected):
        return "A path has the service in it, too, with its package: `/package.Service/Method`."
    if set(expected) - set(value):
        return "Some methods are missing. A service may have several, and a server several services."
    return ""


list_methods = WriteFunction(
    title="Whatever can be called",
    task="""
        **Input:** a channel to a server with reflection.

        **Goal:** return the paths of all methods that it offers, sorted, as a list. Reflection itself is not in it, and
        a service that is listed and has no contract is left out.

        **Example:** `["/harbor.v1.PilotService/Bring", "/harbor.v1.TowerService/GetTide"]`.
    """,
    check=_check_list_methods,
    hints=[
        "`ProtoReflectionDescriptorDatabase(channel)` has `get_services()`, and a `DescriptorPool` over it has "
        "`FindServiceByName(name)`, whose `.methods` have a `.name`.",
        "A `try` around `FindServiceByName` with `except KeyError: continue` leaves a ghost out, and "
        "`reflection.SERVICE_NAME` is the name to skip.",
    ],
    reason="Names on the list are texts that somebody has typed. Only a contract that can be found says what can be "
    "called, and a tool that stops at the first ghost is of no use where it is needed most.",
    wrong_answers=[
        raises("KeyError for a name that is listed", ("except KeyError", "except ZeroDivisionError")),
        wrong("Reflection itself", ("if name == reflection.SERVICE_NAME", "if not name")),
        wrong("not in order", ("return sorted(paths)", "return sorted(paths, reverse=True)")),
        wrong("begins with `/`", ('f"/{name}/{method.name}"', 'f"{name}/{method.name}"')),
        wrong("the service in it", ('f"/{name}/{method.name}"', "method.name")),
        wrong("methods are missing", ("service.methods", "service.methods[:1]")),
        wrong("Return a list of texts", ("return sorted(paths)", "paths.sort()")),
    ],
)
