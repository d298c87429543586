"""A servicer that passes on what one client says to all others, and forgets who has left."""

from __future__ import annotations

import queue
import time
from typing import Any

import grpc

from ..engine import Check, Incorrect, WriteServicer, raises, wrong
from ..engine.running_call import RunningCall
from ..engine.servicer_client import ServicerClient
from .setup import DISPATCH, dispatch_pb2, dispatch_pb2_grpc

_PATIENCE = 3.0  # seconds for what takes milliseconds on loopback
_MORE_THAN_FITS = 300_000  # bytes: several windows of a client that reads nothing
_SILENT = 6


def _check_other_voices(check: Check) -> None:
    """Expects that all hear what the others say, and that nobody who has left is kept."""
    silent = (
        "{} is there, and says nothing. A listener needs an own mailbox in `self.members` from the beginning of the "
        "call, before anything is said."
    )
    with check.serve() as line:
        ada, bob, cyd = (
            _join(line, name, count, silent) for count, name in enumerate(("Ada", "Bob", "Cyd"), start=1)
        )
        _say(ada, "Ada", "who is near?")
        deaf = (
            "Bob and Cyd have said nothing yet, and should hear Ada. One loop cannot wait for two things, the requests "
            "and the mailbox: let a thread take the requests, and yield from the mailbox."
        )
        once = "Is the author in the answer, and is each message put into a mailbox just once?"
        for name, listener in (("Bob", bob), ("Cyd", cyd)):
            _expect_to_hear(check, name, listener, "Ada", "who is near?", deaf, once)
        _say(bob, "Bob", "two minutes")
        own = (
            "Ada hears her own words. Put a message into every mailbox but the one of the call it came from."
        )
        _expect_to_hear(check, "Ada", ada, "Bob", "two minutes", deaf, own)
        _expect_to_hear(check, "Cyd", cyd, "Bob", "two minutes", deaf, once)

        _say(cyd, "Ada", "it is Ada, on Cyd's phone")
        by_call = (
            "Who speaks is told by the call, not by `author`: here Cyd's phone has sent a message of Ada's, and Ada's own "
            "phone should get it."
        )
        _expect_to_hear(check, "Ada", ada, "Ada", "it is Ada, on Cyd's phone", by_call, own)
        _expect_to_hear(check, "Bob", bob, "Ada", "it is Ada, on Cyd's phone", by_call, once)
        _say(ada, "Cyd", "and this is Cyd, on Ada's")
        _expect_to_hear(check, "Cyd", cyd, "Cyd", "and this is Cyd, on Ada's", by_call, by_call)
        _expect_to_hear(check, "Bob", bob, "Cyd", "and this is Cyd, on Ada's", by_call, once)

        bob.half_close()
        _expect_the_end(bob)
        stays = "A mailbox stays in `self.members` after its call has ended, and fills for ever. Take it out in a `finally`."
        _expect_members(line, 2, "Bob has half-closed, and his call has ended", stays)
        _say(ada, "Ada", "who else?")
        gone = "Bob has left, and after that Cyd hears nothing any more. Something waits for Bob."
        _expect_to_hear(check, "Cyd", cyd, "Ada", "who else?", gone, once)

        # Whether a cancellation ends the requests or raises is decided by a race within gRPC, so there are several.
        curious = [_join(line, f"Passer-by {count}", count, silent) for count in range(3, 8)]
        everybody = "Many are on the line, and each of them but the speaker should hear it, whatever author and text are."
        for author, text in (("", "nobody's name"), ("Ada", ""), ("Ada ", " goodbye ")):
            _say(ada, author, text)
            for count, each in enumerate((cyd, *curious), 2):
                name = "Cyd" if each is cyd else f"Passer-by {count}"
                _expect_to_hear(check, name, each, author, text, everybody, everybody)
        for each in (cyd, *curious):
            each.cancel()
        noticed = (
            "In a cancelled call the loop over the requests may raise `grpc.RpcError`, and nothing puts the None then. "
            "Put it in a `finally`, or wake the mailbox with `context.add_callback`."
        )
        _expect_members(line, 1, "all but Ada have cancelled their calls", noticed)
        _expect_a_silent_leave(line, ada, stays)
        ada.half_close()
        _expect_the_end(ada)
        _expect_members(line, 0, "Ada has half-closed, the last of the three", stays)


