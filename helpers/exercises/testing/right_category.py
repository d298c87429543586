"""A question on the category of `buf breaking` that a change has to pass."""

from __future__ import annotations

from ..engine import Choose, Option

right_category = Choose(
    title="As strict as needed",
    task="""
        A contract has two kinds of clients. Your own services are built anew from the same commit as the server, and send
        bytes. An app reads JSON, from a gateway, and lives on for a year. You want to rename what you like in your own code,
        and to break nobody. Which category of `buf breaking` do you put into CI?
    """,
    options=[
        Option(
            "`WIRE`",
            "It looks at bytes alone. A field that is renamed passes, and the app finds no value at its old key.",
        ),
        Option(
            "`WIRE_JSON`",
            "Right: numbers and types, and the names as JSON has them. What only generated code shows may change.",
            True,
        ),
        Option(
            "`FILE`",
            "It would break nobody, and forbid what harms none of your clients, too: to move a message to another file.",
        ),
        Option(
            "`PACKAGE`",
            "Milder than `FILE`, and still for those who compile against your generated code and cannot be changed along "
            "with it. You have no such clients.",
        ),
        Option(
            "None: all clients are tested in CI", "The app that was installed a year ago is in nobody's CI."
        ),
    ],
    hints=[
        "Ask of each kind of client what it holds on to: bytes, names in JSON, or names in generated code.",
        "The table of the lesson has a row for a field that gets another name.",
    ],
    reason="A category stands for what your clients depend on. A stricter one costs you changes, a milder one costs them "
    "outages.",
)
