"""The rules of the custody ledger (`courier/v1/ledger.proto`): hashes, proof of work, and a chain of blocks.

Nothing here talks to anybody: blocks and transfers come in as messages, and either keep the rules, or raise `RuleBroken`.
"""

from __future__ import annotations

import asyncio
import hashlib
import struct
import time
from collections.abc import Callable, Iterable
from typing import Any

from . import protos

ledger_pb2, _ = protos.load("courier/v1/ledger.proto")

BURST = 3_000
"""Hashes that `mine` tries before it lets others work: two or three milliseconds."""
KNOWN = 50
"""So many of its newest blocks a ledger names when it asks for the rest."""


class RuleBroken(Exception):
    """A block or a transfer breaks a rule; the text says which."""


class UnknownParent(RuleBroken):
    """A block follows on one that is not here (yet)."""


def hash_of_transfers(transfers: Iterable[Any]) -> bytes:
    """SHA-256 of transfers in their order.

    Not of their serialized bytes: Protocol Buffers do not promise that two programs write the same message as the same
    bytes. The lengths stand before the texts, so that no two lists of transfers have the same.
    """
    hashed = hashlib.sha256()
    for transfer in transfers:
        for text in (transfer.parcel_id, transfer.from_holder, transfer.to_holder):
            data = text.encode()
            hashed.update(struct.pack(">I", len(data)) + data)
    return hashed.digest()


def hash_of(header: Any) -> bytes:
    """SHA-256 of a block's header: the block's name, and its proof of work."""
    return _with_nonce(_begun(header), header.nonce).digest()


def zero_bits(digest: bytes) -> int:
    """With how many zero bits a hash begins."""
    return 8 * len(digest) - int.from_bytes(digest, "big").bit_length()


async def mine(header: Any, still: Callable[[], bool] = lambda: True) -> bool:
    """Tries nonces from 0 until the header's hash begins with as many zero bits as the header says.

    Args:
        header: a `Header`, whose nonce is set.
        still: asked after each few thousand tries whether to go on.

    Returns:
        Whether a nonce was found; False where `still` said no.
    """
    begun, limit = _begun(header), 1 << (256 - min(header.zero_bits, 256))
    first = 0
    while still():
        for nonce in range(first, first + BURST):
            if int.from_bytes(_with_nonce(begun, nonce).digest(), "big") < limit:
                header.nonce = nonce
                return True
        first += BURST
        await asyncio.sleep(0)
    return False


def hash_rate(seconds: float = 0.1) -> float:
    """How many nonces this machine tries in a second; takes so many ``seconds`` to find out."""
    begun, tried, start = (
        _begun(ledger_pb2.Header(previous_hash=bytes(32), transfers_hash=bytes(32))),
        0,
        time.perf_counter(),
    )
    while (took := time.perf_counter() - start) < seconds:
        for nonce in range(tried, tried + 1_000):
            int.from_bytes(_with_nonce(begun, nonce).digest(), "big")
        tried += 1_000
    return tried / took


FIRST = ledger_pb2.Block(header=ledger_pb2.Header(transfers_hash=hash_of_transfers(())))
"""The block that all chains begin with. It holds nothing, and needs no work."""


