@blockchain.broken_rule
def broken_rule(block, before, needed):
    header = block.header
    if header.transfers_hash != ledger.hash_of_transfers(block.transfers):
        return "transfers"
    if header.zero_bits < needed or ledger.zero_bits(ledger.hash_of(header)) < header.zero_bits:
        return "work"
    if header.previous_hash != ledger.hash_of(before.header):
        return "previous"
    if header.height != before.header.height + 1:
        return "height"
