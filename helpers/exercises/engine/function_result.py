"""A call of the learner's function that is over, and the expectations of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import grpc
from google.protobuf.message import Message

from . import explanations, formatting
from .diagnosis import Diagnosis, diagnose, diagnose_error
from .fake_server import FakeServer
from .formatting import is_status
from .received_call import ReceivedCall
from .verdict import Incorrect, Raised

MISSING = "Your function gave back None. Is a `return` missing?"


class FunctionResult:
    """What a call of the learner's function gave, and what reached our server meanwhile.

    Attributes:
        text: how the call is named in messages.
        value: what it returned.
        error: what it raised, or None.
    """

    def __init__(self, text: str, server: FakeServer | None = None):
        self.text = text
        self.value: Any = None
        self.error: Any = None
        self._server, self._is_expected = server, False

    def accident(self) -> Raised | None:
        """What it raised, unless that is a call's status, or was expected."""
        if self.error is None or self._is_expected or isinstance(self.error, grpc.RpcError):
            return None
        return Raised(self.error, called=self.text)

    def received(self, method: str = "") -> list[ReceivedCall]:
        """The calls that reached our server, see `FakeServer.received`."""
        return self._server.received(method) if self._server else []

    def expect_return(self, expected: str, diagnosis: Diagnosis = "") -> Any:
        """Expects that it returned at all, and gives the value; `diagnosis` may have causes by what was raised."""
        if is_status(self.error):
            raise self._status(expected, diagnose(diagnosis, self.error.code()))
        if self.error is not None:
            raise Raised(
                self.error, diagnose_error(diagnosis, self.error), called=self.text, expected=expected
            )
        return self.value

    def expect_value(
        self, value: object, diagnosis: Diagnosis = "", *, show: Callable[[Any], str] = formatting.show
    ) -> FunctionResult:
        """Expects that it returned this; `diagnosis` may have causes by what came: a value, or an error's status."""
        wanted = show(value)
        if self.expect_return(wanted, diagnosis) != value:
            self.expect(False, wanted, show(self.value), self._cause(diagnosis))
        return self

    def expect_error(self, code: grpc.StatusCode, diagnosis: Diagnosis = "") -> FunctionResult:
        """Expects that an `RpcError` with this status reached the caller."""
        wanted = f"an RpcError with {code.name}"
        if not is_status(self.error) or self.error.code() is not code:
            value = self.expect_return(wanted, diagnosis)
            self.expect(False, wanted, f"a return of {formatting.show(value)}", diagnose(diagnosis, value))
        return self

    def expect_raised(self, kind: type[BaseException], diagnosis: str = "") -> FunctionResult:
        """Expects that an exception of this class, which is no call's status, reached the caller."""
        wanted, self._is_expected = kind.__name__, isinstance(self.error, kind)
        if self.error is not None and not self._is_expected:
            raise Raised(self.error, diagnosis, called=self.text, expected=wanted)
        return self.expect(self._is_expected, wanted, f"a return of {formatting.show(self.value)}", diagnosis)

    def expect_attempts(self, method: str, count: int, diagnosis: Diagnosis = "") -> FunctionResult:
        """Expects so many calls of a method; `diagnosis` may have causes by their number.

        An exception of the learner's is reported first: a call that it has prevented is not missing by itself.
        """
        actual = len(self.received(method))
        if not actual and count and is_status(self.error):
            # It may have been called: a call that ends early does not always reach the server.
            raise self._status(f"{count} × {method}")
        return self.expect(
            actual == count, f"{count} × {method}", f"{actual} × {method}", diagnose(diagnosis, actual)
        )

    def expect_sent(self, method: str, *requests: Message, diagnosis: Diagnosis = "") -> FunctionResult:
        """Expects one call of a method, with these requests."""
        self.expect_attempts(
            method, 1, diagnosis or {0: f"`{method}` was never called.", ...: "Once is enough."}
        )
        received = self.received(method)[0]
        wanted = formatting.call_text(method, requests[0] if len(requests) == 1 else requests)
        return self.expect(received.requests == list(requests), wanted, received.text, diagnosis)

    def expect_deadlines(self, seconds: float) -> FunctionResult:
        """Expects that every call that was sent had a deadline of so many seconds at most."""
        for received in self.received():
            left, wanted = received.deadline, f"a deadline of {seconds:g} s on {received.text}"
            missing = (
                f"Without a deadline a client may wait for ever. Give `timeout={seconds:g}` to every call; "
                "a retry is a call of its own."
            )
            self.expect(left is not None, wanted, "no deadline", missing)
            # A little more is let through: the deadline is measured where it arrives.
            long = f"The time allowed is {seconds:g} s for each attempt; `timeout` counts in seconds."
            self.expect((left or 0) <= 1.25 * seconds, wanted, f"a deadline of {left:.3g} s", long)
        return self

    def expect(
        self, condition: bool, expected: str, actual: str, diagnosis: Diagnosis = ""
    ) -> FunctionResult:
        """Expects anything else; `expected` and `actual` say it in words."""
        if not condition:
            if accident := self.accident():
                raise Raised(accident.error, called=self.text, expected=expected)
            raise Incorrect(diagnose(diagnosis, actual), called=self.text, expected=expected, actual=actual)
        return self

    def _cause(self, diagnosis: Diagnosis) -> str:
        """The likely cause of the value that came; of None a `return` that is missing, where nothing else is known."""
        known = not isinstance(diagnosis, Mapping) or None in diagnosis
        return (
            MISSING if self.value is None and not (known and diagnosis) else diagnose(diagnosis, self.value)
        )

    def _status(self, wanted: str, diagnosis: str = "") -> Incorrect:
        """The failure of a run that ended with a call's status."""
        text = formatting.status_text(self.error.code(), self.error.details())
        through = f"A call ended with {text}, and your function let it through."
        diagnosis = diagnosis or explanations.explain(self.error) or through
        actual = f"an RpcError with {text}"
        return Incorrect(diagnosis, called=self.text, expected=wanted, actual=actual, error=self.error)
