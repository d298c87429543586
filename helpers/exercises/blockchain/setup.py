"""What the lesson's setup cell imports: the names that the exercises, and learners' cells, find there."""

from __future__ import annotations

import asyncio

import grpc

from ... import ledger, protos

__all__ = ["BITS", "GOSSIP", "LEDGER", "asyncio", "grpc", "ledger", "ledger_pb2", "ledger_pb2_grpc", "mined"]

ledger_pb2, ledger_pb2_grpc = protos.load("courier/v1/ledger.proto")

GOSSIP = ledger_pb2.DESCRIPTOR.services_by_name["GossipService"]
LEDGER = ledger_pb2.DESCRIPTOR.services_by_name["LedgerService"]
BITS = 8
"""Zero bits of the exercises' blocks: a few hundred tries."""


def mined(before: object, *transfers: object, zero_bits: int = BITS, miner: str = "north", **changes: object):
    """A block that follows on another one, with a nonce that fits; ``changes`` are of the header, before it is mined."""
    header = ledger_pb2.Header(
        previous_hash=ledger.hash_of(before.header),  # type: ignore[attr-defined]
        transfers_hash=ledger.hash_of_transfers(transfers),
        height=before.header.height + 1,  # type: ignore[attr-defined]
        zero_bits=zero_bits,
        miner=miner,
    )
    for name, value in changes.items():
        setattr(header, name, value)
    while ledger.zero_bits(ledger.hash_of(header)) < header.zero_bits:
        header.nonce += 1
    return ledger_pb2.Block(header=header, transfers=transfers)
