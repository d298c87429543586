"""A schema for a need: a list of messages, a choice among words, and a zero that differs from nothing."""

from __future__ import annotations

from types import ModuleType

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from ..engine import Check, Failed, WriteSchema, wrong


def _check_invoice(check: Check) -> None:
    fields = _fields(check.answer)
    _look_at_lines(check, fields["lines"])
    _look_at_payment(check, fields["payment"])
    _look_at_discount(check, fields["discount_percent"])


def _fields(module: ModuleType) -> dict[str, FieldDescriptor]:
    invoice: Descriptor | None = module.DESCRIPTOR.message_types_by_name.get("Invoice")
    if invoice is None:
        there = ", ".join(module.DESCRIPTOR.message_types_by_name) or "no message"
        raise Failed(
            "There is no message `Invoice` any more.", called="Invoice()", expected="Invoice", came=there
        )
    for name in ("lines", "payment", "discount_percent"):
        if name not in invoice.fields_by_name:
            raise Failed(
                f"There is no field `{name}` in `Invoice` yet. Is it spelled like that?",
                called="Invoice()", expected=f"a field {name}", came=", ".join(invoice.fields_by_name) or "no fields",
            )  # fmt: skip
    return invoice.fields_by_name


def _look_at_lines(check: Check, field: FieldDescriptor) -> None:
    called, wanted = "invoice.lines", "any number of lines, each with text and cents"
    invoice = check.answer.Invoice()
    line = field.message_type
    if line is not None and line.GetOptions().map_entry:
        likely = "A map has each text only once, and keeps no order. An invoice may have two lines with the same text."
        raise Failed(likely, called=called, expected=wanted, came="a map")
    if line is None:
        likely = "A line has a text and an amount: write a message for it, and make `lines` a list of these."
        raise Failed(likely, called=called, expected=wanted, came="a field without a message")
    if not hasattr(invoice.lines, "add"):
        raise Failed("This invoice has room for one line only. Which word makes a list of a field?",
                     called=called, expected=wanted, came=f"one {line.name}")  # fmt: skip
    for name in ("text", "cents"):
        if name not in line.fields_by_name:
            raise Failed(
                f"A line needs a field `{name}`.", called=called, expected=f"{name} in {line.name}",
                came=", ".join(line.fields_by_name) or "no fields",
            )  # fmt: skip
    rounded = (
        "Money is counted here in whole cents. A `float` keeps about seven digits, and even a `double` may be "
        "off by a fraction: take a whole number."
    )
    for text, cents, likely in (
        ("moving a piano", 20_000_001, rounded),
        (
            "refund",
            -150,
            "A refund has a negative amount. Unsigned types (`uint32`, `uint64`) know no minus.",
        ),
    ):
        read = _sent(invoice, text, cents, likely)
        check.expect(
            read.text == text and read.cents == cents and isinstance(read.cents, int),
            called=f'invoice.lines.add(text="{text}", cents={cents})', expected=f"cents={cents}",
            came=f"cents={read.cents}", likely=likely,
        )  # fmt: skip


def _sent(invoice: Message, text: str, cents: int, likely: str) -> Message:
    """The last line, as a reader of the invoice's bytes finds it."""
    line, called = invoice.lines.add(), f'invoice.lines.add(text="{text}", cents={cents})'
    for name, value in {"text": text, "cents": cents}.items():
        try:
            setattr(line, name, value)
        except (AttributeError, TypeError, ValueError) as error:
            if name == "text":
                likely = "`text` takes words, so its type is `string`."
            elif not isinstance(error, ValueError):  # which is what a number out of range raises
                likely = "Programs add cents up: let it be a whole number."
            raise Failed(likely, called=called, expected=f"{name}={value!r}", came=str(error)) from None
    return type(invoice).FromString(invoice.SerializeToString()).lines[-1]


def _look_at_payment(check: Check, field: FieldDescriptor) -> None:
    called = "Invoice().payment"
    check.expect(
        field.enum_type is not None, called=called, expected="an enum", came="another type",
        likely="There are two ways to pay, and text would let in a third by a slip of the pen. Write an `enum`.",
    )  # fmt: skip
    names = field.enum_type.values_by_name
    for name in ("PAYMENT_CASH", "PAYMENT_CARD"):
        check.expect(
            name in names, called=called, expected=name, came=", ".join(names),
            likely=f"`{name}` is not among the values of your enum. Is it spelled like that?",
        )  # fmt: skip
    payment = check.answer.Invoice().payment
    check.expect(
        isinstance(payment, int), called=called, expected="one way to pay", came="a list of them",
        likely="An invoice is paid in one way, so `payment` is no list: leave out `repeated`.",
    )  # fmt: skip
    unpaid = field.enum_type.values_by_number[payment].name
    check.expect(
        unpaid not in ("PAYMENT_CASH", "PAYMENT_CARD"),
        called="the payment of an invoice that nobody has paid", expected="neither cash nor card", came=unpaid,
        likely=f"An invoice that nobody has paid reads as {unpaid}, since what is not set reads as 0. "
        "Give 0 to a value that means: not said.",
    )  # fmt: skip


