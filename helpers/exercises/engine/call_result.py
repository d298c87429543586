"""A call of the learner's server that is over, and the expectations of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import grpc
from google.protobuf.message import Message

from . import formatting
from .case import Case
from .diagnosis import Diagnosis, diagnose, diagnose_error
from .received_call import ReceivedCall
from .verdict import Incorrect, NotAttempted, Raised
from .watched_server import WatchedServer


class CallResult:
    """A call that is over.

    Attributes:
        text: `GetQuote(weight_grams=100)`.
        sent: how many requests were sent.
        replies: the messages that came, in order.
        code: the status.
        details: the status's text.
        initial: the metadata at the start, by key.
        trailing: the metadata at the end, by key.
        arrivals: when each reply came, in seconds after the call's start.
        received: the server's side of the newest call: of this one, if calls are made one at a time.
    """

    def __init__(
        self, text: str, sent: int, replies: list[Any], arrivals: list[float], rpc: grpc.Call,
        server: WatchedServer, trouble: str, reply_class: type[Message],
    ):  # fmt: skip
        self.text, self.sent, self.replies, self.arrivals = text, sent, replies, arrivals
        self.code, self.details = rpc.code(), rpc.details() or ""
        self.initial, self.trailing = dict(rpc.initial_metadata() or ()), dict(rpc.trailing_metadata() or ())
        self.received: ReceivedCall | None = server.received[-1] if server.received else None
        self._server, self._trouble, self._reply_class = server, trouble, reply_class

    @property
    def reply(self) -> Any:
        """The only reply; raises what went wrong otherwise."""
        return self.expect_reply().replies[0]

    def expect_reply(self, diagnosis: Diagnosis = "", **fields: object) -> CallResult:
        """Expects status OK and exactly one reply, with these values in these fields.

        Args:
            diagnosis: the likely cause, or causes by the first unexpected value, or by the field that has it.
            fields: the fields to look at, by name, and the values they should have.
        """
        shown = formatting.fields(self._reply_class(**fields), fields) if fields else ""
        self._expect_code(grpc.StatusCode.OK, diagnosis, shown or "a reply")
        count = len(self.replies)
        self.expect(count == 1, "one reply", f"{count} replies", self._seen() or diagnosis)
        for name, found in _unlike(fields, self.replies[0])[:1]:
            cause = self._seen() or diagnose(diagnosis, found, name)
            self.expect(False, shown, formatting.fields(self.replies[0], fields), cause)
        return self

    def expect_replies(
        self, replies: Sequence[Message | Mapping[str, object]], diagnosis: Diagnosis = ""
    ) -> CallResult:
        """Expects status OK and exactly these replies in this order.

        Args:
            replies: messages, or of each reply the fields to look at by name and their values.
            diagnosis: the likely cause, or causes by the first unexpected value, or by the field that has it.
        """
        shown = (each if isinstance(each, Message) else self._reply_class(**each) for each in replies)
        wanted = formatting.show(list(shown))
        self._expect_code(grpc.StatusCode.OK, diagnosis, wanted)
        differ = [
            pair for each, reply in zip(replies, self.replies, strict=False) for pair in _unlike(each, reply)
        ]
        name, found = differ[0] if differ else ("", None)
        right = len(replies) == len(self.replies) and not differ
        cause = self._seen() or diagnose(diagnosis, found, name)
        return self.expect(right, wanted, formatting.show(self.replies), cause)

    def expect_status(self, code: grpc.StatusCode, naming: str = "", diagnosis: Diagnosis = "") -> CallResult:
        """Expects a status, and a text with it that names something.

        Args:
            code: the status code.
            naming: what the text must contain, in upper or lower case.
            diagnosis: the likely cause, or causes by the status code that came.
        """
        wanted = code.name + (f" with a text that names {naming}" if naming else "")
        self._expect_code(code, diagnosis, wanted)
        actual = formatting.status_text(code, self.details) if self.details else f"{code.name} without a text"
        text = f"The status is right. Its text should help whoever reads it: let it name `{naming}`."
        return self.expect(naming.lower() in self.details.lower(), wanted, actual, text)

    def expect_case(self, case: Case) -> CallResult:
        """Expects what a `Case` says."""
        if isinstance(case.expected, grpc.StatusCode):
            return self.expect_status(case.expected, diagnosis=case.diagnosis)
        if isinstance(case.expected, tuple):
            code, naming = case.expected
            return self.expect_status(code, naming, case.diagnosis)
        if isinstance(case.expected, Mapping):
            return self.expect_reply(case.diagnosis, **case.expected)
        return self.expect_replies(case.expected, case.diagnosis)

    def expect(self, condition: bool, expected: str, actual: str, diagnosis: Diagnosis = "") -> CallResult:
        """Expects anything else; `expected` and `actual` say it in words."""
        self.surface(expected, diagnosis)
        if not condition:
            raise Incorrect(diagnose(diagnosis, actual), called=self.text, expected=expected, actual=actual)
        return self

    def surface(self, expected: str = "", diagnosis: Diagnosis = "") -> None:
        """Tells what went wrong in the handler, or in the call as a whole, if anything did."""
        problem = self._server.take_problem()
        if isinstance(problem, Raised):
            advice = diagnose_error(diagnosis, problem.error)
            raise Raised(problem.error, advice, called=problem.called, expected=expected)
        if isinstance(problem, (Incorrect, NotAttempted)):
            raise problem
        if self._trouble:
            wanted, actual = expected or "an answer", self._so_far()
            raise Incorrect(self._trouble, called=self.text, expected=wanted, actual=actual)

    def _expect_code(self, code: grpc.StatusCode, diagnosis: Diagnosis, wanted: str) -> None:
        self.surface(wanted, diagnosis)
        if self.code is not code:
            actual = formatting.status_text(self.code, self.details)
            if self.replies:
                ok = "OK, " if self.code is grpc.StatusCode.OK else ""
                actual = f"{ok}{formatting.show(self.replies[0])}"
            cause = self._went_on() or diagnose(diagnosis, self.code)
            raise Incorrect(cause, called=self.text, expected=wanted, actual=actual)

    def _seen(self) -> str:
        """What the server saw the handler do that explains a reply other than expected; mostly empty."""
        return self.received.seen(self.sent) if self.received else ""

    def _went_on(self) -> str:
        """The same for a status, where leaving early explains nothing."""
        return self.received.went_on() if self.received else ""

    def _so_far(self) -> str:
        count = len(self.replies)
        return f"{count} {'reply' if count == 1 else 'replies'}, and no end" if count else "nothing"


def _unlike(wanted: Message | Mapping[str, object], reply: Message) -> list[tuple[str, object]]:
    """The fields of a reply that differ, by name, and their values; of a message that differs the message."""
    if isinstance(wanted, Message):
        return [] if reply == wanted else [("", formatting.show(reply))]
    return [(name, getattr(reply, name)) for name, value in wanted.items() if getattr(reply, name) != value]
