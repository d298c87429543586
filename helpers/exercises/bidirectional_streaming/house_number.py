"""A client whose next question depends on the last answer, and which knows how to end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc

from ..engine import Check, FunctionResult, Incorrect, WriteClient, raises, wrong
from ..engine.formatting import show
from ..engine.verdict import Raised
from .setup import DISPATCH, dispatch_pb2, dispatch_pb2_grpc

_MOST = 7  # questions: enough to find one of 100 numbers

_REFUSALS = (
    grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION,
)  # fmt: skip

_HALVE = "Seven questions were not enough. Wait for each answer, and ask for the middle of what is left."
_BORDER = (
    "One number was asked for twice, so others are never reached. After `higher` the number asked for is out, too: go "
    "on from the next one."
)
_QUESTION = "The dispatcher reads a whole number in `text`, as in `str(50)`."
_EARLY = (
    "The half-close came before the dispatcher had said `yes`, and ends the questions. Ask until `yes`, and half-close "
    "after it."
)
_ON = "The dispatcher had said `yes`, and was asked again. Half-close after `yes`."
_AFTER = "Return the last words as they are: the `text` of the message that comes after your half-close."
_OVER = (
    "`next(replies)` raises StopIteration where nothing comes any more: the dispatcher had said all of it."
)
_OWN_CALLS = "Each question has opened a call of its own. Keep one call open, and ask in it again."
_REQUESTS = (
    "gRPC could not take a request from what `Talk` was given. It wants an iterator of `TalkRequest`s."
)
_MESSAGE = "What was sent is no `TalkRequest`. Put the number into one: `TalkRequest(text=...)`."


class _Dispatcher:
    """Knows the house number, and tells it to whoever asks well."""

    def __init__(self, number: int):
        self.number = number
        self.guesses: list[int] = []
        self.calls, self.problem = 0, ""
        self.raised: Exception | None = None

    @property
    def found(self) -> bool:
        return self.number in self.guesses

    @property
    def last_words(self) -> str:
        # Of two kinds, so that nobody can say them without having heard them.
        return f"number {self.number} is noted" if self.number % 2 else f" Thanks, {self.number} it is. "

    def talk(self, requests, context):
        self.calls += 1
        for request in requests:
            if not request.text.strip().isdecimal():
                self.problem = _QUESTION
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{request.text!r} is no house number")
            self.problem = _ON if self.found else self.problem
            self.guesses.append(guess := int(request.text))
            if len(self.guesses) > _MOST:
                self.problem = self.problem or self._advice()
                context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "seven questions are enough")
            text = "yes" if guess == self.number else "higher" if guess < self.number else "lower"
            yield dispatch_pb2.TalkResponse(author="dispatcher", text=text)
        if not self.found:
            self.problem = self.problem or _EARLY
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "nobody has named the number")
        yield dispatch_pb2.TalkResponse(author="dispatcher", text=self.last_words)

    def _advice(self) -> str:
        """What is wrong with how it was asked, where it was asked too often."""
        steps = list(zip(self.guesses, self.guesses[1:], strict=False))
        if any((after < before) if before < self.number else (after > before) for before, after in steps):
            return "`higher` means that the house has a higher number than the one you asked for. Is it turned round?"
        return _BORDER if len(set(self.guesses)) < len(self.guesses) else _HALVE


def _check_house_number(check: Check) -> None:
    # Those that tell most come first; seven questions are enough for every one of the hundred.
    first = (25, 50, 88, 1, 100, 67)
    asked: list[_Dispatcher] = []
    with check.fake_server(Talk=lambda requests, context: asked[-1].talk(requests, context)) as server:
        stub = dispatch_pb2_grpc.DispatchServiceStub(server.channel)
        talk = stub.Talk
        stub.Talk = lambda requests, *args, **named: talk(_noting(asked[-1], requests), *args, **named)
        for number in (*first, *(number for number in range(1, 101) if number not in first)):
            asked.append(_Dispatcher(number))
            _expect_last_words(check, stub, asked[-1])


def _noting(dispatcher: _Dispatcher, requests: Any) -> object:
    """The same requests; what the learner's iterator raises is kept, since gRPC's error has no word of it."""
    if not hasattr(requests, "__next__"):
        return requests

    def each() -> Iterator:
        try:
            yield from requests
        except Exception as error:
            dispatcher.raised = error
            raise

    return each()


def _expect_last_words(check: Check, stub: object, dispatcher: _Dispatcher) -> None:
    called = f"find_house(dispatch), where the house is number {dispatcher.number}"
    result = _run(check, stub, called, dispatcher)
    if dispatcher.raised is not None:
        raise Raised(dispatcher.raised, called=called, expected="an iterator of TalkRequests")
    calls, never = dispatcher.calls, "`Talk` was not called, so the dispatcher cannot have said that."
    if calls > 1:
        raise Incorrect(_OWN_CALLS, called=called, expected="1 × Talk", actual=f"{calls} × Talk")
    if calls == 0 and result.error is None:
        actual = f"no call, and a return of {show(result.value)}"
        raise Incorrect(never, called=called, expected="1 × Talk", actual=actual)
    result.expect_value(dispatcher.last_words, {
        **dict.fromkeys(_REFUSALS, dispatcher.problem),
        grpc.StatusCode.CANCELLED: "The call was cancelled, so the last words were never said. Half-close it.",
        grpc.StatusCode.UNKNOWN: _REQUESTS if not dispatcher.guesses else "",
        grpc.StatusCode.INTERNAL: _MESSAGE if not dispatcher.guesses else "",
        StopIteration: _OVER,
        "yes": "That is the last answer, and not yet the last words: those come after your half-close.",
        None: "Your function gave back None. It should return the text of what comes after the half-close.",
        ...: _AFTER if dispatcher.found and result.error is None else "",
    })  # fmt: skip
    guesses = ", ".join(map(str, dispatcher.guesses)) or "nothing"
    result.expect(not dispatcher.problem, "questions until `yes`", f"asked: {guesses}", dispatcher.problem)


def _run(check: Check, stub: object, called: str, dispatcher: _Dispatcher) -> FunctionResult:
    try:
        return check.run(stub, called=called, within=3)
    except Incorrect as stuck:
        if dispatcher.found:
            stuck.diagnosis = (
                "The number is found, and now both wait: the dispatcher for the next question, your client for the "
                "last words. End the iterator of requests; that is the half-close."
            )
        elif dispatcher.guesses:
            stuck.diagnosis = (
                "Both wait: the dispatcher has answered everything, and your client asks nothing more. One answer, "
                "one question: `next(replies)` takes a single one."
            )
        elif dispatcher.calls:
            stuck.diagnosis = (
                "Both wait: the dispatcher speaks only when asked, and no question has come. Ask the first one before "
                "you wait for an answer."
            )
        raise


house_number = WriteClient(
    title="Which house is it?",
    task="""
        **Input:** the stub `dispatch`. The rain has washed the house number off a parcel; it is one of 1
        to 100, and the dispatcher knows it.

        **Goal:** in one call of `Talk`, ask for numbers: send one as `text`, such as `50`, and wait for
        `higher`, `lower` or `yes`. Seven questions at most, whichever house it is. After `yes` half-close;
        then the dispatcher says a few last words. Return their text.

        **Example:** the house is 25. You ask 50, hear `lower`, ask 25, hear `yes`, half-close, hear
        `number 25 is noted`, and return that.
    """,
    services=[DISPATCH],
    check=_check_house_number,
    hints=[
        "Feed the call from a queue: `replies = dispatch.Talk(iter(mailbox.get, None))`. Then `mailbox.put(request)` asks, "
        "and `next(replies)` waits for the answer.",
        "Keep the lowest and the highest number that are left, and ask for the middle, `(lowest + highest) // 2`. After "
        "`higher` the lowest is the middle plus one, after `lower` the highest is the middle minus one.",
        "After `yes`: `mailbox.put(None)` half-closes, and `next(replies).text` has the last words.",
    ],
    reason="Each question depends on the answer before it, so this is ping-pong, and one open call "
    "saves the making of seven. The half-close ends only your half of the call: the other side can still speak, "
    "and here it does.",
    wrong_answers=[
        wrong(
            "Return the last words as they are",
            ("return next(replies).text", 'return f"number {middle} is noted"'),
        ),
        wrong("ask for the middle of what is left", ("(lowest + highest) // 2", "lowest")),
        wrong("Wait for each answer").whole("""
            def find_house(dispatch):
                guesses = (dispatch_pb2.TalkRequest(text=str(number)) for number in range(1, 101))
                for heard in dispatch.Talk(guesses):
                    last = heard.text
                return last
        """),
        wrong("go on from the next one", ("lowest = middle + 1", "lowest = middle")),
        wrong("Is it turned round", ("higher", "lower"), ("elif answer =", "elif answer !")),
        wrong("The half-close came before", ('while answer != "yes"', "while not answer")),
        wrong("`Talk` was not called").whole("""
            def find_house(dispatch):
                return "number 25 is noted"
        """),
        wrong(
            "wants an iterator of `TalkRequest`s",
            ("iter(mailbox.get, None)", "[dispatch_pb2.TalkRequest(text='50')]"),
        ),
        wrong("Put the number into one", ("dispatch_pb2.TalkRequest(text=str(middle))", "str(middle)")),
        wrong("was asked again").diff("""
                         highest = middle - 1
            +    mailbox.put(dispatch_pb2.TalkRequest(text='1'))
            +    next(replies)
        """),
        raises("the dispatcher had said all of it", ("return next", "next(replies)\n    return next")),
        raises("raised TypeError").whole("""
            def find_house(dispatch):
                def questions():
                    yield dispatch_pb2.TalkRequest(text=50)

                return [heard.text for heard in dispatch.Talk(questions())][-1]
        """),
        raises("raised NameError", ("mailbox = queue.SimpleQueue()", "mailbox = SimpleQueue()")),
        wrong("those come after your half-close", ("return next(replies).text", "return answer")),
        wrong("and now both wait", ("    mailbox.put(None)\n", "")),
        wrong("It should return the text", ("return next(replies).text", "next(replies)")),
        wrong("Return the last words as they are", ("return next(replies).text", "return next(replies)")),
        wrong("the last words were never said", ("    mailbox.put(None)\n", "    replies.cancel()\n")),
        wrong("as in `str(50)`", ("text=str(middle)", 'text=f"{middle}?"')),
        wrong("no question has come").diff("""
            -        mailbox.put(dispatch_pb2.TalkRequest(text=str(middle)))
        """),
        wrong("takes a single one", ("next(replies).text\n        if", "list(replies)[-1].text\n        if")),
        wrong("The half-close came before").whole("""
            def find_house(dispatch):
                lowest, highest, answer = 1, 100, ""
                while answer != "yes":
                    middle = (lowest + highest) // 2
                    answer, last = dispatch.Talk(iter([dispatch_pb2.TalkRequest(text=str(middle))]))
                    answer = answer.text
                    lowest, highest = (middle + 1, highest) if answer == "higher" else (lowest, middle - 1)
                return last.text
        """),
    ],
)
