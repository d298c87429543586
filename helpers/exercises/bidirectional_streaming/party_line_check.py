"""Three people on the learner's party line: who hears whom, and what is left of those who have gone."""

from __future__ import annotations

import time

import grpc

from ..engine import Check, Failed
from ..engine.calling import Service
from ..engine.conversation import Conversation
from .setup import dispatch_pb2

_PATIENCE = 3.0  # seconds for what takes milliseconds on loopback


def check_other_voices(check: Check) -> None:
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

        bob.half_close()
        _expect_the_end(bob)
        stays = "A mailbox stays in `self.members` after its call has ended, and fills for ever. Take it out in a `finally`."
        _expect_members(line, 2, "Bob has half-closed, and his call has ended", stays)
        _say(ada, "Ada", "who else?")
        gone = "Bob has left, and after that Cyd hears nothing any more. Something waits for Bob."
        _expect_to_hear(check, "Cyd", cyd, "Ada", "who else?", gone, once)

        # Whether a cancellation ends the requests or raises is decided by a race within gRPC, so there are several.
        curious = [_join(line, f"Passer-by {count}", count, silent) for count in range(3, 8)]
        for each in (cyd, *curious):
            each.cancel()
        noticed = (
            "In a cancelled call the loop over the requests may raise `grpc.RpcError`, and nothing puts the None then. "
            "Put it in a `finally`, or wake the mailbox with `context.add_callback`."
        )
        _expect_members(line, 1, "all but Ada have cancelled their calls", noticed)
        ada.half_close()
        _expect_the_end(ada)
        _expect_members(line, 0, "Ada has half-closed, the last of the three", stays)


def _join(line: Service, name: str, count: int, silent: str) -> Conversation:
    conversation = line.start("Talk", timeout=15)
    _expect_members(line, count, f"{name} has called `Talk`", silent.format(name))
    return conversation


def _say(speaker: Conversation, author: str, text: str) -> None:
    speaker.send(dispatch_pb2.TalkRequest(author=author, text=text))


def _expect_to_hear(
    check: Check, name: str, listener: Conversation, author: str, text: str, deaf: str, otherwise: str
) -> None:
    wanted = f'{name} hears "{text}" from {author}'
    heard = listener.next(deaf, within=_PATIENCE)
    check.expect(
        (heard.author, heard.text) == (author, text), wanted, f'{name} hears "{heard.text}" from {heard.author or "nobody"}',
        otherwise, called=f"Talk, with Ada, Bob and Cyd on the line; {author} says: {text}",
    )  # fmt: skip


def _expect_the_end(leaver: Conversation) -> None:
    if not leaver.over(within=_PATIENCE):
        leaver.cancel()
        raise Failed(
            "A member who half-closes wants to leave, and the call goes on: the handler waits at the mailbox for ever. "
            "When the requests are over, put the None that ends it.",
            called=f"{leaver.text}, then the half-close", expected="the end of the call", came="none",
        )  # fmt: skip
    # An error in the handler, or another status, is told here.
    ended = leaver.finish()
    ended.surface("the end of the call")
    ended.expect(ended.code is grpc.StatusCode.OK, "OK at the end", str(ended.code.name))


def _expect_members(line: Service, count: int, story: str, likely: str) -> None:
    until = time.monotonic() + _PATIENCE
    while (found := _members(line)) != count and time.monotonic() < until:
        time.sleep(0.01)
    for received in line.received:
        if received.problem is not None:
            raise received.problem
    if found != count:
        raise Failed(
            likely,
            called=story,
            expected=f"mailboxes in `self.members`: {count}",
            came=f"mailboxes in `self.members`: {found}",
        )


def _members(line: Service) -> int:
    members = getattr(line.servicer, "members", None)
    if not hasattr(members, "__len__"):
        raise Failed(
            "The check counts the mailboxes in `self.members`: keep that name, for a set, a list or a dict.",
            called="Line().members", expected="something with a length", came=repr(members),
        )  # fmt: skip
    return len(members)