def _expect_a_silent_leave(line: ServicerClient, ada: RunningCall, stays: str) -> None:
    """Expects that members are forgotten who never read, and cancel while their handlers wait to send to them."""
    # A window that stays small, so that the message does not fit into it.
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.http2.bdp_probe", 0)]
    with grpc.insecure_channel(line.address, options=options) as channel:
        nothing_to_say: queue.SimpleQueue = queue.SimpleQueue()
        stub = dispatch_pb2_grpc.DispatchServiceStub(channel)
        # Whether gRPC asks the handler for another message after a cancellation is a race, so there are several.
        silent = [stub.Talk(iter(nothing_to_say.get, None), timeout=15) for _ in range(_SILENT)]
        try:
            _expect_members(
                line, 1 + _SILENT, "Dee and her friends have called `Talk`, and read nothing", stays
            )
            _say(ada, "Ada", "x" * _MORE_THAN_FITS)
            time.sleep(0.1)
            for dee in silent:
                dee.cancel()
            story = "Dee and her friends have cancelled, with a message to them under way"
            _expect_members(line, 1, story, stays)
        finally:
            for _ in silent:
                nothing_to_say.put(None)


def _join(line: ServicerClient, name: str, count: int, silent: str) -> RunningCall:
    running = line.start("Talk", timeout=15)
    _expect_members(line, count, f"{name} has called `Talk`", silent.format(name))
    return running


def _say(speaker: RunningCall, author: str, text: str) -> None:
    speaker.send(dispatch_pb2.TalkRequest(author=author, text=text))


def _expect_to_hear(
    check: Check, name: str, listener: RunningCall, author: str, text: str, deaf: str, otherwise: str
) -> None:
    heard = listener.next(deaf, within=_PATIENCE)
    wanted, actual = (
        f'{name} hears "{text}" from {author}',
        f'{name} hears "{heard.text}" from {heard.author or "nobody"}',
    )
    called = f'Talk, with Ada, Bob and Cyd on the line; TalkRequest(author="{author}", text="{text}")'
    check.expect((heard.author, heard.text) == (author, text), wanted, actual, otherwise, called=called)


def _expect_the_end(leaver: RunningCall) -> None:
    if not leaver.over(within=_PATIENCE):
        leaver.cancel()
        stays = (
            "A member who half-closes wants to leave, and the call goes on: the handler waits at the mailbox for ever. "
            "When the requests are over, put the None that ends it."
        )
        called = f"{leaver.text}, then the half-close"
        raise Incorrect(stays, called=called, expected="the end of the call", actual="none")
    # An error in the handler, or another status, is told here.
    ended = leaver.finish()
    ended.surface("the end of the call")
    ended.expect(ended.code is grpc.StatusCode.OK, "OK at the end", str(ended.code.name))
    more = [reply.text for reply in ended.replies[leaver.taken :]]
    once = "Each message is heard once by each of the others, and not by who has said it."
    ended.expect(not more, "no message more than was said", f"{len(more)} more: {', '.join(more)}", once)


def _expect_members(line: ServicerClient, count: int, story: str, diagnosis: str) -> None:
    until = time.monotonic() + _PATIENCE
    while (found := _members(line)) != count and time.monotonic() < until:
        time.sleep(0.01)
    for received in line.received:
        if received.problem is not None:
            raise received.problem
    wanted, actual = (f"mailboxes in `self.members`: {number}" for number in (count, found))
    if found != count:
        raise Incorrect(diagnosis, called=story, expected=wanted, actual=actual)


def _members(line: ServicerClient) -> int:
    members: Any = getattr(line.servicer, "members", None)
    if not hasattr(members, "__len__"):
        name = (
            "The check counts the mailboxes in `self.members`: keep that name, for a set, a list or a dict."
        )
        wanted = "something with a length"
        raise Incorrect(name, called="Line().members", expected=wanted, actual=repr(members))
    return len(members)


