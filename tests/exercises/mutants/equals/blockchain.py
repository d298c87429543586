"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_FREE = "Neither of the two sees what the other does, so their order is free."
_LISTS = "What is given is a list, and a copy of it has the same in it."
_COLLECTED = (
    "In CPython the stream is cancelled when its last reference goes, which is when the function returns."
)
_TWICE = "Once more changes nothing."
_OURS = "That part is given, and the client's cancellation ends the reader, too."

EQUALS: dict[str, dict[str, str]] = {
    "confirmed": {
        "+ replies.cancel()": _TWICE,
        "+ return found and - return found": _COLLECTED,
        "- replies.cancel()": _COLLECTED,
        "replies[.cancel() -> ]": _COLLECTED,
        "replies = office.WatchBlocks([ledger_pb2.WatchBlocksRequest(from_h… -> first_seen(ledger_pb2.WatchBlocksReq…]))": (
            "It is the same request each time."
        ),
    },
    "most_work": {"…2 ** header.zero_bits for header in [chain -> list(chain)])))": _LISTS},
    "no_echo": {
        "+ async def read(self, requests, outbo… and -  | async def read(self, requests, ou…": _FREE,
        "+ outbox.put_nowait(None)": _TWICE,
        "+ reader.cancel()": _TWICE,
        "+ self.hear(news, outbox)": _TWICE,
        "+ self.known.append(news)": _TWICE,
        "+ self.outboxes.remove(outbox) and - self.outboxes.remove(outbox)": _FREE,
        "-  | def hear(self, news, outbox): | i… and + def hear(self, news, outbox): | if n…": _FREE,
        "- reader.cancel()": _OURS,
        "- self.known.append(news) and + self.known.append(news)": _FREE,
        "- try: and - finally: #2": "A reader that is cancelled has nobody who waits for its outbox.",
        "reader[.cancel() -> ]": _OURS,
    },
    "waiting_again": {
        "+ before = [transfer for block in old … and - before = [transfer for block in old …": _FREE,
        "before = [transfer for block in [old -> list(old)] for transfer in block.transfers]": _LISTS,
        "settled = [transfer for block in [new -> list(new)] for transfer in block.transfers]": _LISTS,
    },
}
UNSOLVED: dict[str, tuple[str, ...]] = {}
