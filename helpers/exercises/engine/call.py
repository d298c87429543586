"""A call that a check has made, and what it may expect of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import grpc
from google.protobuf.message import Message

from . import wording
from .hosting import Host
from .received import Received
from .verdict import Failed, Raised, Unwritten

Likely = str | Mapping[object, str]
"""The likely cause of a failure, or causes by what came: a value, or an exception's class; `...` for the rest."""


class Call:
    """A call that is over.

    Attributes:
        text: `GetQuote(weight_grams=100)`.
        replies: the messages that came, in order.
        code: the status.
        details: the status's text.
        initial: the metadata at the start, by key.
        trailing: the metadata at the end, by key.
        seconds: how long it took.
        arrivals: when each reply came, in seconds after the call's start.
        received: the server's side of the newest call: of this one, if calls are made one at a time.
    """

    def __init__(
        self, text: str, replies: list[Message], arrivals: list[float], rpc: grpc.Call, started: float, host: Host,
        trouble: str,
    ):  # fmt: skip
        self.text, self.replies, self.arrivals = text, replies, arrivals
        self.code, self.details = rpc.code(), rpc.details() or ""
        self.initial, self.trailing = dict(rpc.initial_metadata() or ()), dict(rpc.trailing_metadata() or ())
        self.seconds = time.monotonic() - started
        self.received: Received | None = host.received[-1] if host.received else None
        self._host, self._trouble = host, trouble

    @property
    def reply(self) -> Message:
        """The only reply; a call that failed is told as such."""
        return self.expect_reply().replies[0]

    def expect_reply(self, likely: Likely = "", **fields: object) -> Call:
        """Expects status OK and exactly one reply, with these values in these fields.

        Args:
            likely: the likely cause, or causes by the first unexpected value.
            fields: the fields to look at, by name, and the values they should have.
        """
        wanted = ", ".join(f"{name}={wording.show(value)}" for name, value in fields.items()) or "a reply"
        self._expect_code(grpc.StatusCode.OK, likely, wanted)
        self.expect(len(self.replies) == 1, "one reply", f"{len(self.replies)} replies", likely)
        reply = self.replies[0]
        for name, value in fields.items():
            found = getattr(reply, name)
            if found != value:
                came = wording.fields(reply, fields)
                raise Failed(
                    cause(likely, found), called=self.text, expected=wanted_fields(reply, fields), came=came
                )
        return self

    def expect_replies(self, replies: Sequence[Message], likely: Likely = "") -> Call:
        """Expects status OK and exactly these replies in this order."""
        wanted = wording.show(list(replies))
        self._expect_code(grpc.StatusCode.OK, likely, wanted)
        return self.expect(self.replies == list(replies), wanted, wording.show(self.replies), likely)

    def expect_status(self, code: grpc.StatusCode, naming: str = "", likely: Likely = "") -> Call:
        """Expects a status, and a text with it that names something.

        Args:
            code: the status code.
            naming: what the text must contain, in upper or lower case.
            likely: the likely cause, or causes by the status code that came.
        """
        wanted = code.name + (f" with a text that names {naming}" if naming else "")
        self._expect_code(code, likely, wanted)
        if naming.lower() not in self.details.lower():
            raise Failed(
                f"The status is right. Its text should help whoever reads it: let it name `{naming}`.",
                called=self.text,
                expected=wanted,
                came=wording.status_text(self.code, self.details)
                if self.details
                else f"{code.name} without a text",
            )
        return self

    def expect(self, condition: bool, expected: str, came: str, likely: Likely = "") -> Call:
        """Expects anything else; `expected` and `came` say it in words."""
        self.surface(expected, likely)
        if not condition:
            raise Failed(cause(likely, came), called=self.text, expected=expected, came=came)
        return self

    def surface(self, expected: str = "", likely: Likely = "") -> None:
        """Tells what went wrong in the handler, or in the call as a whole, if anything did."""
        problem = self._host.take_problem()
        if isinstance(problem, Raised):
            advice = problem.likely or cause_of_error(likely, problem.error)
            raise Raised(problem.error, advice, called=problem.called, expected=expected)
        if isinstance(problem, (Failed, Unwritten)):
            raise problem
        if self._trouble:
            raise Failed(
                self._trouble, called=self.text, expected=expected or "an answer", came=self._so_far()
            )

    def _expect_code(self, code: grpc.StatusCode, likely: Likely, wanted: str) -> None:
        self.surface(wanted, likely)
        if self.code is not code:
            came = (
                wording.show(self.replies[0])
                if self.replies
                else wording.status_text(self.code, self.details)
            )
            if self.replies and self.code is grpc.StatusCode.OK:
                came = f"OK, {came}"
            raise Failed(cause(likely, self.code), called=self.text, expected=wanted, came=came)

    def _so_far(self) -> str:
        count = len(self.replies)
        return f"{count} {'reply' if count == 1 else 'replies'}, and no end" if count else "nothing"


def cause(likely: Likely, came: object) -> str:
    """The likely cause, given what came."""
    if isinstance(likely, str):
        return likely
    try:
        return likely.get(came, likely.get(..., ""))
    except TypeError:  # a list, or a tuple with a list in it, is nothing to look up
        return likely.get(..., "")


def cause_of_error(likely: Likely, error: BaseException) -> str:
    """The likely cause of an exception: the one given for its class, or for the nearest base class."""
    if isinstance(likely, str):
        return ""
    return next((likely[cls] for cls in type(error).__mro__ if cls in likely), "")


def wanted_fields(reply: Message, fields: Mapping[str, object]) -> str:
    """`price_cents=450`, with the names of enum values."""
    by_name = reply.DESCRIPTOR.fields_by_name
    return ", ".join(f"{name}={wording.field_value(by_name[name], value)}" for name, value in fields.items())
