@grpc_by_hand.messages
def messages(pieces):
    rest = b""
    for piece in pieces:
        rest += piece
        while len(rest) >= 5:
            end = 5 + int.from_bytes(rest[1:5], "big")
            if len(rest) < end:
                break
            yield rest[5:end]
            rest = rest[end:]
