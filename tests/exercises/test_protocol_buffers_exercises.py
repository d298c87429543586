"""The exercises on schemas: what is right passes, however it is written, and what is wrong hears the real cause."""

from __future__ import annotations

import textwrap

import pytest

from helpers import protos
from helpers.exercises import protocol_buffers
from helpers.exercises.engine import WriteSchema


def edited(exercise: WriteSchema, *edits: tuple[str, str]) -> str:
    source = exercise.answer
    for old, new in edits:
        assert old in source or (old, new) in PROTO2, old
        source = source.replace(old, new)
    return source


INVOICE, LABEL = protocol_buffers.invoice, protocol_buffers.safe_change
LABEL_HANDLING = "  Handling handling = 5;"
CASH_IS_ZERO = [("  PAYMENT_UNSPECIFIED = 0;\n", ""), ("CASH = 1", "CASH = 0"), ("CARD = 2", "CARD = 1")]
DRY_IS_ZERO = [("  HANDLING_UNSPECIFIED = 0;\n", ""), ("DRY = 1", "DRY = 0")]
PROTO2 = [('"proto3"', '"proto2"'), ("  optional", " "), ("  string", "  optional string")]
PROTO2 += [("  int64", "  optional int64"), ("  int32", "  optional int32")]
IN_PROTO2 = {
    INVOICE: [*PROTO2, ("  Payment payment", "  optional Payment payment")],
    LABEL: [*PROTO2, ("  Handling handling", "  optional Handling handling")],
}

RIGHT = [
    (INVOICE, [("int64 cents", "int32 cents")]),
    (INVOICE, [("int64 cents", "sint32 cents")]),
    (INVOICE, [("int64 cents", "sfixed64 cents")]),
    (INVOICE, [("int64 cents = 2", "int64 cents = 77")]),
    (INVOICE, [("optional int32", "optional double")]),
    (INVOICE, [("optional int32", "optional uint32")]),
    (
        INVOICE,
        [("  optional int32 discount_percent = 4;", "  oneof discount { int32 discount_percent = 4; }")],
    ),
    (INVOICE, [("  Payment payment", "  optional Payment payment")]),
    # With presence a zero that was set is told apart from none, so 0 may stand for a way to pay.
    (INVOICE, [*CASH_IS_ZERO, ("  Payment payment", "  optional Payment payment")]),
    (
        INVOICE,
        [("  string invoice_id = 1;\n", ""), ("percent = 4;\n", "percent = 4;\n  string invoice_id = 1;\n")],
    ),
    (INVOICE, [("  string invoice_id", "  optional string invoice_id")]),
    (INVOICE, [("PAYMENT_UNSPECIFIED", "PAYMENT_NOT_YET"), ("CASH = 1", "CASH = -1")]),
    (LABEL, [("int64", "uint64")]),
    (LABEL, [("  int64", "  optional int64")]),
    (LABEL, [("handling = 5", "handling = 500")]),
    (LABEL, [("  reserved 3;\n", "  reserved 3, 6 to 9;\n")]),
    (LABEL, [("  reserved 3;\n", "  reserved 3 to 3;\n")]),
    (LABEL, [('"fragile";\n', '"old", "fragile";\n')]),
    (LABEL, [('  reserved "fragile";\n', ""), (LABEL_HANDLING, LABEL_HANDLING + ' reserved "fragile";')]),
    (LABEL, [("HANDLING_UNSPECIFIED", "NOTHING_SAID"), ("UPRIGHT = 2", "UPRIGHT = 2;\n  HANDLING_BOTH = 3")]),
    (LABEL, [*DRY_IS_ZERO, ("  Handling handling", "  optional Handling handling")]),
    (
        LABEL,
        [
            (
                "  string recipient = 4;",
                "  oneof who {\n    string recipient = 4;\n    int64 customer = 6;\n  }",
            )
        ],
    ),
    (LABEL, IN_PROTO2[LABEL]),
    (INVOICE, IN_PROTO2[INVOICE]),
]


@pytest.mark.parametrize(("exercise", "edits"), RIGHT)
def test_a_right_schema_passes_however_it_is_written(exercise, edits):
    verdict = exercise.judge_source(edited(exercise, *edits))
    assert verdict.outcome == "passed", verdict


WHOLE = [
    (INVOICE, """
        edition = "2023";
        package depot.v1;
        message Invoice {
          string invoice_id = 1 [features.field_presence = IMPLICIT];
          repeated Line lines = 3;
          int32 discount_percent = 2;   // explicit presence is what an edition begins with
          Payment payment = 4;
          message Line { sint64 cents = 1; string text = 2; }
          enum Payment { UNPAID = 0; PAYMENT_CARD = 5; PAYMENT_CASH = 6; }
        }
    """),
    (INVOICE, """
        syntax = "proto2";
        package depot.v1;
        message Invoice {
          optional string invoice_id = 1;
          repeated Line lines = 3;
          optional int32 discount_percent = 2 [default = 5];
          optional Payment payment = 4;
          message Line { required int32 cents = 1; required string text = 2; }
          enum Payment { PAYMENT_CARD = 5; PAYMENT_CASH = 6; }
        }
    """),
    (LABEL, """
        edition = "2023";
        package depot.v1;
        option features.field_presence = IMPLICIT;
        message Label {
          enum Handling { NONE = 0; HANDLING_KEEP_UPRIGHT = 1; HANDLING_KEEP_DRY = 2; }
          string recipient = 4;
          string parcel_id = 1;
          Handling handling = 9;
          int64 weight_grams = 2;
          reserved 3;
          reserved fragile;
        }
    """),
]  # fmt: skip


