"""Which transfers wait after a depot has gone over to another branch."""

from __future__ import annotations

from ..engine import Case, WriteFunction, wrong
from .setup import ledger_pb2

_LOST = "A transfer stood in a block that counts no longer, and in none that does. It must wait again, or it is lost."
_SETTLED = "A transfer stands in a block of the new chain, so it must not wait: it would be taken up twice."
_STILL = "What waited before, and stands in no block of the new chain, waits on."
_ORDER = "Those that come back are older than those that waited, so they come first; and each group keeps its order."
_PARCEL = "The parcel has another transfer in the new chain, and this one not: compare transfers, and not their parcels."
_NONE = "All transfers of the old chain stand in the new one."


def _transfer(number: int) -> object:
    """The parcel of this number comes to the north; with a minus, it leaves the north again."""
    if number < 0:
        return ledger_pb2.Transfer(parcel_id=f"P{number}", from_holder="north", to_holder="Ada")
    return ledger_pb2.Transfer(parcel_id=f"P-{number}", to_holder="north")


def _chain(name: str, *blocks: tuple[int, ...]) -> list:
    return [
        ledger_pb2.Block(
            header={"height": height, "miner": name if height > 1 else "all"},
            transfers=[_transfer(n) for n in numbers],
        )
        for height, numbers in enumerate(blocks, 1)
    ]


def _case(
    old: tuple[tuple[int, ...], ...],
    new: tuple[tuple[int, ...], ...],
    waiting: tuple[int, ...],
    expected: tuple[int, ...],
    diagnosis: str,
) -> Case:
    def told(numbers: tuple[int, ...]) -> str:
        return "[" + ", ".join(f"P-{n}" if n > 0 else f"P{n} to Ada" for n in numbers) + "]"

    chains = (" ".join(map(told, chain)) or "no block" for chain in (old, new))
    called = "waiting_again(old, new, waiting), with the blocks {}, then {}".format(*chains)
    given = _chain("north", *old), _chain("south", *new), [_transfer(n) for n in waiting]
    return Case(
        given, [_transfer(n) for n in expected], diagnosis, called=f"{called}, and {told(waiting)} waiting"
    )


waiting_again = WriteFunction(
    title="Lost transfers come back",
    task="""
        **Input:** `old` and `new`, the blocks of the depot's chain before and after it has gone over to another branch,
        and `waiting`, a list of the transfers that waited.

        **Goal:** return the list of transfers that wait afterwards: those of the old chain that stand in no block of the
        new one, in their order, and then those that waited, in theirs. None of them may stand in the new chain.

        **Example:** P-1 and P-2 stood in the old chain, P-3 waited, and the new chain has P-1 and P-3: P-2 waits.
    """,
    cases=[
        _case(((1,), (2,)), ((1,), (3,)), (), (2,), _LOST),
        _case(((1,), (2,)), ((1,), (3,)), (3,), (2,), _SETTLED),
        _case(((1,), (2,)), ((1,), (2,), ()), (4,), (4,), _STILL),
        _case(((1,), (2, 3), (4,)), ((1,), (3,), ()), (5,), (2, 4, 5), _ORDER),
        _case(((1,), (2,)), ((1,), (), (2,)), (), (), _NONE),
        _case(((1,), (-1, 2)), ((1,), (2,), ()), (-2,), (-1, -2), _PARCEL),
        _case(((1,), (7, 2, 5)), ((1,), (5,), (9,)), (8, 9, 6), (7, 2, 8, 6), _ORDER),
        _case((), ((1,), (2,)), (2, 3), (3,), _SETTLED),
        _case(((4,),), (), (), (4,), _LOST),
    ],
    hints=[
        "All transfers of a chain: `[transfer for block in chain for transfer in block.transfers]`.",
        "Messages can be compared with `==`, so `transfer not in settled` works where `settled` is a list.",
    ],
    reason="Blocks come and go with their branch; transfers belong to those who have submitted them. A node that forgets "
    "them makes its clients submit again, and they do not even learn that they should.",
    wrong_answers=[
        wrong("It must wait again, or it is lost", ("[*before, *waiting]", "waiting")),
        wrong(
            "it would be taken up twice",
            (
                "[*before, *waiting] if transfer not in settled",
                "before if transfer not in settled] + [transfer for transfer in waiting",
            ),
        ),
        wrong("waits on", ("[*before, *waiting]", "before")),
        wrong(
            "and not their parcels",
            ("[transfer for block in new", "[transfer.parcel_id for block in new"),
            ("if transfer not in settled", "if transfer.parcel_id not in settled"),
        ),
        wrong("so they come first", ("[*before, *waiting]", "[*waiting, *before]")),
        wrong("It must wait again, or it is lost").whole("""
            def waiting_again(old, new, waiting):
                return waiting
        """),
    ],
)
