"""Tests and what they are given: fixtures, mocks, errors that are made by hand."""

from __future__ import annotations

import re

from ..error_context import ErrorContext
from .rows import Row


def _without_fixture(context: ErrorContext, found: re.Match[str]) -> str | None:
    test, fixture = found.groups()
    if type(context.shell.user_ns.get(fixture)).__name__ != "FixtureFunctionDefinition":
        return None
    return (
        f"`{fixture}` is a fixture, and pytest gives it to the tests that it calls; nobody does that here.\n"
        f"Leave the call of `{test}` to pytest: ipytest.run()."
    )


def _mock_of_a_class(context: ErrorContext, found: re.Match[str]) -> str | None:
    spec = getattr(getattr(context.error, "obj", None), "_spec_class", None)
    if not isinstance(spec, type) or not spec.__name__.endswith("Stub") or not hasattr(spec, "__init__"):
        return None
    if found[1] not in spec.__init__.__code__.co_names:  # type: ignore[misc]
        return None
    return (
        f"The class `{spec.__name__}` has no methods: its `__init__` makes them, of each stub anew.\n"
        "Give the mock a stub as its spec, or let it be and start a server: it takes milliseconds."
    )


TABLE = (
    Row(
        BaseException,  # pytest's own are no Exception
        r'^Fixture "(\w+)" called directly',
        lambda context, found: (
            f"A fixture is not called: pytest does it, for each test that has a parameter `{found[1]}`.\n"
            f"Write a test: def test_it({found[1]})."
        ),
    ),
    Row(TypeError, r"^(test\w*)\(\) missing 1 required positional argument: '(\w+)'", _without_fixture),
    Row(AttributeError, r"^Mock object has no attribute '(\w+)'", _mock_of_a_class),
    Row(
        AttributeError,
        r"^'RpcError' object has no attribute '(code|details)'",
        lambda context, found: (
            f"`grpc.RpcError` is a bare class; `{found[1]}()` comes with the errors of real calls, which are the calls.\n"
            f"Derive a class from it that has `{found[1]}`, or let a server end the call."
        ),
    ),
)
