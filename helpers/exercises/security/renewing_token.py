"""A plugin that fetches a token when it needs one, and only then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from helpers.servers import serve

from ..engine import Check, Incorrect, WriteFunction, wrong
from ..engine.formatting import describe
from .certificates import Parcels, roots, server_credentials, told
from .setup import PARCELS, grpc

_CALLED = "token_plugin(login, clock)"


class _Login:
    """The login service: gives a new token each time, or fails; and the clock."""

    def __init__(self) -> None:
        self.now, self.count, self.fails = 1000.0, 0, False
        self.error = ConnectionError("the login service is closed")
        self._turn = threading.Lock()

    def login(self) -> tuple[str, float]:
        with self._turn:
            self.count += 1
            if self.fails:
                raise self.error
            return f"token-{self.count}", 60.0 if self.count == 1 else 30.0

    def clock(self) -> float:
        return self.now


def _check_plugin(check: Check) -> None:
    service, servicer = _Login(), Parcels()
    plugin = _plugin(check, service)
    check.expect(
        service.count == 0, "no login before the first call", f"{service.count}",
        "Wait for the first call: who makes a channel may never use it.", called=_CALLED,
    )  # fmt: skip
    trust = grpc.ssl_channel_credentials(roots())
    with (
        serve(servicer, credentials=server_credentials()) as server,
        grpc.secure_channel(server.address, trust) as channel,
    ):
        given: list[tuple[Any, ...]] = []

        def plugged(context: grpc.AuthMetadataContext, callback: Callable[..., None]) -> None:
            def called_back(*arguments: Any) -> None:
                given.append(arguments)
                callback(*arguments)

            plugin(context, called_back)

        credentials = grpc.metadata_call_credentials(plugged)  # type: ignore[arg-type]  # a function will do

        def call(after: float, story: str, token: str, logins: int, causes: dict[Any, str]) -> None:
            service.now += after
            given.clear()
            before, called = service.count, f"a call {story}"
            actual = told(channel, credentials)
            check.waiting_for = "your plugin"
            if actual != "OK":
                raise Incorrect(_why(actual), called=called, expected=f"Bearer {token}", actual=actual)
            sent = servicer.authorizations[-1]
            check.expect(
                sent == [f"Bearer {token}"], f"authorization: Bearer {token}",
                f"authorization: {', '.join(map(str, sent)) or 'none'}", causes.get("token", _SHAPE), called=called,
            )  # fmt: skip
            check.expect(len(given) == 1, "one callback", f"{len(given)} callbacks", _ONCE, called=called)
            count = service.count - before
            check.expect(
                count == logins, f"{logins} × login", f"{count} × login", causes.get(count, ""), called=called
            )

        kept = {1: _EACH_TIME, "token": _EACH_TIME}
        renewed = {0: _TOO_OLD, "token": _TOO_OLD}
        call(0, "at once", "token-1", 1, {})
        call(0, "right after it", "token-1", 0, kept)
        call(50, "10 s before the token expires", "token-1", 0, {1: _TEN, "token": _TEN})
        call(1, "9 s before the token expires", "token-2", 1, renewed)
        call(20, "10 s before the second token expires", "token-2", 0, {1: _NEW_TIME, "token": _NEW_TIME})
        call(1, "9 s before the second token expires", "token-3", 1, {0: _NEW_TIME, "token": _NEW_TIME})
        service.now, service.fails = service.now + 100, True
        given.clear()
        actual = told(channel, credentials)
        called = "a call, its token expired, and `login` raises"
        check.expect(
            actual.startswith("UNAVAILABLE"), "UNAVAILABLE, the plugin's error", actual,
            _HANGS if "DEADLINE" in actual else _NO_TOKEN,
            called=called,
        )  # fmt: skip
        # A plugin that raises is as good: gRPC hands that over by itself.
        check.expect(
            not given or (len(given) == 1 and tuple(given[0]) in (((), service.error), ([], service.error))),
            "callback((), error)", "; ".join(f"callback({', '.join(map(repr, each))})" for each in given),
            "Once, with `()` for the metadata and the exception that `login` has raised.", called=called,
        )  # fmt: skip
        service.fails = False
        call(
            0,
            "when `login` works again",
            f"token-{service.count + 1}",
            1,
            {"token": "After a failure, try again at the next call."},
        )


_SHAPE = 'Metadata is a tuple of pairs: `(("authorization", f"Bearer {token}"),)`.'
_EACH_TIME = "The token is still good. Keep it, and log in when it is needed."
_TEN = "Less than 10 s means that with exactly 10 s left the token is still used."
_TOO_OLD = "The token is about to expire: it may be over before the call arrives. Get a new one."
_NEW_TIME = "The second token is good for 30 s from its own login on. Is the new time kept, too?"
_NO_TOKEN = "Without a token the call cannot be made. Hand the error over: `callback((), error)`."
_ONCE = "`callback` tells gRPC that the metadata is there: once for each call."
_HANGS = "The call waited for your plugin to its deadline: `callback` must be called in any case, and once."


def _why(actual: str) -> str:
    if "DEADLINE" in actual:
        return _HANGS
    if "INTERNAL" in actual or "Illegal" in actual or "metadata" in actual.lower():
        return _SHAPE
    return ""


def _plugin(check: Check, service: _Login) -> Any:
    result = check.run(service.login, service.clock, called=_CALLED)
    result.expect(result.error is None, "a plugin", "an exception")
    if not callable(result.value):
        missing = " Is a `return` missing?" if result.value is None else ""
        raise Incorrect(
            f"A plugin is what gRPC calls as `plugin(context, callback)`: give back a function.{missing}",
            called=_CALLED, expected="a function", actual=describe(result.value),
        )  # fmt: skip
    return result.value


renewing_token = WriteFunction(
    title="A token that renews itself",
    task="""
        **Input:** `login()` returns a new token and for how many seconds it is good; it may raise. `clock()`
        returns the time, in seconds.

        **Goal:** return a plugin for `grpc.metadata_call_credentials`: a function `plugin(context, callback)` that calls
        `callback(metadata, error)` once for each call, with `authorization: Bearer <token>` and `None`. It logs in
        when there is no token yet, or when less than 10 seconds of it are left; otherwise it uses the one it has.
        If `login` raises, the error goes to the callback, with `()` for the metadata; the next call tries again.

        **Example:** a token is good for 60 s. Calls in the first 50 s share it, with a single login; the next one after
        that brings a new one.
    """,
    services=[PARCELS],
    check=_check_plugin,
    hints=[
        "The plugin is a function inside of yours. What it remembers are variables of the outer one: `nonlocal`.",
        "Remember until when the token is good: `until = clock() + seconds`. Renew `if until - clock() < 10`.",
        "`try:` the login, `except Exception as error: callback((), error)`, `else:` hand over the token.",
    ],
    reason="A plugin runs for every call, so it has to be quick nearly always: it keeps what it has, and renews it before "
    "it is too late. One that never calls back holds a call up to its deadline.",
    wrong_answers=[
        wrong("still good", ("if until - clock() < 10:", "if True:")),
        wrong("about to expire", ("if until - clock() < 10:", "if until - clock() < 0:")),
        wrong("exactly 10 s left", ("< 10", "<= 10")),
        wrong("in any case", ("            callback((), error)", "            pass")),
        wrong("good for 30 s", ("until = clock() + seconds", "until = max(until, clock() + 60)")),
        wrong("a tuple of pairs", ('f"Bearer {token}"', "token")),
        wrong("Is a `return` missing", ("    return plugin", "    plugin")),
        wrong(
            "Wait for the first call",
            ('token, until = "", float("-inf")', "token, seconds = login()\n    until = clock() + seconds"),
        ),
    ],
)
