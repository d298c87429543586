"""The rules of the custody ledger, without a network."""

from __future__ import annotations

import asyncio

import pytest

from helpers import ledger
from helpers.ledger import (
    Ledger,
    RuleBroken,
    UnknownParent,
    hash_of,
    hash_of_transfers,
    ledger_pb2,
    zero_bits,
)

BITS = 6


def transfer(parcel: str, to: str, since: str = "") -> object:
    return ledger_pb2.Transfer(parcel_id=parcel, from_holder=since, to_holder=to)


def mined(at: Ledger, miner: str = "north", bits: int = 0, **changes: object):
    """The next block of a ledger, which does not have it yet."""
    header = at.next_header(miner, bits)
    for name, value in changes.items():
        setattr(header, name, value)
    assert asyncio.run(ledger.mine(header))
    return ledger_pb2.Block(header=header, transfers=at.waiting)


def grown(*miners: str) -> Ledger:
    """A ledger with a block of each of these."""
    made = Ledger(BITS)
    for miner in miners:
        made.add(mined(made, miner))
    return made


def test_all_of_a_transfer_and_of_a_header_is_hashed():
    assert hash_of_transfers([transfer("P", "Ada")]) != hash_of_transfers(
        [transfer("P", "Ada"), transfer("P", "Ada")]
    )
    seen = {
        hash_of_transfers([transfer(*each)])
        for each in (("a", "b", "c"), ("ab", "", "c"), ("a", "bc", ""), ("", "", ""))
    }
    assert len(seen) == 4, "where one text ends and the next begins is hashed, too"
    header = {
        "previous_hash": bytes(32),
        "transfers_hash": bytes(32),
        "height": 1,
        "zero_bits": 2,
        "nonce": 3,
        "miner": "m",
    }
    hashes = {hash_of(ledger_pb2.Header(**header))}
    for name, other in {**header, "previous_hash": b"\1" * 32, "transfers_hash": b"\1" * 32}.items():
        changed = other + 1 if isinstance(other, int) else other + "x" if isinstance(other, str) else other
        hashes.add(hash_of(ledger_pb2.Header(**{**header, name: changed})))
    assert len(hashes) == 1 + len(header)


@pytest.mark.parametrize(
    ("digest", "bits"), [(b"\xff", 0), (b"\x80", 0), (b"\x7f", 1), (b"\x00\x01", 15), (b"\x00", 8)]
)
def test_zero_bits(digest, bits):
    assert zero_bits(digest) == bits


def test_mining_finds_the_first_nonce_that_fits():
    header = ledger_pb2.Header(zero_bits=12)
    assert asyncio.run(ledger.mine(header))
    assert zero_bits(hash_of(header)) >= 12
    header.nonce, found = 0, header.nonce
    while zero_bits(hash_of(header)) < 12:
        header.nonce += 1
    assert header.nonce == found


def test_mining_gives_up_and_lets_others_work():
    header, asked = ledger_pb2.Header(zero_bits=255), []

    async def both() -> tuple[bool, str]:
        other = asyncio.create_task(asyncio.sleep(0, "worked"))
        return await ledger.mine(header, lambda: asked.append(other.done()) or len(asked) < 4), await other

    assert asyncio.run(both()) == (False, "worked")
    assert asked[0] is False
    assert asked[-1] is True


def test_the_machine_has_a_rate():
    assert ledger.hash_rate(0.001) > 0


def test_a_parcel_passes_from_its_holder_alone():
    mine = Ledger(BITS)
    mine.submit(transfer("P", "north"))
    mine.submit(transfer("P", "Ada", "north"))
    with pytest.raises(RuleBroken, match="Ada holds P, and it was to pass from north"):
        mine.submit(transfer("P", "Ben", "north"))
    with pytest.raises(RuleBroken, match="nobody holds Q, and it was to pass from Ada"):
        mine.submit(transfer("Q", "Ben", "Ada"))
    with pytest.raises(RuleBroken, match="Ada holds P, and it was to pass from nobody"):
        mine.submit(transfer("P", "Ben"))
    mine.add(mined(mine))
    assert mine.waiting == []
    assert mine.holders() == {"P": "Ada"}
    assert mine.height == 1


