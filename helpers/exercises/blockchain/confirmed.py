"""A client that waits until a transfer has enough blocks on top of it, through a change of branch."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from ..engine import Check, WriteClient, wrong
from .setup import LEDGER, ledger_pb2, ledger_pb2_grpc

_FOR_EVER = 20.0  # seconds: longer than the check has
_EARLY = "Return when as many blocks as asked for *follow* on the one with the transfer; that one does not count itself."
_LATE = (
    "There were enough blocks on top of it by then. Return as soon as there are, since the stream never ends, and take only "
    "a block at its height or below for another branch."
)
_BRANCH = (
    "The depot went over to another branch, which begins at or below the transfer's block and does not have it. What was "
    "found before is void: wait until the transfer comes again."
)
_SAME = "The new branch begins above the transfer's block, which stays where it is."
_MOVED = "On the new branch the transfer stands in another block. Count from there."
_FROM = "Ask for the blocks from height 1 on: the transfer may be old."
_OPEN = "The stream goes on for ever, so end it: `replies.cancel()` before you return."
_OTHER = "This is another transfer. All its fields must be the same."
_ZERO = "With 0 blocks on top, the block with the transfer is enough."


def _check_confirmed(check: Check) -> None:
    ada = ledger_pb2.Transfer(parcel_id="P-1", from_holder="north", to_holder="Ada")
    other = ledger_pb2.Transfer(parcel_id="P-1", from_holder="north", to_holder="Ben")

    def expect(blocks: str, depth: int, expected: int, diagnosis: Any, mine: Any = ada) -> None:
        """Blocks by height, in the order in which they come; one with the transfer has an x, with another one an o."""
        marks = {"x": mine, "o": ada if mine is other else other}
        replies = []
        for each in blocks.split():
            block = ledger_pb2.Block(header={"height": int(each.rstrip("xo"))})
            block.transfers.extend(marks[mark] for mark in each.lstrip("0123456789"))
            replies.append(ledger_pb2.WatchBlocksResponse(block=block))

        def watch(request: Any, context: Any) -> Iterator[Any]:
            over = threading.Event()
            context.add_callback(over.set)
            yield from replies
            over.wait(_FOR_EVER)

        result = check.run_client(
            mine, depth, story=f"blocks {blocks}", within=3, stuck=_LATE, WatchBlocks=watch
        )
        result.expect_value(expected, diagnosis)
        result.expect_sent("WatchBlocks", ledger_pb2.WatchBlocksRequest(from_height=1), diagnosis=_FROM)
        (received,) = result.received("WatchBlocks")
        result.expect(received.over(within=1.5), "the stream ends", "it goes on", _OPEN)

    expect("1x 2 1 2x 3 4", 2, 2, {1: _EARLY, ...: _MOVED})
    expect("1 2x 3 4", 2, 2, _EARLY)
    expect("1x 2 3 4", 3, 1, _EARLY)
    expect("1 2x", 0, 2, _ZERO)
    expect("1 2o 3 4x 5", 1, 4, _OTHER, mine=other)
    expect("1 2o 3 4x 5", 1, 4, _OTHER)
    expect("1 2x 3 2 3x 4 5", 2, 3, {2: _EARLY, ...: _MOVED})
    expect("1 2x 3 2o 3 4 5x 6 7", 2, 5, _BRANCH)
    expect("1 2x 3 1 2 3 4 5x 6 7", 2, 5, _BRANCH)
    expect("1 2x 3 4 3 4 5", 3, 2, _SAME)
    expect("1 2x 3 2x 3 4", 2, 2, _MOVED)
    expect("1ox 2", 1, 1, _OTHER)


confirmed = WriteClient(
    title="Going further: wait until it is settled",
    task="""
        **Input:** the stub `office`, a `transfer`, and `depth`, how many blocks are to follow on the one it stands in.

        **Goal:** watch the blocks from height 1 on. As soon as there are `depth` blocks above the one with this transfer,
        end the stream and return the height of that block. When the depot goes over to another branch, its blocks come
        again from the first that is new: then a block comes at or below a height that you have seen, and what stood from
        there on counts no longer.

        **Example:** with `depth` 2, blocks come with heights 1, 2, 3, and the transfer stands in 2. Then come 2 and 3 of
        another branch, with the transfer in 3, then 4 and 5: return 3.
    """,
    services=[LEDGER],
    stubs=[ledger_pb2_grpc.LedgerServiceStub],
    check=_check_confirmed,
    hints=[
        "Remember the height at which the transfer was found, and None as long as it was not: "
        "`if transfer in reply.block.transfers: found = height`.",
        "If a block comes without it, at that height or below, it is another branch: `found = None`.",
        "`replies = office.WatchBlocks(...)` is the call itself; `replies.cancel()` ends it.",
    ],
    reason="How many blocks are enough is a matter of money: an attacker needs as much work as all of them together. What "
    "no client may do is to act on the first block, and to forget that branches change.",
    wrong_answers=[
        wrong("that one does not count itself", (">= depth", ">= depth - 1")),
        wrong("Return as soon as there are", (">= depth", "> depth + 1")),
        wrong("wait until the transfer comes again", ("            found = None\n", "            pass\n")),
        wrong("at its height or below for another branch", ("height <= found", "height <= found + 1")),
        wrong("Ask for the blocks from height 1", ("from_height=1", "from_height=2")),
        wrong(
            "All its fields must be the same",
            (
                "if transfer in reply.block.transfers",
                "if transfer.parcel_id in [t.parcel_id for t in reply.block.transfers]",
            ),
        ),
    ],
)
