@http2_on_the_wire.split_frames
def frames(data):
    while len(data) >= 9:
        end = 9 + int.from_bytes(data[:3], "big")
        if len(data) < end:
            return
        yield data[3], data[4], int.from_bytes(data[5:9], "big") & 0x7FFF_FFFF, data[9:end]
        data = data[end:]
