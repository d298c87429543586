@blockchain.waiting_again
def waiting_again(old, new, waiting):
    settled = [transfer for block in new for transfer in block.transfers]
    before = [transfer for block in old for transfer in block.transfers]
    return [transfer for transfer in [*before, *waiting] if transfer not in settled]
