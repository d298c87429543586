"""The bytes of a number, written by hand."""

from __future__ import annotations

import random
import re

from google.protobuf.wrappers_pb2 import Int64Value

from ..engine import Check, FunctionResult, WriteFunction, raises, wrong
from ..engine.function_result import MISSING

_POSITIVE = (1, 127, 1200, 128, 300, 16_384, 2**31 - 1, 2**63 - 1)
_NEGATIVE = (-1, -2, -300, -(2**31), -(2**63))


def _check_varint(check: Check) -> None:
    chance = random.Random(7)  # the same numbers for everybody
    several = [chance.getrandbits(chance.randint(1, 62)) * chance.choice((1, -1)) for _ in range(100)]
    for number in (*_POSITIVE, 0, *_NEGATIVE, *several):
        stuck = (
            "Shifting a negative number to the right ends at -1, and never at 0: a loop that waits for 0 goes on "
            "for ever. Turn it into the number with the same 64 bits first."
            if number < 0
            else "Your function is still at it. Does `number` get smaller in every round of the loop?"
        )
        result = check.run(number, within=1.0, stuck=stuck)
        # The tag takes one byte of the message; a zero is not sent, so there it has no bytes to compare with.
        truth = Int64Value(value=number).SerializeToString()[1:] or b"\x00"
        if result.error:
            result.expect_value(truth, {type(result.error): _why_raised(number, result.error)})
        actual = result.value.hex(" ") if isinstance(result.value, bytes) else repr(result.value)
        right = isinstance(result.value, bytes) and result.value == truth
        result.expect(right, truth.hex(" "), actual or "no bytes at all", _diagnosis(result, number, truth))


_NOT_BYTES = "Bytes are made from a list of numbers by `bytes([172, 2])`."


def _why_raised(number: int, error: BaseException) -> str:
    """The cause of an exception that is known by its text; "" where it is not."""
    if isinstance(error, (ValueError, OverflowError)) and re.search(
        r"range\(0, 256\)|convert negative|too big", str(error)
    ):
        if number < 0:
            return (
                "A negative number must become the number with the same 64 bits before it is cut into sevens."
            )
        return "A byte holds 0 to 255. Cut out seven bits with `number & 0x7F` before you add the top bit."
    if isinstance(error, TypeError) and re.search(r"concat|bytes-like|'bytes'|'bytearray'", str(error)):
        return _NOT_BYTES
    return ""


def _diagnosis(result: FunctionResult, number: int, truth: bytes) -> str:
    actual = result.value
    if actual is None:
        return MISSING
    if isinstance(actual, bytearray) and actual == truth:
        return "The bytes are right, in a bytearray. `bytes(...)` makes of it what was asked for."
    if not isinstance(actual, bytes):
        return _NOT_BYTES
    if not actual:
        zero = "Zero takes one byte, too. A `while number:` loop makes none for it."
        return zero if number == 0 else "There are no bytes here, and the shortest varint has one."
    if actual == bytes(reversed(truth)) or actual == _biggest_first(truth):
        return "The seven bits of the lowest value come first; yours start with the highest."
    if actual == bytes(byte & 0x7F for byte in truth):
        return "No byte says that more are to come. All but the last have the top bit set: `| 0x80`."
    if actual[-1] & 0x80:
        return "The last byte says that more are to come, so a reader would take the next field for a part of the number."
    if number < 0 and len(actual) < len(truth):
        return (
            "A negative number has 64 bits on the wire, whatever the type: ten bytes, not "
            f"{len(actual)}. An `int32` read as an `int64` must give the same number."
        )
    return "Write the number in bits, cut it into sevens from the right, and compare."


def _biggest_first(truth: bytes) -> bytes:
    groups = [byte & 0x7F for byte in reversed(truth)]
    return bytes([*(group | 0x80 for group in groups[:-1]), groups[-1]])


varint = WriteFunction(
    title="A number, byte by byte",
    task="""
        **Input:** a whole number, such as an `int32` or `int64` field may hold: -2⁶³ to 2⁶³ - 1.

        **Goal:** return its varint as `bytes`: seven bits a byte, the lowest first, the top bit set in
        all bytes but the last. A negative number is written as the 64-bit number with the same bits, which
        is the number plus 2⁶⁴. The check compares with what the library writes.

        **Example:** `varint(1200)` returns `b"\\xb0\\x09"`, and `varint(-1)` ten bytes.
    """,
    check=_check_varint,
    hints=[
        "`number & 0x7F` gives the lowest seven bits, `number >> 7` all the others.",
        "While there are others (`number > 0x7F`), the byte gets its top bit: `number & 0x7F | 0x80`. What remains "
        "after the loop is the last byte, and that covers 0 as well.",
        "Begin with `if number < 0: number += 2**64`, collect the bytes in a list, and return `bytes(parts)`.",
    ],
    reason="The top bit tells a reader where the number ends, so small numbers need no room for large ones. Negative "
    "numbers have their highest bit set and pay for all 64, which is why `sint32` and `sint64` exist.",
    wrong_answers=[
        wrong("No byte says that more are to come", (" | 0x80", "")),
        wrong("The last byte says that more are to come", (".append(number)", ".append(number | 0x80)")),
        wrong("yours start with the highest", ("bytes(parts)", "bytes(reversed(parts))")),
        wrong("yours start with the highest").whole("""
            def varint(number):
                if number < 0:
                    number += 2**64
                parts = [number & 0x7F]
                while number := number >> 7:
                    parts.insert(0, number & 0x7F | 0x80)
                return bytes(parts)
        """),
        wrong("Zero takes one byte, too").whole("""
            def varint(number):
                if number < 0:
                    number += 2**64
                parts = []
                while number:
                    parts.append(number & 0x7F | (0x80 if number > 0x7F else 0))
                    number >>= 7
                return bytes(parts)
        """),
        wrong("ends at -1, and never at 0").whole("""
            def varint(number):
                parts = b""
                while True:
                    low, number = number & 0x7F, number >> 7
                    if number == 0:
                        return parts + bytes([low])
                    parts += bytes([low | 0x80])
        """),
        wrong("64 bits on the wire, whatever the type", ("2**64", "2**32")),
        wrong("Write the number in bits", ("number >>= 7", "number >>= 8")),
        wrong("Does `number` get smaller", ("        number >>= 7\n", "")),
        wrong("Bytes are made from a list", ("return bytes(parts)", "return parts")),
        wrong("in a bytearray", ("return bytes(parts)", "return bytearray(parts)")),
        raises("Your code raised TypeError", ("number += 2**64", "number += None")),
        raises("Your code raised ValueError", ("return bytes(parts)", 'return bytes(int("x"))')),
        raises("Bytes are made from a list", ("return bytes(parts)", 'return b"" + parts')),
        raises("the same 64 bits before").diff("""
            -    if number < 0:
            -        number += 2**64

            -    return bytes(parts)
            +    return b"".join(part.to_bytes(1, "big") for part in parts)
        """),
        wrong("the shortest varint has one", ("return bytes(parts)", 'return b""')),
        wrong("Is a `return` missing", ("return bytes(parts)", "bytes(parts)")),
        raises("the same 64 bits before", ("    if number < 0:\n        number += 2**64\n", "")),
        raises("A byte holds 0 to 255", ("number & 0x7F | 0x80", "number | 0x80")),
    ],
)
