"""Messages out of DATA: a prefix, many in one frame, one in many frames."""

from __future__ import annotations

import itertools
import random
import struct
from collections.abc import Iterator
from typing import Any

from ..engine import Case, Check, Incorrect, WriteFunction, raises, wrong
from ..engine.diagnosis import Cause
from ..engine.formatting import describe, shortened, show
from ..engine.raw_exchange import prefixed, request_bytes, send_bytes
from .setup import PARCELS, quote_pb2

_STUCK = (
    "Your function is still at it. Where a message is not whole, leave the inner loop and take the next piece; and what "
    "has been handed over must not be read again."
)
_LENGTH = "The length is in the bytes 1 to 4 of the prefix, the highest first; byte 0 says whether it is compressed."
_NUMBER = "Is a number taken for bytes somewhere? `data[0]` is a number, `data[:1]` is bytes."
_RAISED: dict[object, str] = {
    struct.error: "`struct.unpack` wants exactly the bytes of its format, and a prefix may be cut in two: first make sure "
    "that 5 bytes are there.",
    IndexError: "There is no byte at that place. A piece may be empty, and a prefix may be cut in two.",
    **{(TypeError, part): _NUMBER for part in ("concat", "bytes-like", "'bytes'", "'int' object")},
}


def _check_messages(check: Check) -> None:
    long = random.Random(10).randbytes(70_000)  # the same for everybody
    several = prefixed(b"one") + prefixed(b"two") + prefixed(b"three")
    cases = [
        ("one message", [prefixed(b"one")], [b"one"]),
        ("three messages in one piece", [several], [b"one", b"two", b"three"]),
        ("a message in two pieces", [prefixed(b"courier")[:8], prefixed(b"courier")[8:]], [b"courier"]),
        ("a prefix in two pieces", [several[:10], several[10:]], [b"one", b"two", b"three"]),
        ("byte by byte", [several[i : i + 1] for i in range(len(several))], [b"one", b"two", b"three"]),
        (
            "empty messages, and an empty piece",
            [prefixed(b""), b"", several[8:16], prefixed(b"")],
            [b"", b"two", b""],
        ),
        ("70,000 bytes", list(_cut(prefixed(long) + prefixed(b"end"), 16_384)), [long, b"end"]),
        ("a last message that is cut off", [prefixed(b"one") + prefixed(b"two")[:-1]], [b"one"]),
        ("the beginning of a message of 16,777,217 bytes", [several[:8], b"\0\1\0\0\1", b"abc"], [b"one"]),
        _from_a_server(check),
    ]
    made = itertools.starmap(_case, cases)
    check.expect_values(*made, accept=_messages, show=_text, within=1.0, stuck=_STUCK, beyond=20)
    _expect_each_in_time(check)


def _cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def _from_a_server(check: Check) -> tuple[str, list[bytes], list[bytes]]:
    reply = quote_pb2.GetParcelResponse(parcel=quote_pb2.Parcel(parcel_id="P-7", recipient="Ada " * 10_000))
    with check.fake_server(GetParcel=reply) as server:
        sent = request_bytes("/courier.v1.ParcelService/GetParcel", server.address, b"")
        actual = send_bytes(server.address, sent).received
    pieces = [frame.raw[slice(*frame.body)] for frame in actual if frame.name == "DATA"]
    return "DATA that a server has just sent", pieces, [reply.SerializeToString()]


def _case(what: str, pieces: list[bytes], wanted: list[bytes]) -> Case:
    causes: dict[Any, Cause] = {**_RAISED, ...: lambda actual: _diagnosis(actual, wanted, pieces)}
    return Case((iter(pieces),), wanted, causes, called=f"messages({_text(pieces)}): {what}")


def _messages(made: object) -> list[bytes]:
    if not isinstance(made, (list, tuple)):
        diagnosis = "Hand over each message with `yield`, as soon as its last byte is there."
        raise Incorrect(diagnosis, actual=describe(made))
    odd = next((item for item in made if not isinstance(item, (bytes, bytearray))), None)
    if odd is not None:
        diagnosis = "A message is `bytes` here: what comes after the prefix, and nothing with it."
        raise Incorrect(diagnosis, actual=shortened(show(odd), 80))
    return [bytes(item) for item in made]


