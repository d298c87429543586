"""Checking a client: a server of ours that it calls, and what its function gave."""

from __future__ import annotations

import grpc
from google.protobuf.message import Message

from . import wording
from .call import Likely, cause, cause_of_error
from .hosting import Host
from .received import Received
from .verdict import Failed, Raised


class Desk:
    """A server of ours, and a channel to it.

    Attributes:
        address: `"127.0.0.1:41233"`.
        channel: a channel to it, from which the author makes stubs.
    """

    def __init__(self, host: Host):
        self._host, self.address = host, host.address
        self.channel = grpc.insecure_channel(host.address, options=[("grpc.use_local_subchannel_pool", 1)])

    def received(self, method: str = "") -> list[Received]:
        """The calls that came in so far, in order; those of one method if it is named."""
        return [received for received in self._host.received if method in ("", received.method)]

    def state(self) -> str:
        """What the server is doing, in words."""
        for received in self.received():
            if received.ended is None and not received.half_closed:
                count = len(received.requests)
                return (
                    f"the server has {count} message{'s' if count != 1 else ''} of `{received.method}` and waits "
                    "for the end of the requests, which nobody has sent (the half-close)"
                )
            if received.ended is None:
                return f"the server is still busy with `{received.text}`"
        return f"calls that the server has received: {len(self.received())}"

    def close(self) -> None:
        """Stops it."""
        self.channel.close()
        self._host.stop()


class Ran:
    """What a call of the learner's function gave, and what reached our server meanwhile.

    Attributes:
        text: how the call is named in messages.
        value: what it returned.
        error: what it raised, or None.
        seconds: how long it took.
    """

    def __init__(self, text: str, desk: Desk | None = None):
        self.text, self.value, self.error, self.seconds = text, None, None, 0.0
        self._desk = desk

    def received(self, method: str = "") -> list[Received]:
        """The calls that reached our server, see `Desk.received`."""
        return self._desk.received(method) if self._desk else []

    def expect_value(self, value: object, likely: Likely = "") -> Ran:
        """Expects that it returned this; `likely` may have causes by what came: a value, or an error's status."""
        wanted = wording.show(value)
        if isinstance(self.error, grpc.RpcError) and isinstance(self.error, grpc.Call):
            came = f"an RpcError with {wording.status_text(self.error.code(), self.error.details())}"
            raise Failed(cause(likely, self.error.code()), called=self.text, expected=wanted, came=came)
        if self.error is not None:
            raise Raised(self.error, cause_of_error(likely, self.error), called=self.text, expected=wanted)
        return self.expect(self.value == value, wanted, wording.show(self.value), cause(likely, self.value))

    def expect_error(self, code: grpc.StatusCode, likely: Likely = "") -> Ran:
        """Expects that an `RpcError` with this status reached the caller."""
        wanted = f"an RpcError with {code.name}"
        if self.error is None:
            came = f"a return of {wording.show(self.value)}"
            raise Failed(cause(likely, self.value), called=self.text, expected=wanted, came=came)
        if not isinstance(self.error, grpc.RpcError):
            raise Raised(self.error, cause_of_error(likely, self.error), called=self.text, expected=wanted)
        came = self.error.code()
        return self.expect(came is code, wanted, f"an RpcError with {came.name}", cause(likely, came))

    def expect_attempts(self, method: str, count: int, likely: Likely = "") -> Ran:
        """Expects so many calls of a method; `likely` may have causes by their number."""
        came = len(self.received(method))
        return self.expect(came == count, f"{count} × {method}", f"{came} × {method}", cause(likely, came))

    def expect_sent(self, method: str, *requests: Message, likely: Likely = "") -> Ran:
        """Expects one call of a method, with these requests."""
        self.expect_attempts(
            method, 1, likely or {0: f"`{method}` was never called.", ...: "Once is enough."}
        )
        received = self.received(method)[0]
        wanted = wording.call_text(method, requests[0] if len(requests) == 1 else requests)
        return self.expect(received.requests == list(requests), wanted, received.text, likely)

    def expect_deadlines(self, seconds: float) -> Ran:
        """Expects that every call that was sent had a deadline of so many seconds at most."""
        for received in self.received():
            left, wanted = received.deadline, f"a deadline of {seconds:g} s on {received.text}"
            self.expect(
                left is not None, wanted, "no deadline",
                f"Without a deadline a client may wait for ever. Give `timeout={seconds:g}` to every call; "
                "a retry is a call of its own.",
            )  # fmt: skip
            # A little more is let through: the deadline is measured where it arrives.
            self.expect(
                left is None or left <= 1.25 * seconds, wanted, f"a deadline of {left:.3g} s",
                f"The time allowed is {seconds:g} s for each attempt; `timeout` counts in seconds.",
            )  # fmt: skip
        return self

    def expect(self, condition: bool, expected: str, came: str, likely: Likely = "") -> Ran:
        """Expects anything else; `expected` and `came` say it in words."""
        if not condition:
            raise Failed(cause(likely, came), called=self.text, expected=expected, came=came)
        return self
