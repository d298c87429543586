"""A servicer that passes on what one client says to all others, and forgets who has left."""

from __future__ import annotations

from ..engine import WriteServicer, wrong
from .party_line_check import check_other_voices
from .setup import DISPATCH

other_voices = WriteServicer(
    id="bidirectional_streaming.other_voices",
    title="All hear it but the speaker",
    task="""
        **Input:** many calls of `Talk` at the same time, each a stream of `TalkRequest`s with `author` and
        `text`. In `self.members` there is one mailbox for each open call.

        **Goal:** what one says all others hear, as a `TalkResponse` with the same author and text. The
        speaker does not hear it. A listener need not say anything. The call of a member who half-closes
        ends; the mailbox of a call that is over, also of one that was cancelled, is no longer in
        `self.members`.

        **Example:** Ada, Bob and Cyd are on the line. Ada says `who is near?`: Bob and Cyd hear it. Bob
        half-closes: his call ends with OK, and there are two mailboxes left.
    """,
    services=[DISPATCH],
    methods=["Talk"],
    check=check_other_voices,
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
    stub="""
        @bidirectional_streaming.other_voices
        class Line(dispatch_pb2_grpc.DispatchServiceServicer):
            def __init__(self):
                self.members = set()

            def Talk(self, requests, context):
                # your code here
                ...
    """,
    answer="""
        @bidirectional_streaming.other_voices
        class Line(dispatch_pb2_grpc.DispatchServiceServicer):
            def __init__(self):
                self.members = set()

            def Talk(self, requests, context):
                mailbox = queue.SimpleQueue()
                self.members.add(mailbox)
                threading.Thread(target=self.listen, args=(requests, mailbox), daemon=True).start()
                try:
                    yield from iter(mailbox.get, None)
                finally:
                    self.members.discard(mailbox)

            def listen(self, requests, mailbox):
                try:
                    for request in requests:
                        heard = dispatch_pb2.TalkResponse(author=request.author, text=request.text)
                        for other in self.members - {mailbox}:
                            other.put(heard)
                except grpc.RpcError:
                    pass
                finally:
                    mailbox.put(None)
    """,
    reason="Each call waits for two things, its client and its mailbox, so it has two threads, and each of them can end the "
    "other: the listener with None, gRPC by ending the requests. `self.members - {mailbox}` is a new set, so that "
    "somebody may join or leave while it is run through.",
    wrong_answers=[
        wrong("Ada hears her own words", ("self.members - {mailbox}", "list(self.members)")),
        wrong(
            "One loop cannot wait for two things",
            source="""
            @bidirectional_streaming.other_voices
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
        """,
        ),
        wrong(
            "from the beginning of the call",
            source="""
            @bidirectional_streaming.other_voices
            class Line(dispatch_pb2_grpc.DispatchServiceServicer):
                def __init__(self):
                    self.members = {}

                def Talk(self, requests, context):
                    for request in requests:
                        self.members[request.author] = queue.SimpleQueue()
                        yield dispatch_pb2.TalkResponse(author=request.author, text=request.text)
        """,
        ),
        wrong("the handler waits at the mailbox for ever", ("            mailbox.put(None)", "            pass")),
        wrong("after its call has ended", ("self.members.discard(mailbox)", "pass")),
        wrong("Is the author in the answer", ("author=request.author, ", "")),
        wrong(
            "put into a mailbox just once",
            ("other.put(heard)", "other.put(heard)\n                    other.put(heard)"),
        ),
        wrong("keep that name", ("self.members", "self.people")),
        wrong("raised AttributeError", ("self.members.add", "self.members.append"), outcome="raised"),
    ],
)  # fmt: skip
