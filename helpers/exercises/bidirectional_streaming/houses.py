"""A client whose next question depends on the last answer, and which knows how to end."""

from __future__ import annotations

import grpc

from ..engine import Check, Failed, Ran, WriteClient, wrong
from .setup import DISPATCH, dispatch_pb2, dispatch_pb2_grpc

_MOST = 7  # questions: enough to find one of 100 numbers


class _Dispatcher:
    """Knows the house number, and tells it to whoever asks well."""

    def __init__(self, number: int):
        self.number, self.asked, self.found = number, 0, False

    def talk(self, requests, context):
        guess = None
        for request in requests:
            self.asked += 1
            if self.asked > _MOST:
                context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "seven questions are enough")
            if not request.text.strip().isdecimal():
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{request.text!r} is no house number")
            guess = int(request.text)
            self.found = guess == self.number
            text = "yes" if self.found else "higher" if self.number > guess else "lower"
            yield dispatch_pb2.TalkResponse(author="dispatcher", text=text)
        yield dispatch_pb2.TalkResponse(author="dispatcher", text=f"number {guess} is noted")


def _check_house_number(check: Check) -> None:
    halve = "Seven questions were not enough. Wait for each answer, and ask for the middle of what is left."
    border = (
        "The last numbers that are left are never reached. After `higher` the number asked for is out, too: "
        "go on from the next one."
    )
    turned = (
        "`higher` means that the house has a higher number than the one you asked for. Is it turned round?"
    )
    for number in (50, 25, 88, 1, 100, 67):
        dispatcher = _Dispatcher(number)
        with check.desk(Talk=dispatcher.talk) as desk:
            stub = dispatch_pb2_grpc.DispatchServiceStub(desk.channel)
            called = f"find_house(dispatch), where the house is number {number}"
            ran = _run(check, stub, called, dispatcher)
            enough = {50: halve, 25: turned, 100: border}.get(number, halve)
            likely = {
                grpc.StatusCode.RESOURCE_EXHAUSTED: enough,
                grpc.StatusCode.INVALID_ARGUMENT: "The dispatcher reads a whole number in `text`, as in `str(50)`.",
                "yes": "That is the last answer, and not the dispatcher's last words: those come after your half-close.",
                None: "Your function gave back None. It should return the text of what comes after the half-close.",
                f"number {number} is noted": "",
            }
            if dispatcher.found and dispatcher.asked <= _MOST:
                likely[grpc.StatusCode.CANCELLED] = (
                    "The call was cancelled, so the last words were never said. Half-close it."
                )
                likely[...] = (
                    "Return the last words as they are: the `text` of the message after the half-close."
                )
            else:
                likely[...] = enough
            ran.expect_attempts(
                "Talk",
                1,
                "Each question has opened a call of its own. Keep one call open, and ask in it again.",
            )
            ran.expect_value(f"number {number} is noted", likely)


def _run(check: Check, stub: object, called: str, dispatcher: _Dispatcher) -> Ran:
    try:
        return check.run(stub, called=called, within=3)
    except Failed as stuck:
        if dispatcher.found:
            stuck.likely = (
                "The number is found, and now both wait: the dispatcher for the next question, your client for the "
                "last words. End the iterator of requests; that is the half-close."
            )
        elif dispatcher.asked:
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
    reason="Each question depends on the answer before it, so this is ping-pong, and one open call saves the making of seven. "
    "The half-close ends only your half of the call: the other side can still speak, and here it does.",
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
        wrong("Is it turned round", ('answer == "higher"', 'answer == "?"'), ('"lower"', '"higher"'), ('"?"', '"lower"')),
        wrong("those come after your half-close", ("    mailbox.put(None)\n    return next(replies).text", "    return answer")),
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