@pytest.mark.parametrize(("exercise", "source"), WHOLE)
def test_another_syntax_passes(exercise, source):
    verdict = exercise.judge_source(textwrap.dedent(source).strip())
    assert verdict.outcome == "passed", verdict


WRONG = [
    (INVOICE, "`payment` is an enum here. That declares a type",
     [("enum Payment", "enum payment"), ("  Payment payment = 3;\n", "")]),
    (INVOICE, "`lines` is a message here", [("message Line ", "message lines "), ("  repeated Line lines = 2;\n", "")]),
    (INVOICE, "There is no field `discount_percent` in `Invoice`; there is one in `Line`",
     [("  optional int32 discount_percent = 4;\n", ""),
      ("cents = 2;\n", "cents = 2;\n  optional int32 discount_percent = 4;\n")]),
    (INVOICE, "each has a name", [("  Payment payment", "  int32 payment")]),
    (INVOICE, "each has a name", [("  Payment payment", "  Line payment")]),
    (INVOICE, "a map holds any number", [("  Payment payment", "  map<string, Payment> payment")]),
    (INVOICE, "a map holds any number", [("optional int32", "map<string, int32>")]),
    (INVOICE, "Programs add cents up", [("int64 cents", "bytes cents")]),
    (INVOICE, "Programs add cents up", [("int64 cents", "Payment cents")]),
    (INVOICE, "`Line` has one `text`", [("string text", "repeated string text")]),
    (INVOICE, "`Invoice` stands inside of `Book`",
     [("message Invoice", "message Book { message Invoice"), ("percent = 4;\n}", "percent = 4;\n}\n}")]),
    (INVOICE, "one named `Invoices`", [("message Invoice", "message Invoices")]),
    (INVOICE, "`invoice_id` and `payment` are members of one `oneof`",
     [("  Payment payment = 3;\n", ""),
      ("  string invoice_id = 1;", "  oneof one { string invoice_id = 1; Payment payment = 3; }")]),
    (INVOICE, "where the field is `required`", [*IN_PROTO2[INVOICE], ("optional Payment", "required Payment")]),
    (INVOICE, "a `required` field has no value",
     [*IN_PROTO2[INVOICE], ("payment = 3;", "payment = 3; required int32 shop = 9;")]),
    (INVOICE, "gives that as the default", [*IN_PROTO2[INVOICE], ("payment = 3", "payment = 3 [default = PAYMENT_CARD]")]),
    (LABEL, "one named `weight`", [("weight_grams", "weight")]),
    (LABEL, "`handling` is an enum here", [("enum Handling", "enum handling"), (LABEL_HANDLING, "")]),
    (LABEL, "where the field is `required`", [*IN_PROTO2[LABEL], ("optional string p", "required string p")]),
    (LABEL, "gives that as the default",
     [*IN_PROTO2[LABEL], ("handling = 5", "handling = 5 [default = HANDLING_KEEP_DRY]")]),
    (LABEL, "a type that does not fit", [("int64", "float")]),
    (LABEL, "a type that does not fit", [("string recipient", "int64 recipient")]),
    (LABEL, "a type that does not fit", [("string recipient", "repeated string names = 7;\n  bool recipient")]),
    (LABEL, "somebody takes the free number 3", [("reserved 3;", "reserved 6, 7 to 9;")]),
    (LABEL, "the name is not yet", [('reserved "fragile"', 'reserved "Fragile", "handling_of_fragile"')]),
]  # fmt: skip


@pytest.mark.parametrize(("exercise", "says", "edits"), WRONG)
def test_a_wrong_schema_hears_the_real_cause(exercise, says, edits):
    verdict = exercise.judge_source(edited(exercise, *edits))
    assert (verdict.outcome, says in verdict.sentence) == ("failed", True), verdict


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('reserved 3, "fragile";', "numbers or names, not both"),
        ("reserved 3, fragile;", "numbers or names, not both"),
        ('reserved "fragile", 3;', "numbers or names, not both"),
        ("reserved fragile;", "Write reserved names in quotes"),
        ("reserved 3 - 4;", "A range of numbers is written with `to`"),
        ("reserved 3..4;", "A range of numbers is written with `to`"),
        ('reserved = "fragile";', "`reserved 3;`"),
    ],
)
def test_a_reserved_line_that_does_not_compile_hears_what_to_write(line, says):
    with pytest.raises(protos.SchemaError) as caught:
        protos.compile_cell("label", edited(LABEL, ("reserved 3;", line), ('  reserved "fragile";\n', "")))
    assert says in str(caught.value)
