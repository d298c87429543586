@blockchain.most_work
def most_work(chains):
    return max(chains, key=lambda chain: sum(2**header.zero_bits for header in chain))
