"""A question about who waits for whom, answered by running it."""

from __future__ import annotations

import queue
from typing import Any

import grpc

from ..engine import Check, Option, Predict
from .setup import DISPATCH, dispatch_pb2, dispatch_pb2_grpc


def _in_pairs(requests, context):
    for first in requests:
        second = next(requests, first)
        yield dispatch_pb2.TalkResponse(text=f"{first.text}, {second.text}")


def _observe_two_ahead(check: Check) -> tuple[object, str]:
    with check.fake_server(Talk=_in_pairs) as server:
        stub = dispatch_pb2_grpc.DispatchServiceStub(server.channel)
        list(stub.Talk(iter([dispatch_pb2.TalkRequest(text="warm-up")]), timeout=5))
        mailbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        answers, sent = 0, 2
        for text in "12":
            mailbox.put(dispatch_pb2.TalkRequest(text=text))
        replies = stub.Talk(iter(mailbox.get, None), timeout=1)
        try:
            for _ in replies:
                answers += 1
                sent += 1
                mailbox.put(dispatch_pb2.TalkRequest(text=str(sent)) if sent <= 6 else None)
            status = "OK"
        except grpc.RpcError as error:
            status = error.code().name
        mailbox.put(None)
    return (
        answers,
        status,
    ), f"{answers} answer{'' if answers == 1 else 's'} to {sent} questions, then {status}."


two_ahead = Predict(
    title="Who waits for whom?",
    task="A server answers every second question, with both in one answer. A client with six questions sends the first two "
    "at once; then, for each answer that comes, it sends one more. After the last one it half-closes. The call has "
    "`timeout=1`. What will the client see?",
    services=[DISPATCH],
    observe=_observe_two_ahead,
    expected=(1, "DEADLINE_EXCEEDED"),
    options=[
        Option(
            "Three answers, then OK.",
            "Six questions make three pairs, if all of them are sent. Play it through: when is the fourth one sent?",
            (3, "OK"),
        ),
        Option(
            "No answer, then DEADLINE_EXCEEDED.",
            "The client sent two questions ahead, and two make a pair. The server can answer that one.",
            (0, "DEADLINE_EXCEEDED"),
        ),
        Option(
            "One answer, then DEADLINE_EXCEEDED.",
            "Right: the third question waits at the server for a fourth, and the client sends that one only for an answer.",
            (1, "DEADLINE_EXCEEDED"),
        ),
        Option(
            "One answer, then OK: the server ends the call when nothing more comes.",
            "The server cannot tell 'nothing more' from 'nothing yet' until the client half-closes, and it does not.",
            (1, "OK"),
        ),
    ],
    hints=[
        "Make two columns, client and server, and write down who has what after each message.",
        "After the first answer the server has one question. What does it need to speak, and what does the client need?",
    ],
    reason="Each waits for what the other would do next: a deadlock, and only the deadline ends it. A client that answers "
    "one for one must not meet a server that answers one for two. Send without waiting, or half-close in time, and "
    "write the rule into the contract.",
)
