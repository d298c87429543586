"""Of several chains, the one with the most work."""

from __future__ import annotations

from ..engine import Case, WriteFunction, wrong
from .setup import ledger_pb2

_LONGER = "The longer chain has less work: each further zero bit doubles the tries. Add up `2**zero_bits`, do not count."
_SUM = "One zero bit more is twice the work. Four blocks of 8 bits are as much as one of 10, and not as much as one of 32."
_FIRST = (
    "Both have the same work. Then the chain that was there first stays: else depots would change to and fro."
)
_LAST = "The most work may stand anywhere in the list."
_ALL = "All blocks of a chain count, and not the hardest or the last one alone."
_OWN = "Nobody has more work than the first one, which is the depot's own."


def _chain(*zero_bits: int) -> list:
    return [ledger_pb2.Header(height=n, zero_bits=bits) for n, bits in enumerate(zero_bits, 1)]


def _case(expected: int, diagnosis: str, *chains: tuple[int, ...]) -> Case:
    """A case in which the chain of this place is the one."""
    listed = ", ".join(str(list(bits)) for bits in chains)
    called = f"most_work(chains), with zero bits {listed}"
    return Case(([_chain(*bits) for bits in chains],), _chain(*chains[expected]), diagnosis, called=called)


most_work = WriteFunction(
    title="The chain with the most work",
    task="""
        **Input:** `chains`, a list of chains, each a list of headers. The first is the depot's own.

        **Goal:** return the chain with the most work. A block with `zero_bits` zero bits is worth 2 to the power of
        that, and a chain the sum of its blocks. Of chains with equal work the one that comes first in the list wins.

        **Example:** of a chain of three blocks with 8 bits each, and one of a single block with 10, the second has more
        work: 1,024 against 768.
    """,
    cases=[
        _case(1, _LONGER, (8, 8, 8), (10,)),
        _case(0, _SUM, (8, 8, 8, 8, 8), (10,)),
        _case(0, _FIRST, (8, 8), (9,)),
        _case(0, _FIRST, (9,), (8, 8)),
        _case(1, _FIRST, (8,), (9, 9), (10,)),
        _case(2, _LAST, (8,), (9,), (9, 8), (8, 8)),
        _case(1, _ALL, (12, 8), (11, 11, 11, 8)),
        _case(0, _ALL, (12, 8), (8, 8, 11)),
        _case(0, _OWN, (10, 10), (10,), ()),
        _case(1, _LAST, (), (1,)),
    ],
    hints=[
        "The work of one chain: `sum(2**header.zero_bits for header in chain)`.",
        "`max(chains, key=...)` takes a function that gives each chain its number, and of equal ones the first.",
    ],
    reason="With equal difficulty the longest chain is the one with the most work, and so it is often told. Who counts "
    "blocks alone can be given a long chain of blocks that were easy to make.",
    wrong_answers=[
        wrong("The longer chain has less work").whole("""
            def most_work(chains):
                return max(chains, key=len)
        """),
        wrong("The longer chain has less work", ("2**header.zero_bits", "header.zero_bits")),
        wrong(
            "then the chain that was there first stays".capitalize(), ("max(chains, ", "max(chains[::-1], ")
        ),
        wrong(
            "One zero bit more is twice the work",
            (
                "sum(2**header.zero_bits for header in chain)",
                "max((header.zero_bits for header in chain), default=0)",
            ),
        ),
        wrong("The longer chain has less work").whole("""
            def most_work(chains):
                return chains[0]
        """),
    ],
)
