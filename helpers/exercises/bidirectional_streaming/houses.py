"""A client whose next question depends on the last answer, and which knows how to end."""

from __future__ import annotations

import grpc

from ..engine import Check, Failed, Ran, WriteClient, wrong
from .setup import DISPATCH, dispatch_pb2, dispatch_pb2_grpc

_MOST = 7  # questions: enough to find one of 100 numbers


_HALVE = "Seven questions were not enough. Wait for each answer, and ask for the middle of what is left."
_TURNED = "`higher` means that the house has a higher number than the one you asked for. Is it turned round?"
_BORDER = (
    "One number was asked for twice, so others are never reached. After `higher` the number asked for is out, too: go "
    "on from the next one."
)
_QUESTION = "The dispatcher reads a whole number in `text`, as in `str(50)`."
_OWN_CALLS = "Each question has opened a call of its own. Keep one call open, and ask in it again."
_AFTER = "Return the last words as they are: the `text` of the message that comes after your half-close."


class _Dispatcher:
    """Knows the house number, and tells it to whoever asks well."""

    def __init__(self, number: int):
        self.number, self.guesses = number, []

    @property
    def found(self) -> bool:
        return self.number in self.guesses

    def talk(self, requests, context):
        for asked, request in enumerate(requests, start=1):
            if not request.text.strip().isdecimal():
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{request.text!r} is no house number")
            self.guesses.append(guess := int(request.text))
            if asked > _MOST:
                context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "seven questions are enough")
            text = "yes" if guess == self.number else "higher" if guess < self.number else "lower"
            yield dispatch_pb2.TalkResponse(author="dispatcher", text=text)
        yield dispatch_pb2.TalkResponse(author="dispatcher", text=f"number {self.number} is noted")

    def advice(self) -> str:
        """What is wrong with how it was asked, if it was asked too often."""
        steps = list(zip(self.guesses, self.guesses[1:], strict=False))
        if any((after < before) if before < self.number else (after > before) for before, after in steps):
            return _TURNED
        return _BORDER if len(set(self.guesses)) < len(self.guesses) else _HALVE


def _check_house_number(check: Check) -> None:
    for number in (25, 50, 88, 1, 100, 67):
        dispatcher = _Dispatcher(number)
        with check.desk(Talk=dispatcher.talk) as desk:
            stub = dispatch_pb2_grpc.DispatchServiceStub(desk.channel)
            ran = _run(check, stub, f"find_house(dispatch), where the house is number {number}", dispatcher)
            likely = {
                grpc.StatusCode.RESOURCE_EXHAUSTED: dispatcher.advice(),
                grpc.StatusCode.INVALID_ARGUMENT: _QUESTION,
                grpc.StatusCode.CANCELLED: "The call was cancelled, so the last words were never said. Half-close it.",
                "yes": "That is the last answer, and not yet the last words: those come after your half-close.",
                None: "Your function gave back None. It should return the text of what comes after the half-close.",
                ...: _AFTER if dispatcher.found else dispatcher.advice(),
            }
            ran.expect_value(f"number {number} is noted", likely)
            ran.expect_attempts("Talk", 1, _OWN_CALLS)


def _run(check: Check, stub: object, called: str, dispatcher: _Dispatcher) -> Ran:
    try:
        return check.run(stub, called=called, within=3)
    except Failed as stuck:
        if dispatcher.found:
            stuck.likely = (
                "The number is found, and now both wait: the dispatcher for the next question, your client for the "
                "last words. End the iterator of requests; that is the half-close."
            )
        elif dispatcher.guesses:
            stuck.likely = (
                "Both wait: the dispatcher has answered everything, and your client asks nothing more. One answer, "
                "one question: `next(replies)` takes a single one."
            )
        else:
            stuck.likely = (
                "Both wait: the dispatcher speaks only when asked, and no question has come. Ask the first one before "
                "you wait for an answer."
            )
        raise


