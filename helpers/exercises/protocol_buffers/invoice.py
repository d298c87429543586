"""A schema for a need: a list of messages, a choice among words, and a zero that differs from nothing."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from ..engine import Check, WriteSchema, schemas, wrong


def _check_invoice(check: Check) -> None:
    invoice = schemas.find_message(check.answer, "Invoice", "depot.v1")
    fields = {name: schemas.find_field(invoice, name) for name in ("lines", "payment", "discount_percent")}
    _look_at_number(check, schemas.find_field(invoice, "invoice_id"))
    _look_at_lines(check, fields["lines"])
    schemas.expect_together(invoice, ("invoice_id", "payment", "discount_percent"))
    _look_at_payment(check, fields["payment"])
    _look_at_discount(check, fields["discount_percent"])
    _exchange(check, check.answer.Invoice)


def _look_at_number(check: Check, field: FieldDescriptor) -> None:
    called = "Invoice().invoice_id"
    schemas.expect_one(field, called)
    check.expect(
        (field.type, field.number) == (FieldDescriptor.TYPE_STRING, 1), called=called,
        expected="string invoice_id = 1", actual=f"{schemas.in_words(field)} invoice_id = {field.number}",
        diagnosis="`invoice_id` was `string invoice_id = 1;`. Invoices that somebody has stored have it so, and what is "
        "there stays as it is.",
    )  # fmt: skip


def _look_at_lines(check: Check, field: FieldDescriptor) -> None:
    called, wanted = "invoice.lines", "any number of lines, each with text and cents"
    line: Any = field.message_type
    there = schemas.in_words(field)
    twice = (
        "A map has each text only once, and keeps no order. An invoice may have two lines with the same text."
    )
    check.expect(not there.startswith("map<"), wanted, there, twice, called=called)
    plain = "A line has a text and an amount: write a message for it, and make `lines` a list of these."
    check.expect(line is not None, wanted, there, plain, called=called)
    one = "This invoice has room for one line only. Which word makes a list of a field?"
    check.expect(field.is_repeated, wanted, f"one {line.name}", one, called=called)
    text, cents = schemas.find_field(line, "text"), schemas.find_field(line, "cents")
    for each in (text, cents):
        if not each.is_required:
            schemas.expect_one(each, f"{line.name}().{each.name}")
    schemas.expect_together(line, ("text", "cents"))
    is_text, there = text.type == FieldDescriptor.TYPE_STRING, f"{schemas.in_words(text)} text"
    words = "`text` takes words, so its type is `string`."
    check.expect(is_text, "string text", there, words, called=f'{line.name}(text="refund")')
    diagnosis, there = _not_an_amount(cents), f"{schemas.in_words(cents)} cents"
    whole = "a whole number, which may be negative"
    check.expect(not diagnosis, whole, there, diagnosis, called=f"{line.name}(cents=-150)")


def _not_an_amount(cents: FieldDescriptor) -> str:
    if cents.type in schemas.FRACTIONS:
        return (
            "Money is counted here in whole cents. A `float` keeps about seven digits, and even a `double` may be "
            "off by a fraction: take a whole number."
        )
    if cents.type in schemas.UNSIGNED:
        return "A refund has a negative amount. Unsigned types know no minus."
    return "" if cents.type in schemas.WHOLE else "Programs add cents up: let it be a whole number."


def _look_at_payment(check: Check, field: FieldDescriptor) -> None:
    called, there = "Invoice().payment", schemas.in_words(field)
    enum: Any = field.enum_type
    schemas.expect_one(field, called)
    free = field.type in (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES)
    why = "text would let in a third by a slip of the pen" if free else "each has a name"
    diagnosis = f"There are two ways to pay, and {why}. Write an `enum`."
    check.expect(enum is not None, "an enum", there, diagnosis, called=called)
    names = enum.values_by_name
    for name in ("PAYMENT_CASH", "PAYMENT_CARD"):
        diagnosis = f"`{name}` is not among the values of your enum."
        check.expect(name in names, name, ", ".join(names), diagnosis, called=called)
    paid = {names[name].number: name for name in ("PAYMENT_CASH", "PAYMENT_CARD")}
    diagnosis = "Cash and card have the same number, and the number is all that is sent: a reader cannot tell them apart."
    check.expect(len(paid) == 2, "two numbers", f"{min(paid)} for both", diagnosis, called=called)
    # With presence a reader can ask whether it was set, unless the schema itself names a way to pay.
    unpaid = paid.get(check.answer.Invoice().payment, "")
    if not field.has_default_value and field.has_presence:
        unpaid = ""
    why = "the schema gives that as the default."
    if not field.has_default_value:
        why = "what is not set reads as 0. Give 0 to a value that means: not said."
    diagnosis = f"An invoice that nobody has paid reads as {unpaid}, since {why}"
    called = "the payment of an invoice that nobody has paid"
    check.expect(not unpaid, "neither cash nor card", unpaid, diagnosis, called=called)


def _look_at_discount(check: Check, field: FieldDescriptor) -> None:
    called, there = "Invoice(discount_percent=0)", schemas.in_words(field)
    schemas.expect_one(field, called)
    diagnosis = "A percentage is a number: `int32` will do."
    if field.message_type is not None:
        diagnosis = (
            "A message inside of the invoice takes no plain number, as the example has it. A number with one word before "
            "its type does."
        )
    check.expect(field.type in schemas.WHOLE | schemas.FRACTIONS, "a number", there, diagnosis, called=called)
    check.expect(
        field.has_presence, "a 0 that the reader finds", "the same bytes as without a discount",
        "A discount of 0 and no word about a discount are the same here. One word before the type tells them apart.",
        called=called,
    )  # fmt: skip


def _exchange(check: Check, invoice_class: Any) -> None:
    """The example of the task, and another invoice, as a reader of the bytes finds them."""
    lines = [("moving a piano", 20_000_001), ("refund", -150), ("refund", -150)]
    for payment, discount in (("PAYMENT_CARD", 0), ("PAYMENT_CASH", 100)):
        called = f'Invoice(invoice_id="I-7", payment="{payment}", discount_percent={discount})'
        written = invoice_class(invoice_id="I-7", payment=payment, discount_percent=discount)
        for text, cents in lines:
            written.lines.add(text=text, cents=cents)
        read = schemas.exchange(called, written, invoice_class)
        there = [(line.text, line.cents) for line in read.lines]
        check.expect(there == lines, str(lines), str(there), called=f"{called}, with lines")
        check.expect(read == written, str(written), str(read), called=called)


invoice = WriteSchema(
    title="A schema for an invoice",
    task="""
        **Input:** an `Invoice` that has nothing but its number.

        **Goal:** leave what is there as it is, and add, with these names: `lines`, any number of them, each
        with a `text` and an amount in `cents`, a whole number that is negative for a refund; `payment`, an
        enum that is `PAYMENT_CASH` or `PAYMENT_CARD` once somebody has paid; `discount_percent`, a number
        where 0 (somebody asked, and got none) differs from nobody having asked.

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
    reason="What belongs together is a message, what is one of a few words is an enum with a zero that says nothing, "
    "and a zero that means something needs `optional`. Amounts of money are whole numbers of the smallest coin.",
    wrong_answers=[
        wrong("but one named `discount`. Names must match", ("discount_percent", "discount")),
        wrong("but one named `discountPercent`. Names must match", ("discount_percent", "discountPercent")),
        wrong("There is no field `lines`", ("  repeated Line lines = 2;\n", "")),
        wrong("room for one line only", ("repeated Line", "Line")),
        wrong("A line has a text and an amount", ("repeated Line", "repeated string")),
        wrong("A map has each text only once", ("repeated Line lines", "map<string, int64> lines")),
        wrong("There is no field `cents` in `Line`", ("int64 cents", "int64 amount")),
        wrong("`Line` has one `cents`", ("int64 cents", "repeated int64 cents")),
        wrong("`text` and `cents` are members of one `oneof`").diff("""
            -  string text = 1;
            -  int64 cents = 2;
            +  oneof what {
            +    string text = 1;
            +    int64 cents = 2;
            +  }
        """),
        wrong("Money is counted here in whole cents", ("int64", "float")),
        wrong("Money is counted here in whole cents", ("int64", "double")),
        wrong("Programs add cents up", ("int64", "string")),
        wrong("Programs add cents up", ("int64", "bool")),
        wrong("A refund has a negative amount", ("int64", "uint32")),
        wrong("A refund has a negative amount", ("int64", "fixed64")),
        wrong("text would let in a third", ("  Payment payment", "  string payment")),
        wrong("each has a name", ("  Payment payment", "  bool payment")),
        wrong("has one `payment`, so it is no list", ("  Payment payment", "  repeated Payment payment")),
        wrong(
            "`payment` is a `oneof` here, which is no field",
            ("  Payment payment = 3;", "  oneof payment {\n    bool cash = 3;\n    bool card = 5;\n  }"),
        ),
        wrong("`payment` and `discount_percent` are members of one `oneof`").diff("""
            -  Payment payment = 3;
            -  optional int32 discount_percent = 4;
            +  oneof rest {
            +    Payment payment = 3;
            +    int32 discount_percent = 4;
            +  }
        """),
        wrong("`text` takes words", ("string text", "int32 text")),
        wrong("`text` takes words", ("string text", "bytes text")),
        wrong("nobody has paid reads as PAYMENT_CASH").diff("""
            -  PAYMENT_UNSPECIFIED = 0;
            -  PAYMENT_CASH = 1;
            -  PAYMENT_CARD = 2;
            +  PAYMENT_CASH = 0;
            +  PAYMENT_CARD = 1;
        """),
        wrong("`PAYMENT_CARD` is not among", ("PAYMENT_CARD", "PAYMENT_CREDIT_CARD")),
        wrong("the same number").diff("""
             enum Payment {
            +  option allow_alias = true;

            -  PAYMENT_CARD = 2;
            +  PAYMENT_CARD = 1;
        """),
        wrong("One word before the type tells them apart", ("optional ", "")),
        wrong("A percentage is a number", ("optional int32", "optional string")),
        wrong("A percentage is a number", ("optional int32", "optional bool")),
        wrong("A percentage is a number", ("optional int32", "optional Payment")),
        wrong("so it is no list", ("optional int32", "repeated int32")),
        wrong("takes no plain number", ("optional int32", "Line")),
        wrong("what is there stays as it is", ("invoice_id = 1", "invoice_id = 9")),
        wrong("what is there stays as it is", ("string invoice_id", "int64 invoice_id")),
        wrong("There is no field `invoice_id`", ("  string invoice_id = 1;\n", "")),
        wrong("but one named `invoiceId`", ("invoice_id", "invoiceId")),
        wrong("The package was `depot.v1`", ("package depot.v1;", "package shop;")),
    ],
)