def test_what_breaks_a_rule_is_refused():
    mine = grown("north")
    mine.submit(transfer("P", "north"))
    good = mined(mine)

    def but(**changes: object):
        changed = ledger_pb2.Block()
        changed.CopyFrom(good)
        for name, value in changes.items():
            setattr(changed.header, name, value)
        return changed

    more = but()
    more.transfers.append(transfer("Q", "north"))
    lazy = but(miner="Mallory")
    while zero_bits(hash_of(lazy.header)) >= BITS:
        lazy.header.nonce += 1
    for block, match in [
        (more, "block 2: these are not the transfers"),
        (lazy, f"block 2: its hash does not begin with {BITS} zero bits"),
        (but(zero_bits=1), f"block 2: it asks for 1 zero bits, and {BITS} are needed"),
        (but(zero_bits=300), "does not begin with 300 zero bits"),
        (mined(mine, height=7), "block 7: it follows on block 1"),
        (mined(mine, previous_hash=bytes(32)), "block 2: the block before it is not known here"),
        (ledger_pb2.Block(), "block 0: these are not the transfers"),
    ]:
        with pytest.raises(RuleBroken, match=match):
            mine.add(block)
    stolen = [transfer("P", "Ben", "Ada")]
    with pytest.raises(RuleBroken, match="nobody holds P"):
        mine.add(ledger_pb2.Block(header=_header_with(mine, stolen), transfers=stolen))
    assert mine.add(good)
    assert not mine.add(good), "it is known"
    with pytest.raises(RuleBroken, match="these are not the transfers"):
        mine.add(more)  # its header is that of a block which is known


def _header_with(at: Ledger, transfers: list) -> object:
    header = at.next_header("Mallory")
    header.transfers_hash = hash_of_transfers(transfers)
    assert asyncio.run(ledger.mine(header))
    return header


def test_most_work_counts_and_not_most_blocks():
    north, south = grown("all"), grown("all")
    for _ in range(2):
        north.add(mined(north))
    south.add(mined(south, "south", BITS + 2))
    harder = south.chain()[-1]
    assert north.add(harder)
    assert north.head == hash_of(harder.header), "one block of four times the work against two"
    assert north.height == 2


def test_equal_work_changes_nothing():
    north, south = grown("north"), grown("south")
    before = north.head
    assert north.add(south.chain()[-1])
    assert north.head == before


def test_transfers_of_the_losing_branch_wait_again():
    north, south = grown("all"), grown("all")
    for each in (transfer("P", "Ada"), transfer("Q", "north"), transfer("R", "north")):
        north.submit(each)
    north.add(mined(north))
    north.submit(transfer("R", "Ada", "north"))
    south.submit(transfer("P", "Ben"))
    south.submit(transfer("R", "north"))
    south.add(mined(south, "south"))
    south.add(mined(south, "south"))
    for block in south.chain()[2:]:
        north.add(block)
    assert north.head == south.head
    assert north.waiting == [transfer("Q", "north"), transfer("R", "Ada", "north")]
    assert north.holders()["P"] == "Ben", "the other one is void"


def test_blocks_that_come_too_early_wait_for_their_parents():
    north, airport = grown("a", "b", "c"), Ledger(BITS)
    with pytest.raises(UnknownParent):
        airport.add(north.chain()[-1])
    for block in north.missing(airport.known_hashes()):
        assert airport.add(block)
    assert airport.head == north.head
    assert north.missing(north.known_hashes()) == []
    assert len(north.missing([])) == 3
    assert len(north.missing([hash_of(north.chain()[1].header), b"of another branch"])) == 2
    assert airport.known_hashes()[0] == airport.head


def test_a_long_chain_names_its_newest_blocks():
    long = Ledger(0)
    for number in range(ledger.KNOWN + 5):
        long.add(mined(long, str(number)))
    assert len(long.known_hashes()) == ledger.KNOWN