class Ledger:
    """All blocks that keep the rules, and the chain that counts: the one with the most work.

    Args:
        zero_bits: with how many zero bits a block's hash has to begin, at least.
    """

    def __init__(self, zero_bits: int) -> None:
        self.zero_bits = zero_bits
        self.head = hash_of(FIRST.header)
        """The hash of the last block of the chain."""
        self.blocks: dict[bytes, Any] = {self.head: FIRST}
        """Blocks by their hash, those of other branches among them."""
        self.work: dict[bytes, int] = {self.head: 0}
        """Hashes that a chain up to a block has taken on average, by the hash of that block."""
        self.waiting: list[Any] = []
        """Transfers that stand in no block of the chain."""

    @property
    def height(self) -> int:
        """The height of the last block."""
        return int(self.blocks[self.head].header.height)

    def chain(self, head: bytes = b"") -> list[Any]:
        """The blocks up to `head`, or else up to the last one, from the first."""
        block = self.blocks[head or self.head]
        found = [block]
        while block.header.height:
            block = self.blocks[block.header.previous_hash]
            found.append(block)
        return found[::-1]

    def holders(self, more: Iterable[Any] = (), head: bytes = b"") -> dict[str, str]:
        """Who holds which parcel after the transfers of a chain, and then ``more``.

        Raises:
            RuleBroken: a transfer from somebody who does not hold the parcel.
        """
        held: dict[str, str] = {}
        for transfer in [each for block in self.chain(head) for each in block.transfers] + list(more):
            holder = held.get(transfer.parcel_id, "")
            if transfer.from_holder != holder:
                whose = f"{holder} holds" if holder else "nobody holds"
                raise RuleBroken(
                    f"{whose} {transfer.parcel_id}, and it was to pass from {transfer.from_holder or 'nobody'}"
                )
            held[transfer.parcel_id] = transfer.to_holder
        return held

    def check(self, block: Any) -> None:
        """Goes through the rules for a block.

        Raises:
            RuleBroken: it breaks one of them.
            UnknownParent: it keeps the first two, and the block before it is not here.
        """
        header, name = block.header, f"block {block.header.height}"
        if hash_of_transfers(block.transfers) != header.transfers_hash:
            raise RuleBroken(f"{name}: these are not the transfers that its header was made for")
        if header.zero_bits < self.zero_bits:
            raise RuleBroken(
                f"{name}: it asks for {header.zero_bits} zero bits, and {self.zero_bits} are needed"
            )
        if zero_bits(hash_of(header)) < header.zero_bits:
            raise RuleBroken(f"{name}: its hash does not begin with {header.zero_bits} zero bits")
        before = self.blocks.get(header.previous_hash)
        if before is None:
            raise UnknownParent(f"{name}: the block before it is not known here")
        if header.height != before.header.height + 1:
            raise RuleBroken(f"{name}: it follows on block {before.header.height}")
        self.holders(block.transfers, header.previous_hash)

    def add(self, block: Any) -> bool:
        """Takes a block; returns whether it is new.

        Raises:
            RuleBroken: as `check` does, which comes first: a block that is known has the same header, but not for certain
                the same transfers.
        """
        self.check(block)
        digest = hash_of(block.header)
        if digest in self.blocks:
            return False
        self.blocks[digest] = block
        self.work[digest] = self.work[block.header.previous_hash] + 2**block.header.zero_bits
        if self.work[digest] > self.work[self.head]:
            self._go_to(digest)
        return True

    def submit(self, transfer: Any) -> None:
        """Takes a transfer up for the next block.

        Raises:
            RuleBroken: the parcel is held by somebody else, after the chain and all that waits.
        """
        self.holders([*self.waiting, transfer])
        self.waiting.append(transfer)

    def next_header(self, miner: str, zero_bits: int = 0) -> Any:
        """The header of a block with all that waits, to be mined."""
        return ledger_pb2.Header(
            previous_hash=self.head,
            transfers_hash=hash_of_transfers(self.waiting),
            height=self.height + 1,
            zero_bits=max(zero_bits, self.zero_bits),
            miner=miner,
        )

    def known_hashes(self) -> list[bytes]:
        """The hashes of the newest blocks of the chain, newest first."""
        return [hash_of(block.header) for block in self.chain()[: -KNOWN - 1 : -1]]

    def missing(self, known_hashes: Iterable[bytes]) -> list[Any]:
        """The blocks of the chain that somebody lacks who has those."""
        chain, known = self.chain(), set(known_hashes)
        common = max((block.header.height for block in chain if hash_of(block.header) in known), default=0)
        return chain[common + 1 :]

    def _go_to(self, head: bytes) -> None:
        """Goes over to another block as the last one; transfers that are in no block any more wait again."""
        kept = {hash_of(block.header) for block in self.chain(head)}
        left = [block for block in self.chain() if hash_of(block.header) not in kept]
        waiting, self.waiting, self.head = self.waiting, [], head
        for transfer in [each for block in left for each in block.transfers] + waiting:
            try:
                self.submit(transfer)
            except RuleBroken:
                continue  # it stands in the new chain already, or what stands there is against it


def _begun(header: Any) -> hashlib._Hash:
    """The hash of a header as far as its nonce."""
    miner = header.miner.encode()
    fixed = struct.pack(">III", header.height, header.zero_bits, len(miner))
    return hashlib.sha256(header.previous_hash + header.transfers_hash + fixed + miner)


def _with_nonce(begun: hashlib._Hash, nonce: int) -> hashlib._Hash:
    hashed = begun.copy()
    hashed.update(nonce.to_bytes(8, "big"))
    return hashed