other_voices = WriteServicer(
    title="All hear it but the speaker",
    task="""
        **Input:** many calls of `Talk` at the same time, each a stream of `TalkRequest`s with `author` and
        `text`. In `self.members` there is one mailbox for each open call.

        **Goal:** what one call sends all others hear, as a `TalkResponse` with the same author and text. The
        call that sent it does not, whatever name is in `author`: two phones may have one name. A listener
        need not say anything. The call of a member who half-closes ends; the mailbox of a call that is over,
        also of one that was cancelled, is no longer in `self.members`.

        **Example:** Ada, Bob and Cyd are on the line. Ada says `who is near?`: Bob and Cyd hear it. Bob
        half-closes: his call ends with OK, and there are two mailboxes left.
    """,
    services=[DISPATCH],
    check=_check_other_voices,
    hints=[
        "The room of this lesson has nearly everything: a mailbox for each call, a thread that takes the requests, and "
        "a handler that yields from the mailbox. What must differ for the speaker?",
        "The thread needs to know which mailbox is its own: `threading.Thread(target=self.listen, args=(requests, mailbox), "
        "daemon=True).start()`. With a set, `self.members - {mailbox}` are the others.",
        "Two `finally`s make leaving safe. One is in the thread, behind its loop: `mailbox.put(None)`. The other is "
        "in `Talk`, behind `yield from iter(mailbox.get, None)`: `self.members.discard(mailbox)`.",
        "When a call is cancelled, the loop over its requests may just end, or raise `grpc.RpcError`. Catch it: that is no "
        "accident.",
    ],
    reason="Each call waits for two things, its client and its mailbox, so it has two threads, and each of them can end the "
    "other: the listener with None, gRPC by ending the requests. `self.members - {mailbox}` is a new set, so that "
    "somebody may join or leave while it is run through.",
    wrong_answers=[
        wrong(
            "each of them but the speaker should hear it",
            ("self.members - {mailbox}", "[*(self.members - {mailbox})][:2]"),
        ),
        wrong("each of them but the speaker should hear it").diff("""
                         for request in requests:
            +                if not request.author:
            +                    continue
        """),
        wrong("Ada hears her own words", ("self.members - {mailbox}", "list(self.members)")),
        wrong("One loop cannot wait for two things").whole("""
            class Line(dispatch_pb2_grpc.DispatchServiceServicer):
                def __init__(self):
                    self.members = set()

                def Talk(self, requests, context):
                    mailbox = queue.SimpleQueue()
                    self.members.add(mailbox)
                    for request in requests:
                        for other in self.members - {mailbox}:
                            other.put(dispatch_pb2.TalkResponse(author=request.author, text=request.text))
                        while not mailbox.empty():
                            yield mailbox.get()
                    self.members.discard(mailbox)
        """),
        wrong("from the beginning of the call").whole("""
            class Line(dispatch_pb2_grpc.DispatchServiceServicer):
                def __init__(self):
                    self.members = {}

                def Talk(self, requests, context):
                    for request in requests:
                        self.members[request.author] = queue.SimpleQueue()
                        yield dispatch_pb2.TalkResponse(author=request.author, text=request.text)
        """),
        wrong("the handler waits at the mailbox for ever", ("mailbox.put(None)", "pass")),
        wrong("told by the call, not by `author`").diff("""
            -        self.members = set()
            +        self.members = {}

            -        self.members.add(mailbox)
            +        self.members[mailbox] = set()

            -            self.members.discard(mailbox)
            +            self.members.pop(mailbox, None)

            -                for other in self.members - {mailbox}:
            +                self.members[mailbox].add(request.author)
            +                for other in [each for each, said in list(self.members.items()) if request.author not in said]:
        """),
        wrong("after its call has ended", ("self.members.discard(mailbox)", "pass")),
        wrong("Is the author in the answer", ("author=request.author, ", "")),
        wrong("put into a mailbox just once", ("other.", "other.put(heard)\n                    other.")),
        wrong("keep that name", ("self.members", "self.people")),
        raises("raised AttributeError", ("self.members.add", "self.members.append")),
    ],
)
