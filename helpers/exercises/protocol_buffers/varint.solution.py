@protocol_buffers.varint
def varint(number):
    if number < 0:
        number += 2**64
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    parts.append(number)
    return bytes(parts)
