"""Messages out of DATA: a prefix, many in one frame, one in many frames."""

from __future__ import annotations

import itertools
import random
import struct
from collections.abc import Iterable, Iterator

from ..engine import Check, Failed, WriteFunction, wrong
from ..engine.call import cause_of_error
from ..engine.verdict import Raised
from ..engine.wording import describe, shortened, show
from .setup import PARCELS, quote_pb2
from .visit import prefixed, request_bytes, visit

_STUCK = (
    "Your function is still at it. Where a message is not whole, leave the inner loop and take the next piece; and what "
    "has been handed over must not be read again."
)
_LENGTH = "The length is in the bytes 1 to 4 of the prefix, the highest first; byte 0 says whether it is compressed."
_RAISED = {
    struct.error: "`struct.unpack` wants exactly the bytes of its format, and a prefix may be cut in two: first make sure "
    "that 5 bytes are there.",
    IndexError: "There is no byte at that place. A piece may be empty, and a prefix may be cut in two.",
    TypeError: "Is a number taken for bytes somewhere? `data[0]` is a number, `data[:1]` is bytes.",
}


def _check_messages(check: Check) -> None:
    long = random.Random(10).randbytes(70_000)  # the same for everybody
    several = prefixed(b"one") + prefixed(b"two") + prefixed(b"three")
    for what, pieces, wanted in (
        ("one message", [prefixed(b"one")], [b"one"]),
        ("three messages in one piece", [several], [b"one", b"two", b"three"]),
        ("a message in two pieces", [prefixed(b"courier")[:8], prefixed(b"courier")[8:]], [b"courier"]),
        ("a prefix in two pieces", [several[:10], several[10:]], [b"one", b"two", b"three"]),
        ("byte by byte", [several[i : i + 1] for i in range(len(several))], [b"one", b"two", b"three"]),
        (
            "empty messages, and an empty piece",
            [prefixed(b""), b"", prefixed(b"two"), prefixed(b"")],
            [b"", b"two", b""],
        ),
        ("70,000 bytes", list(_cut(prefixed(long) + prefixed(b"end"), 16_384)), [long, b"end"]),
        ("a last message that is cut off", [prefixed(b"one") + prefixed(b"two")[:-1]], [b"one"]),
    ):
        _expect_messages(check, what, pieces, wanted)
    _expect_messages(check, *_from_a_server(check))
    _expect_each_in_time(check)


def _cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def _from_a_server(check: Check) -> tuple[str, list[bytes], list[bytes]]:
    reply = quote_pb2.GetParcelResponse(parcel=quote_pb2.Parcel(parcel_id="P-7", recipient="Ada " * 10_000))
    with check.desk(GetParcel=reply) as desk:
        sent = request_bytes("/courier.v1.ParcelService/GetParcel", desk.address, b"")
        came = visit(desk.address, sent).came
    pieces = [frame.raw[slice(*frame.body)] for frame in came if frame.name == "DATA"]
    return "DATA that a server has just sent", pieces, [reply.SerializeToString()]


def _run(
    check: Check, what: str, pieces: Iterable[bytes], called: str, expected: str, most: int
) -> list[bytes]:
    ran = check.run(
        pieces, called=called, within=1.0, stuck=_STUCK,
        through=lambda made: list(itertools.islice(made, most)) if hasattr(made, "__next__") else made,
    )  # fmt: skip
    if ran.error is not None:
        raise Raised(ran.error, cause_of_error(_RAISED, ran.error), called=called, expected=expected)
    if not isinstance(ran.value, (list, tuple)):
        likely = "Hand over each message with `yield`, as soon as its last byte is there."
        raise Failed(likely, called=called, expected=expected, came=describe(ran.value))
    odd = next((item for item in ran.value if not isinstance(item, (bytes, bytearray))), None)
    if odd is not None:
        likely = "A message is `bytes` here: what comes after the prefix, and nothing with it."
        raise Failed(likely, called=called, expected=expected, came=shortened(show(odd), 80))
    return [bytes(item) for item in ran.value]


def _expect_messages(check: Check, what: str, pieces: list[bytes], wanted: list[bytes]) -> None:
    called, expected = f"messages({_text(pieces)}): {what}", _text(wanted)
    most = len(wanted) + 20
    came = _run(check, what, iter(pieces), called, expected, most)
    if came != wanted:
        shown = _text(came) if len(came) < most else f"{_text(came[:2])}, … without end"
        raise Failed(_likely(came, wanted, pieces), called=called, expected=expected, came=shown)


