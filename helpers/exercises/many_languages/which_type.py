"""A question on the type of a field that programs in several languages read."""

from __future__ import annotations

from ..engine import Choose, Option

which_type = Choose(
    title="A type for the waybill",
    task="""
        You write a new contract. Its waybills have 19 digits and may begin with zeros; people read them out over the
        phone, and programs in Python, Java and JavaScript keep them, compare them and print them. Which type do you
        give the field?
    """,
    options=[
        Option(
            "`uint64`: it has room for 19 digits, and is the smallest on the wire.",
            "It has the room. But zeros at the beginning are lost, Java prints large ones as negative, and JavaScript "
            "needs an option for every digit to arrive.",
        ),
        Option(
            "`int64`: every language has a signed type of this size.",
            "JavaScript's own numbers have 53 bits. And zeros at the beginning are lost in every language.",
        ),
        Option(
            "`double`: it is the one type of number that all of them share.",
            "All share it, and in all of them it ends after some 16 digits.",
        ),
        Option(
            "`string`: nobody calculates with it.",
            "Right: it is a name that happens to be written in digits. It arrives in every language as it was written.",
            True,
        ),
        Option(
            "`bytes`: they are not changed on the way.",
            "Neither is a `string`. Bytes would have to be decoded in each program, and JSON shows them in base64.",
        ),
    ],
    hints=[
        "Is it a quantity or a name? What would the sum of two waybills mean?",
        "Which of the types keeps `007` apart from `7`?",
    ],
    reason="Quantities are numbers, names are texts. A pattern for it (`19 digits`) belongs into the comment and into the "
    "server's check.",
)
