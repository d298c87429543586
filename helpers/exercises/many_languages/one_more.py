"""A number of 64 bits, to which JavaScript adds one without losing a digit."""

from __future__ import annotations

from ..engine import Check, WriteProgram, run_program, wrong
from .setup import CUSTOMS, customs_pb2

_VALUES = (4711, 2**53, -(2**60) - 2, 2**63 - 2)


def _check_one_more(check: Check) -> None:
    for cents in _VALUES:
        found = customs_pb2.Declaration(value_cents=cents, recipient_name="Ada")
        called, wanted = f"more.js, value_cents={cents}", str(cents + 1)
        with check.fake_server(Declare=customs_pb2.DeclareResponse(declaration=found)) as server:
            printed = run_program(check, server.address, called=called, expected=wanted)
            check.expect(bool(server.received("Declare")), "a call of Declare", "none", "", called=called)
        check.expect(printed == wanted, wanted, printed or "nothing", _why(cents, printed), called=called)


def _why(cents: int, printed: str) -> str:
    if printed.endswith("n"):
        return "`console.log` shows a `BigInt` with an `n` behind it. `String(…)` gives the digits alone."
    if printed in (f"{cents}1", f"'{cents}1'"):
        return "A text and a 1 were put side by side. With `longs: String` the value is a text: make a number of it first."
    if "Long" in printed:
        return "A `Long` has methods for this, and `String(…)` or `.toString()` for its digits."
    if abs(cents) >= 2**53:
        return (
            "Digits are lost. A number of JavaScript has 53 bits for them, also on the way from one type to another: "
            "a `BigInt` is made from a text."
        )
    return "Print the value of the reply and one cent more, and nothing else."


one_more = WriteProgram(
    title="One cent more, exactly",
    task="""
        **Input:** the address of an office. It answers `declare` with papers whose `value_cents` may be any
        number of 64 bits.

        **Goal:** print that value and one cent more: its digits, and nothing else.

        **Example:** the office answers with 9007199254740992, and the program prints `9007199254740993`.
    """,
    program="more.js",
    services=[CUSTOMS],
    check=_check_one_more,
    hints=[
        "What is `reply.declaration.valueCents` by default? Print it, and `typeof` of it.",
        'A `BigInt` holds any whole number. It is made from a text, `BigInt("12")`, and takes no ordinary numbers '
        "into a sum: its one is `1n`.",
        "`String(long)` gives the digits of a `Long`, and of a `BigInt` as well.",
    ],
    reason="The number goes from one exact form to the next: `Long`, text, `BigInt`, text. An ordinary number in between "
    "would round it. `longs: String` in the loader's options saves the first step.",
    wrong_answers=[
        wrong("Digits are lost").diff("""
            -  console.log(String(BigInt(String(reply.declaration.valueCents)) + 1n));
            +  console.log(String(Number(reply.declaration.valueCents) + 1));
        """),
        wrong("Digits are lost").diff("""
            -  console.log(String(BigInt(String(reply.declaration.valueCents)) + 1n));
            +  console.log(String(BigInt(reply.declaration.valueCents.toNumber()) + 1n));
        """),
        wrong("were put side by side").diff("""
            -  console.log(String(BigInt(String(reply.declaration.valueCents)) + 1n));
            +  console.log(String(reply.declaration.valueCents) + 1);
        """),
        wrong("shows a `BigInt` with an `n` behind it").diff("""
            -  console.log(String(BigInt(String(reply.declaration.valueCents)) + 1n));
            +  console.log(BigInt(String(reply.declaration.valueCents)) + 1n);
        """),
        wrong("A `Long` has methods for this").diff("""
            -  console.log(String(BigInt(String(reply.declaration.valueCents)) + 1n));
            +  console.log(reply.declaration.valueCents.add(1));
        """),
        wrong("Print the value of the reply and one cent more").diff("""
            -  console.log(String(BigInt(String(reply.declaration.valueCents)) + 1n));
            +  console.log(String(reply.declaration.valueCents));
        """),
        wrong("ended with exit code 1").diff("""
            -  console.log(String(BigInt(String(reply.declaration.valueCents)) + 1n));
            +  console.log(String(BigInt(String(reply.declaration.value_cents)) + 1n));
        """),
        wrong("ended with exit code 1", ("+ 1n", "+ 1")),
    ],
)
