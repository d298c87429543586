"""A block goes through the rules, in their order."""

from __future__ import annotations

from typing import Any

from ..engine import Check, WriteFunction, wrong
from .setup import BITS, ledger, ledger_pb2, mined

_TRANSFERS = (
    "The transfers were changed after the block was mined: `ledger.hash_of_transfers(block.transfers)` is no longer what "
    "stands in `transfers_hash`."
)
_FIRST = "Two rules are broken here, and the first of them in the order of the goal is asked for."
_LESS = "The header asks for fewer zero bits than `needed`: its hash does what the header says, and that is too easy."
_CHANGED = "The header was changed after the block was mined, so its hash has hardly any zero bits."
_OWN = "The header asks for more zero bits than are needed. Then its hash must have as many as it asks for."
_PREVIOUS = "`previous_hash` must be the hash of the header of `before`."
_HEIGHT = "The height must be one more than that of `before`: not the same, and not two more."
_GOOD = "This block keeps all rules, so there is no word for it: None."


def _check_broken_rule(check: Check) -> None:
    one, two = (ledger_pb2.Transfer(parcel_id=f"P-{n}", to_holder="north") for n in (1, 2))
    first = mined(ledger.FIRST, one)
    good, harder = mined(first, two), mined(first, two, zero_bits=BITS + 2)

    def but(block: Any, **changes: object) -> Any:
        """The block with a header that was changed afterwards, so that it does not fit any more."""
        changed = ledger_pb2.Block()
        changed.CopyFrom(block)
        for name, value in changes.items():
            setattr(changed.header, name, value)
        while ledger.zero_bits(ledger.hash_of(changed.header)) >= min(BITS, changed.header.zero_bits):
            changed.header.nonce += 1
        return changed

    def with_more(block: Any) -> Any:
        changed = ledger_pb2.Block()
        changed.CopyFrom(block)
        changed.transfers.append(one)
        return changed

    missing_one = ledger_pb2.Block(header=good.header)
    between = but(harder)
    while ledger.zero_bits(ledger.hash_of(between.header)) != BITS + 1:
        between.header.nonce += 1
    stories: list[tuple[str, Any, str | None, str]] = [
        ("a good block", good, None, _GOOD),
        ("a block that is harder than it needs to be", harder, None, _GOOD),
        ("a block without transfers", mined(first), None, _GOOD),
        ("a block with a transfer more than it was mined with", with_more(good), "transfers", _TRANSFERS),
        ("a block with a transfer less than it was mined with", missing_one, "transfers", _TRANSFERS),
        ("a header that was changed after it was mined", but(good, miner="Mallory"), "work", _CHANGED),
        ("a header that asks for one zero bit less", mined(first, two, zero_bits=BITS - 1), "work", _LESS),
        (f"a header that asks for {BITS + 2} zero bits, and has {BITS + 1}", between, "work", _OWN),
        ("a block that follows on another one", mined(ledger.FIRST, two, height=2), "previous", _PREVIOUS),
        ("a block with the height of the one before", mined(first, two, height=1), "height", _HEIGHT),
        ("a block that is two higher", mined(first, two, height=3), "height", _HEIGHT),
        ("another transfer, and a changed header", with_more(but(good, miner="M")), "transfers", _FIRST),
        ("too little work, and another block before", but(good, previous_hash=bytes(32)), "work", _FIRST),
        ("another block before, and a wrong height", mined(ledger.FIRST, two, height=7), "previous", _FIRST),
    ]
    for story, block, expected, diagnosis in stories:
        _expect(check, story, block, first, BITS, expected, diagnosis)
    later = mined(good)
    _expect(check, "a good block, later in the chain", later, good, BITS, None, _GOOD)
    _expect(check, "a good block, where more zero bits are needed", later, good, BITS + 9, "work", _LESS)
    _expect(check, "a block that is two higher", mined(good, height=4), good, BITS, "height", _HEIGHT)


def _expect(
    check: Check, story: str, block: Any, before: Any, needed: int, expected: str | None, diagnosis: str
) -> None:
    result = check.run(block, before, needed, called=f"broken_rule(block, before, {needed}), of {story}")
    result.expect_value(expected, diagnosis)


broken_rule = WriteFunction(
    title="The first rule that is broken",
    task="""
        **Input:** a `block`, the block `before` it, and how many zero bits are `needed`.

        **Goal:** return the first of these words whose rule the block breaks, in this order, or None if it breaks none:
        `"transfers"`: `transfers_hash` is the hash of its transfers. `"work"`: its header asks for at least as many
        `zero_bits` as needed, and the hash of the header has at least as many as it asks for. `"previous"`:
        `previous_hash` is the hash of the header of `before`. `"height"`: its height is one more.

        **Example:** a block to which a transfer was added after it was mined breaks `"transfers"`.
    """,
    check=_check_broken_rule,
    hints=[
        "`ledger` has all the tools: `hash_of_transfers(block.transfers)`, `hash_of(block.header)`, and `zero_bits(...)` of "
        "a hash.",
        "One `if` for each rule, in the order of the goal, and each returns its word. *Work* has two halves, joined by "
        "`or`.",
    ],
    reason="The order is no matter of taste. What is cheap and needs nobody else comes first, and a header says "
    "something about the transfers only after its hash of them was checked.",
    wrong_answers=[
        wrong(
            "The transfers were changed after",
            ("header.transfers_hash != ledger.hash_of_transfers(block.transfers)", "False"),
        ),
        wrong("fewer zero bits than `needed`", ("header.zero_bits < needed or ", "")),
        wrong(
            "so its hash has hardly any",
            (" or ledger.zero_bits(ledger.hash_of(header)) < header.zero_bits", ""),
        ),
        wrong("as many as it asks for", ("(header)) < header.zero_bits", "(header)) < needed")),
        wrong(
            "must be the hash of the header of `before`",
            ("header.previous_hash != ledger.hash_of(before.header)", "False"),
        ),
        wrong(
            "one more than that of `before`",
            ("header.height != before.header.height + 1", "header.height <= before.header.height"),
        ),
        wrong("no word for it: None").diff("""
                     return "height"
            +    return "good"
        """),
    ],
)
