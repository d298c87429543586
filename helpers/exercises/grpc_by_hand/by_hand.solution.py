def frame(kind, flags, stream, payload=b""):
    header = len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
    return header + payload


@grpc_by_hand.by_hand
def request_bytes(path, authority, message):
    headers = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", authority),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ]
    prefix = struct.pack(">BI", 0, len(message))
    return (
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        + frame(4, 0, 0, b"")
        + frame(1, 4, 1, hpack.Encoder().encode(headers))
        + frame(0, 1, 1, prefix + message)
    )