house_number = WriteClient(
    id="bidirectional_streaming.house_number",
    title="Which house is it?",
    task="""
        **Input:** the stub `dispatch`. The rain has washed the house number off a parcel; it is one of 1
        to 100, and the dispatcher knows it.

        **Goal:** in one call of `Talk`, ask for numbers: send one as `text`, such as `50`, and wait for
        `higher`, `lower` or `yes`. Seven questions at most. After `yes` half-close; then the dispatcher
        says a few last words. Return their text.

        **Example:** the house is 25. You ask 50, hear `lower`, ask 25, hear `yes`, half-close, hear
        `number 25 is noted`, and return that.
    """,
    services=[DISPATCH],
    parameters=["dispatch"],
    check=_check_house_number,
    hints=[
        "Feed the call from a queue: `replies = dispatch.Talk(iter(mailbox.get, None))`. Then `mailbox.put(request)` asks, "
        "and `next(replies)` waits for the answer.",
        "Keep the lowest and the highest number that are left, and ask for the middle, `(lowest + highest) // 2`. After "
        "`higher` the lowest is the middle plus one, after `lower` the highest is the middle minus one.",
        "After `yes`: `mailbox.put(None)` half-closes, and `next(replies).text` has the last words.",
    ],
    stub="""
        @bidirectional_streaming.house_number
        def find_house(dispatch):
            # your code here
            ...
    """,
    answer="""
        @bidirectional_streaming.house_number
        def find_house(dispatch):
            mailbox = queue.SimpleQueue()
            replies = dispatch.Talk(iter(mailbox.get, None))
            lowest, highest, answer = 1, 100, ""
            while answer != "yes":
                middle = (lowest + highest) // 2
                mailbox.put(dispatch_pb2.TalkRequest(text=str(middle)))
                answer = next(replies).text
                if answer == "higher":
                    lowest = middle + 1
                elif answer == "lower":
                    highest = middle - 1
            mailbox.put(None)
            return next(replies).text
    """,
    reason="Each question depends on the answer before it, so this is ping-pong, and one open call "
    "saves the making of seven. The half-close ends only your half of the call: the other side can still speak, "
    "and here it does.",
    wrong_answers=[
        wrong("ask for the middle of what is left", ("(lowest + highest) // 2", "lowest")),
        wrong(
            "Wait for each answer",
            source="""
            @bidirectional_streaming.house_number
            def find_house(dispatch):
                guesses = (dispatch_pb2.TalkRequest(text=str(number)) for number in range(1, 101))
                for heard in dispatch.Talk(guesses):
                    last = heard.text
                return last
        """,
        ),
        wrong("go on from the next one", ("lowest = middle + 1", "lowest = middle")),
        wrong("Is it turned round", ('answer == "higher"', 'answer == "lower"'), ("elif answer ==", "elif answer !=")),
        wrong("those come after your half-close", ("return next(replies).text", "return answer")),
        wrong("and now both wait", ("    mailbox.put(None)\n", "")),
        wrong("It should return the text", ("return next(replies).text", "next(replies)")),
        wrong("Return the last words as they are", ("return next(replies).text", "return next(replies)")),
        wrong("the last words were never said", ("    mailbox.put(None)\n", "    replies.cancel()\n")),
        wrong("as in `str(50)`", ("text=str(middle)", 'text=f"{middle}?"')),
        wrong("no question has come", ("        mailbox.put(dispatch_pb2.TalkRequest(text=str(middle)))\n", "")),
        wrong("takes a single one", ("next(replies).text\n        if", "list(replies)[-1].text\n        if")),
        wrong(
            "opened a call of its own",
            source="""
            @bidirectional_streaming.house_number
            def find_house(dispatch):
                lowest, highest, answer = 1, 100, ""
                while answer != "yes":
                    middle = (lowest + highest) // 2
                    answer, last = dispatch.Talk(iter([dispatch_pb2.TalkRequest(text=str(middle))]))
                    answer = answer.text
                    lowest, highest = (middle + 1, highest) if answer == "higher" else (lowest, middle - 1)
                return last.text
        """,
        ),
    ],
)  # fmt: skip
