@blockchain.confirmed
def confirmed(office, transfer, depth):
    found = None
    replies = office.WatchBlocks(ledger_pb2.WatchBlocksRequest(from_height=1))
    for reply in replies:
        height = reply.block.header.height
        if transfer in reply.block.transfers:
            found = height
        elif found is not None and height <= found:
            found = None
        if found is not None and height - found >= depth:
            replies.cancel()
            return found