def _look_at_discount(check: Check, field: FieldDescriptor) -> None:
    invoice_class = check.answer.Invoice
    called = "Invoice(discount_percent=0)"
    try:
        given = invoice_class.FromString(invoice_class(discount_percent=0).SerializeToString())
    except TypeError as error:
        raise Failed("A percentage is a number: `int32` will do.", called=called, expected="discount_percent=0",
                     came=str(error)) from None  # fmt: skip
    check.expect(
        field.has_presence and given.HasField("discount_percent"),
        called=called, expected="a 0 that the reader finds", came="the same bytes as without a discount",
        likely="A discount of 0 and no word about a discount are the same here. One word before the type tells them apart.",
    )  # fmt: skip
    check.expect(
        not invoice_class().HasField("discount_percent"), called="Invoice()", expected="no discount", came="one",
    )  # fmt: skip


_HEAD = """
        syntax = "proto3";

        package depot.v1;
"""

invoice = WriteSchema(
    id="protocol_buffers.invoice",
    title="A schema for an invoice",
    task="""
        **Input:** an `Invoice` that has nothing but its number.

        **Goal:** add to it, with these names: `lines`, any number of them, each with a `text` and an amount
        in `cents`, which is negative for a refund; `payment`, which is `PAYMENT_CASH` or `PAYMENT_CARD` once
        somebody has paid; `discount_percent`, where 0 (asked for, and refused) differs from nobody having
        asked.

        **Example:** `Invoice(invoice_id="I-7", payment="PAYMENT_CARD", discount_percent=0)`, and then
        `invoice.lines.add(text="refund", cents=-150)`.
    """,
    module="invoice",
    check=_check_invoice,
    hints=[
        "A line is a message of its own, with two fields. `repeated` makes a list of it.",
        "An enum's first value has the number 0, and 0 is what reads where nobody has set anything: "
        "`PAYMENT_UNSPECIFIED = 0;`.",
        "`optional` in front of a number makes the message remember whether it was set.",
    ],
    stub=f"""{_HEAD}
        message Invoice {{
          string invoice_id = 1;
          // your fields here
        }}
    """,
    answer=f"""{_HEAD}
        enum Payment {{
          PAYMENT_UNSPECIFIED = 0;
          PAYMENT_CASH = 1;
          PAYMENT_CARD = 2;
        }}

        message Line {{
          string text = 1;
          int64 cents = 2;
        }}

        message Invoice {{
          string invoice_id = 1;
          repeated Line lines = 2;
          Payment payment = 3;
          optional int32 discount_percent = 4;
        }}
    """,
    reason="What belongs together is a message, what is one of a few words is an enum with a zero that says nothing, "
    "and a zero that means something needs `optional`. Amounts of money are whole numbers of the smallest coin.",
    wrong_answers=[
        wrong("There is no field `discount_percent`", ("discount_percent", "discount")),
        wrong("room for one line only", ("repeated Line", "Line")),
        wrong("A line has a text and an amount", ("repeated Line", "repeated string")),
        wrong("A map has each text only once", ("repeated Line lines", "map<string, int64> lines")),
        wrong("A line needs a field `cents`", ("int64 cents", "int64 amount")),
        wrong("Money is counted here in whole cents", ("int64", "float")),
        wrong("Money is counted here in whole cents", ("int64", "double")),
        wrong("Programs add cents up", ("int64", "string")),
        wrong("A refund has a negative amount", ("int64", "uint32")),
        wrong("text would let in a third", ("  Payment payment", "  string payment")),
        wrong("`payment` is no list", ("  Payment payment", "  repeated Payment payment")),
        wrong("`text` takes words", ("string text", "int32 text")),
        wrong(
            "nobody has paid reads as PAYMENT_CASH",
            ("  PAYMENT_UNSPECIFIED = 0;\n", ""), ("CASH = 1", "CASH = 0"), ("CARD = 2", "CARD = 1"),
        ),
        wrong("`PAYMENT_CARD` is not among", ("PAYMENT_CARD", "PAYMENT_CREDIT_CARD")),
        wrong("One word before the type tells them apart", ("optional ", "")),
        wrong("A percentage is a number", ("optional int32", "optional string")),
    ],
)  # fmt: skip
