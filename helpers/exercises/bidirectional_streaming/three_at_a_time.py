"""A servicer that answers out of step: once for every three requests, and once more for what is left."""

from __future__ import annotations

from ..engine import Check, WriteServicer, wrong
from .setup import DISPATCH, dispatch_pb2


def _say(*texts: str) -> list:
    return [dispatch_pb2.TalkRequest(author="Ada", text=text) for text in texts]


def _check_three_at_a_time(check: Check) -> None:
    waiting = (
        "Three orders are there, and no answer comes. Does your handler wait for the half-close before it says "
        "anything? Yield from within the loop."
    )
    first = {
        "a": "It answers at once. Collect the texts first, and yield when three are together.",
        "c": "Only the third order is in the answer. Keep the texts of the first two until then.",
        "a, b": "It answers after two. Add the new text first, and count then.",
        "abc": 'All three are there, and stick together. A comma and a space go between them: `", ".join(texts)`.',
        "a, b, c, ": 'There is a comma behind the last. `", ".join(texts)` puts it only between them.',
        "": "An empty text came. Is `text=` set in the answer?",
    }
    lost = (
        "The last two orders are lost: the client half-closed before there were three. When the loop "
        "is over, send what is left."
    )
    again = "The first three come again. Empty the batch when it has been sent, and count anew."
    even = {
        '["a, b, c", "d, e, f", ""]': "Nothing was left at the half-close, and it was sent all the same. Look whether "
        "the batch is empty."
    }
    twice = "Orders may be alike: `z` was ordered twice. Each counts, and in the order in which it came."
    any_text = (
        "Each request is an order, and its text is handed on as it is: one is empty here, one has a comma, and one has "
        "spaces at its ends. Count requests, and not texts."
    )
    shared = (
        "Bob's only order was `x`, on a call of his own, while two of Ada's were waiting on hers. The calls share "
        "their batch: it belongs into the method, not into `self`."
    )
    with check.serve() as talks:

        def expect_texts(call, wanted: list[str], diagnosis) -> None:
            actual = [reply.text for reply in call.replies]
            call.expect(actual == wanted, _listed(wanted), _listed(actual), diagnosis)

        talk = talks.start("Talk")
        talk.send(*_say("a", "b", "c"))
        heard = talk.next(waiting, within=3).text
        check.expect(heard == "a, b, c", '"a, b, c"', f'"{heard}"', first.get(heard, ""), called=talk.text)
        talk.send(*_say("d", "e"))
        ended = talk.finish()
        repeats = any("a" in reply.text for reply in ended.replies[1:])
        expect_texts(ended, ["a, b, c", "d, e"], {'["a, b, c"]': lost, ...: again if repeats else ""})
        expect_texts(talks.call("Talk", _say(*"abcdef")), ["a, b, c", "d, e, f"], even)
        expect_texts(talks.call("Talk", _say(*"zzabaab")), ["z, z, a", "b, a, a", "b"], twice)
        odd = talks.call("Talk", _say("x, y", "", " zz ", "dozen"))
        expect_texts(odd, ["x, y, ,  zz ", "dozen"], any_text)
        expect_texts(talks.call("Talk", []), [], "Nothing was said in this call, so nothing is answered.")

        ada = talks.start("Talk")
        ada.send(*_say("p", "q"))
        talks.arrival(6, requests=2)
        bob = talks.call("Talk", [dispatch_pb2.TalkRequest(author="Bob", text="x")])
        expect_texts(bob, ["x"], shared)
        expect_texts(ada.finish(), ["p, q"], shared)


def _listed(texts: list[str]) -> str:
    return "[" + ", ".join(f'"{text}"' for text in texts) + "]"


three_at_a_time = WriteServicer(
    title="Three at a time",
    task="""
        **Input:** a stream of `TalkRequest`s: orders, one `text` each.

        **Goal:** a courier takes three orders on a ride. After every third request answer with a
        `TalkResponse` whose `text` has the three, joined with a comma and a space. When the client
        half-closes, answer with what is left, if anything is. Several couriers may be on calls of their own.

        **Example:** a, b, c, d, e are answered with `a, b, c` as soon as c has come, and with `d, e` at the
        half-close. Six orders get two answers, none gets none.
    """,
    services=[DISPATCH],
    check=_check_three_at_a_time,
    hints=[
        "A handler need not answer each request: between two `yield`s the loop may go round as often as it likes.",
        'Collect the texts in a list. `if len(batch) == 3:` yield `", ".join(batch)`, then begin a new list.',
        "The loop ends with the half-close, and the method goes on below it: there may still be something in the list.",
    ],
    reason="In a call with two streams the number of answers is the server's own business, and so is their time. The "
    "half-close is a message, too: it says that nothing more will come to wait for.",
    wrong_answers=[
        wrong("Count requests, and not texts", ("batch.", "if request.text:\n                batch.")),
        wrong("Count requests, and not texts", ("append(request.text)", "append(request.text.strip())")),
        wrong("It answers at once", ("len(batch) == 3", "len(batch) == 1")),
        wrong("Only the third order").diff("""
            -                yield dispatch_pb2.TalkResponse(text=", ".join(batch))
            +                yield dispatch_pb2.TalkResponse(text=request.text)
        """),
        wrong("It answers after two").diff("""
            -            batch.append(request.text)
            -            if len(batch) == 3:
            +            if len(batch) == 2:

                             batch = []
            +            batch.append(request.text)
        """),
        wrong("stick together", ('", ".join', '"".join')),
        wrong("a comma behind the last", ('", ".join(batch)', '"".join(text + ", " for text in batch)')),
        wrong("Is `text=` set", ("text=", "author=")),
        wrong("wait for the half-close", ("in requests", "in list(requests)")),
        wrong(
            "The last two orders are lost",
            ('        if batch:\n            yield dispatch_pb2.TalkResponse(text=", ".join(batch))', ""),
        ),
        wrong("Empty the batch when it has been sent", ("                batch = []\n", "")),
        wrong("The first three come again", ("== 3", ">= 3"), ("                batch = []\n", "")),
        wrong("Look whether the batch is empty", ("if batch:", "if True:")),
        wrong(
            "Orders may be alike",
            ("batch.append(request.text)", "batch += [request.text][request.text in batch :]"),
        ),
        wrong("The calls share their batch").whole("""
            class Batches(dispatch_pb2_grpc.DispatchServiceServicer):
                def __init__(self):
                    self.batch = []

                def Talk(self, requests, context):
                    for request in requests:
                        self.batch.append(request.text)
                        if len(self.batch) == 3:
                            yield dispatch_pb2.TalkResponse(text=", ".join(self.batch))
                            self.batch.clear()
                    if self.batch:
                        yield dispatch_pb2.TalkResponse(text=", ".join(self.batch))
                        self.batch.clear()
        """),
    ],
)