def _likely(came: list[bytes], wanted: list[bytes], pieces: list[bytes]) -> str:
    if came == [prefixed(message) for message in wanted]:
        return "The prefix is not a part of the message. Leave its 5 bytes out."
    if came == [piece[5:] for piece in pieces] or came == [piece[5:] for piece in pieces if piece]:
        return (
            "A piece of DATA is not a message: it may hold several, or a part of one. Only the length in the prefix says "
            "where a message ends."
        )
    if came[:2] == wanted[:1] * 2:
        return "The same message comes again and again. What has been handed over must not be read again: cut it off."
    if not came and len(wanted) == len(pieces) == 1:
        return _LENGTH
    if b"" in wanted and (came == [message for message in wanted if message] or came == wanted[:-1]):
        return "A message of 0 bytes is a message, too: all of its fields have their default values."
    if came[: len(wanted)] == wanted:
        return "The last message is not whole. Leave it out until its last byte has come."
    if came == wanted[: len(came)] and len(pieces) == 1:
        return "A piece may hold several messages. What is left after the first one is the beginning of the next."
    if came == wanted[: len(came)]:
        return "What is left of one piece is the beginning of a message. Keep it, and put the next piece behind it."
    if any(len(a) != len(b) for a, b in zip(came, wanted, strict=False)):
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

    called, expected = (
        "messages(…): a stream that goes on, of which two messages are read",
        "two pieces taken",
    )
    _run(check, "", endless(), called, expected, most=2)
    if len(taken) > 3:
        raise Failed(
            "Your function takes all pieces before it hands over the first message. A stream may go on for hours: "
            "`yield` each message as soon as it is whole.",
            called=called, expected=expected, came=f"{len(taken):,} pieces taken",
        )  # fmt: skip


def _text(parts: list[bytes]) -> str:
    shown = (repr(part) if len(part) < 30 else f"{len(part):,} bytes" for part in parts)
    return shortened(f"[{', '.join(shown)}]", 200)


messages = WriteFunction(
    id="http2_on_the_wire.messages",
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
    parameters=["pieces"],
    is_generator=True,
    check=_check_messages,
    hints=[
        "Keep what is not used up yet: `rest += piece` for each piece.",
        'With 5 bytes or more in `rest`, the message ends at `5 + int.from_bytes(rest[1:5], "big")`. Is `rest` that long?',
        "Two loops: `for piece in pieces:` adds to `rest`, and in it `while` a whole message is there: yield it, and cut it "
        "off with `rest = rest[end:]`.",
    ],
    stub="""
        @http2_on_the_wire.messages
        def messages(pieces):
            # your code here
            ...
    """,
    answer="""
        @http2_on_the_wire.messages
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
    """,
    reason="HTTP/2 may cut DATA anywhere, to share the connection fairly among streams, so gRPC brings its own lengths. "
    "That is also why a message costs 5 bytes, and a frame 9, and neither depends on the other.",
    wrong_answers=[
        wrong("Leave its 5 bytes out", ("rest[5:end]", "rest[:end]")),
        wrong(
            "A piece of DATA is not a message",
            source="""
            @http2_on_the_wire.messages
            def messages(pieces):
                for piece in pieces:
                    yield piece[5:]
        """,
        ),
        wrong("A piece may hold several",
              ("while len(rest)", "if len(rest)"), ("                break\n", "                continue\n")),
        wrong("Keep it, and put the next piece", ("rest += piece", "rest = piece")),
        wrong("A message of 0 bytes",
              ("            yield rest[5:end]\n", "            if end > 5:\n                yield rest[5:end]\n")),
        wrong("A message of 0 bytes", ("while len(rest) >= 5", "while len(rest) > 5")),
        wrong("The last message is not whole",
              ("            rest = rest[end:]", "            rest = rest[end:]\n    if rest:\n        yield rest[5:]")),
        wrong("The length is in the bytes 1 to 4", ("rest[1:5]", "rest[3:5]")),
        wrong("The length is in the bytes 1 to 4", ('rest[1:5], "big"', 'rest[1:5], "little"')),
        wrong("The length is in the bytes 1 to 4", ("rest[1:5]", "rest[:4]")),
        wrong("Keep it, and put the next piece", ("                break", "                return")),
        wrong("must not be read again", ("            rest = rest[end:]", "")),
        wrong("takes all pieces before", ("for piece in pieces:", 'for piece in [b"".join(pieces)]:')),
        wrong("with `yield`", ("yield rest[5:end]", "print(rest[5:end])")),
        wrong("A message is `bytes` here", ("yield rest[5:end]", "yield end - 5, rest[5:end]")),
        wrong("wants exactly the bytes", ("while len(rest) >= 5", "while rest"),
              ('int.from_bytes(rest[1:5], "big")', 'struct.unpack(">BI", rest[:5])[1]'), outcome="raised"),
    ],
)  # fmt: skip