def _diagnosis(actual: list[bytes], wanted: list[bytes], pieces: list[bytes]) -> str:
    if actual == [prefixed(message) for message in wanted]:
        return "The prefix is not a part of the message. Leave its 5 bytes out."
    if actual == [piece[5:] for piece in pieces] or actual == [piece[5:] for piece in pieces if piece]:
        return (
            "A piece of DATA is not a message: it may hold several, or a part of one. Only the length in the prefix says "
            "where a message ends."
        )
    if actual[:2] == wanted[:1] * 2:
        return "The same message comes again and again. What has been handed over must not be read again: cut it off."
    if not actual and len(wanted) == len(pieces) == 1:
        return _LENGTH
    if b"" in wanted and (actual == [message for message in wanted if message] or actual == wanted[:-1]):
        return "A message of 0 bytes is a message, too: all of its fields have their default values."
    if actual[: len(wanted)] == wanted:
        return "The last message is not whole. Leave it out until its last byte has come."
    if actual == wanted[: len(actual)] and len(pieces) == 1:
        return "A piece may hold several messages. What is left after the first one is the beginning of the next."
    if actual == wanted[: len(actual)]:
        return "What is left of one piece is the beginning of a message. Keep it, and put the next piece behind it."
    if any(len(a) != len(b) for a, b in zip(actual, wanted, strict=False)):
        return _LENGTH
    return (
        "Follow the bytes with a pencil: prefix, message, prefix, message. Where does yours leave the path?"
    )


def _expect_each_in_time(check: Check) -> None:
    """Expects that the first message is handed over before the last piece is asked for."""
    taken: list[int] = []

    def endless() -> Iterator[bytes]:
        for number in range(1000):
            taken.append(number)
            yield prefixed(b"place %d" % number)

    def two(made: Iterator[bytes]) -> list[bytes]:
        return [*itertools.islice(made, 2)]

    called = "messages(…): a stream that goes on, of which two messages are read"
    result = check.run(endless(), called=called, within=1.0, stuck=_STUCK, through=two)
    result.expect_return("two pieces taken", _RAISED)
    late = (
        "Your function takes all pieces before it hands over the first message. A stream may go on for hours: "
        "`yield` each message as soon as it is whole."
    )
    result.expect(len(taken) <= 3, "two pieces taken", f"{len(taken):,} pieces taken", late)


def _text(parts: list[bytes]) -> str:
    shown = (repr(part) if len(part) < 30 else f"{len(part):,} bytes" for part in parts)
    return shortened(f"[{', '.join(shown)}]", 200)


messages = WriteFunction(
    title="Messages out of DATA",
    task="""
        **Input:** `pieces`, an iterator over the payloads of a stream's DATA frames, in order, as `bytes`.

        **Goal:** a generator that yields each message, as `bytes`, as soon as it is whole. Before a message there are
        5 bytes: one that is 0 here (not compressed), and the length of the message in four, highest byte first.
        Frames pay no heed to messages: a piece may hold several, a part of one, or nothing. A last message that is
        cut off is left out.

        **Example:** `00 00 00 00 02 68 69 00 00 00` and then `00 01 21` give `b"hi"` and `b"!"`.
    """,
    services=[PARCELS],
    check=_check_messages,
    hints=[
        "Keep what is not used up yet: `rest += piece` for each piece.",
        'With 5 bytes or more in `rest`, the message ends at `5 + int.from_bytes(rest[1:5], "big")`. Is `rest` that long?',
        "Two loops: `for piece in pieces:` adds to `rest`, and in it `while` a whole message is there: yield it, and cut it "
        "off with `rest = rest[end:]`.",
    ],
    reason="HTTP/2 may cut DATA anywhere, to share the connection fairly among streams, so gRPC brings its own lengths. "
    "That is also why a message costs 5 bytes, and a frame 9, and neither depends on the other.",
    wrong_answers=[
        wrong("Leave its 5 bytes out", ("rest[5:end]", "rest[:end]")),
        wrong("A piece of DATA is not a message").whole("""
            def messages(pieces):
                for piece in pieces:
                    yield piece[5:]
        """),
        wrong("A piece may hold several", ("while len(rest)", "if len(rest)"), ("break", "continue")),
        wrong("Keep it, and put the next piece", ("rest += piece", "rest = piece")),
        wrong("A message of 0 bytes", ("yield", "if end > 5:\n                yield")),
        wrong("A message of 0 bytes", ("while len(rest) >= 5", "while len(rest) > 5")),
        wrong("The last message is not whole", ("[end:]", "[end:]\n    if rest:\n        yield rest[5:]")),
        wrong("The length is in the bytes 1 to 4", ("rest[1:5]", "rest[3:5]")),
        wrong("The length is in the bytes 1 to 4", ('rest[1:5], "big"', 'rest[1:5], "little"')),
        wrong("The length is in the bytes 1 to 4", ("rest[1:5]", "rest[:4]")),
        wrong("Keep it, and put the next piece", ("                break", "                return")),
        wrong("must not be read again", ("            rest = rest[end:]", "")),
        wrong("takes all pieces before", ("for piece in pieces:", 'for piece in [b"".join(pieces)]:')),
        wrong("with `yield`", ("yield rest[5:end]", "print(rest[5:end])")),
        wrong("A message is `bytes` here", ("yield rest[5:end]", "yield end - 5, rest[5:end]")),
        raises(
            "wants exactly the bytes",
            ("while len(rest) >= 5", "while rest"),
            ('int.from_bytes(rest[1:5], "big")', 'struct.unpack(">BI", rest[:5])[1]'),
        ),
    ],
)
