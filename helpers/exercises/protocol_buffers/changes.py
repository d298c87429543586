"""A schema in use is changed, and old programs go on reading and writing."""

from __future__ import annotations

from google.protobuf.descriptor_pb2 import DescriptorProto
from google.protobuf.message import DecodeError, Message

from ... import protos
from ..engine import Check, Failed, WriteSchema, wrong

_IN_USE = """
        syntax = "proto3";

        package depot.v1;

        // What is written on a parcel. In use in every depot.
        message Label {
          string parcel_id = 1;
          int32 weight_grams = 2;
          bool fragile = 3;
          string recipient = 4;
        }
"""
_HEAVY = 30_000_000_000  # grams
_KEPT = {"parcel_id": "P-1", "weight_grams": 1200, "recipient": "Ada"}


def _check_safe_change(check: Check) -> None:
    new = _look_at_names(check)
    old = protos.compile_cell("label_in_use", _IN_USE)[0].Label
    _old_to_new(check, old, new)
    _new_to_old(check, old, new)
    _heavy(check, new)
    _reserved(check, new)


def _look_at_names(check: Check) -> type[Message]:
    label = check.answer.DESCRIPTOR.message_types_by_name.get("Label")
    fields = label.fields_by_name if label else {}
    there = ", ".join(fields) or "nothing"
    for name in (*_KEPT, "handling"):
        if name not in fields:
            raise Failed(
                f"There is no field `{name}` in `Label`. Is it spelled like that?",
                called="Label()", expected=name, came=there,
            )  # fmt: skip
    check.expect(
        "fragile" not in fields, "no field fragile", there, "`fragile` is still there.", called="Label()"
    )
    enum = fields["handling"].enum_type
    names = list(enum.values_by_name) if enum else ["no enum"]
    for name in ("HANDLING_KEEP_DRY", "HANDLING_KEEP_UPRIGHT"):
        check.expect(
            name in names, called="Label().handling", expected=name, came=", ".join(names),
            likely=f"`handling` should be an enum with a value `{name}`.",
        )  # fmt: skip
    check.expect(
        isinstance(check.answer.Label().handling, int), called="Label().handling", expected="one value", came="a list",
        likely="A label has one `handling`, so it is no list: leave out `repeated`.",
    )  # fmt: skip
    return check.answer.Label


def _old_to_new(check: Check, old: type[Message], new: type[Message]) -> None:
    called = "new program reads an old label"
    read = _exchange(called, old(fragile=True, **_KEPT), new)
    _expect_kept(check, called, old, read)
    handling = read.DESCRIPTOR.fields_by_name["handling"].enum_type.values_by_number
    name = handling[read.handling].name if read.handling in handling else str(read.handling)
    check.expect(
        name not in ("HANDLING_KEEP_DRY", "HANDLING_KEEP_UPRIGHT"),
        called=f"{called} with fragile=True", expected="no word about handling", came=f"handling={name}",
        likely=_reused(new)
        or f"A label without a word about handling reads as {name}. Give 0 to a value that says nothing.",
    )  # fmt: skip


def _new_to_old(check: Check, old: type[Message], new: type[Message]) -> None:
    called = "old program reads a new label"
    read = _exchange(called, new(handling="HANDLING_KEEP_DRY", **_KEPT), old)
    _expect_kept(check, called, old, read)
    check.expect(
        not read.fragile, called=f"{called} with HANDLING_KEEP_DRY", expected="fragile=False", came="fragile=True",
        likely=_reused(new),
    )  # fmt: skip


def _exchange(called: str, written: Message, reader: type[Message]) -> Message:
    try:
        return reader.FromString(written.SerializeToString())
    except DecodeError as error:
        likely = "These bytes cannot be read at all: has a field that takes text the number of another one?"
        raise Failed(likely, called=called, expected="a label", came=str(error)) from None


def _expect_kept(check: Check, called: str, old: type[Message], read: Message) -> None:
    before, now = old.DESCRIPTOR.fields_by_name, check.answer.Label.DESCRIPTOR.fields_by_name
    for name, value in _KEPT.items():
        found = getattr(read, name)
        if before[name].number != now[name].number:
            likely = (
                f"`{name}` has another number than before. On the way a field is its number and nothing else, "
                f"and in old bytes it is {before[name].number}. Gaps in the numbers are fine."
            )
        else:
            likely = (
                f"`{name}` has a type that does not fit the old one: the other side finds another value, or none. "
                "Which types are written, and read, as before?"
            )
        check.expect(
            found == value,
            called=called, expected=f"{name}={value!r}", came=f"{name}={found!r}", likely=likely,
        )  # fmt: skip


def _reused(new: type[Message]) -> str:
    if new.DESCRIPTOR.fields_by_name["handling"].number != 3:
        return ""
    return (
        "`handling` has the number that `fragile` had, so each side takes the other's value for its own, and "
        "nobody gets an error. Take a number that was never used."
    )


def _heavy(check: Check, new: type[Message]) -> None:
    called = f"Label(weight_grams={_HEAVY:_})"
    try:
        found = new.FromString(new(weight_grams=_HEAVY).SerializeToString()).weight_grams
    except ValueError as error:
        likely = "A container does not fit: 32 bits end at two thousand tons. Which type has more bits, and the same bytes?"
        raise Failed(likely, called=called, expected=str(_HEAVY), came=str(error)) from None
    check.expect(found == _HEAVY, str(_HEAVY), str(found), called=called)


def _reserved(check: Check, new: type[Message]) -> None:
    written = DescriptorProto()
    new.DESCRIPTOR.CopyToProto(written)
    check.expect(
        any(span.start <= 3 < span.end for span in written.reserved_range),
        called="the next change to this schema", expected="number 3 refused by the compiler", came="number 3 free",
        likely="All bytes are read well today. But next year somebody takes the free number 3, and old labels are "
        "misread in silence. One line in the message keeps it closed.",
    )  # fmt: skip
    check.expect(
        "fragile" in written.reserved_name,
        called="the next change to this schema", expected="the name fragile refused by the compiler", came="free",
        likely='The number is closed; the name is not yet. In JSON the name is all there is: `reserved "fragile";`.',
    )  # fmt: skip


safe_change = WriteSchema(
    id="protocol_buffers.safe_change",
    title="A change that nobody notices",
    task="""
        **Input:** the schema of a label, which old programs will go on using for a while.

        **Goal:** change it so that `handling`, an enum with `HANDLING_KEEP_DRY` and `HANDLING_KEEP_UPRIGHT`
        among its values, takes the place of `fragile`; that `weight_grams` has room for a ship's container of
        30,000,000,000 g; and that nobody can ever use the number or the name of `fragile` again. Old and new
        programs must read what they still share of each other's labels.

        **Example:** a new program reads `weight_grams=1200` in an old label, and says nothing of handling,
        even where the old label was marked fragile.
    """,
    module="label",
    check=_check_safe_change,
    hints=[
        "Whatever stays keeps its number, and whatever is new gets a number that was never used.",
        "`int64` is written in the same bytes as `int32`; most other changes of type are not safe.",
        'A number and a name are closed by two lines in the message: `reserved 3;` and `reserved "fragile";`.',
    ],
    stub=_IN_USE,
    answer="""
        syntax = "proto3";

        package depot.v1;

        enum Handling {
          HANDLING_UNSPECIFIED = 0;
          HANDLING_KEEP_DRY = 1;
          HANDLING_KEEP_UPRIGHT = 2;
        }

        // What is written on a parcel. In use in every depot.
        message Label {
          reserved 3;
          reserved "fragile";
          string parcel_id = 1;
          int64 weight_grams = 2;
          string recipient = 4;
          Handling handling = 5;
        }
    """,
    reason="Bytes have numbers and wire types, and no names. Keep both and everybody understands everybody; `reserved` "
    "is a note to those who come after you, and the compiler reads it out to them.",
    wrong_answers=[
        wrong("`recipient` has another number", ("reserved 3", "reserved 9"), ("recipient = 4", "recipient = 3"),
              ("handling = 5", "handling = 4")),
        wrong("`parcel_id` has another number", ("parcel_id = 1", "parcel_id = 2"),
              ("weight_grams = 2", "weight_grams = 1")),
        wrong("a type that does not fit the old one", ("int64", "sint64")),
        wrong("a type that does not fit the old one", ("int64", "string")),
        wrong("a type that does not fit the old one", ("int64", "double")),
        wrong("has the number that `fragile` had", ("  reserved 3;\n", ""), ("handling = 5", "handling = 3")),
        wrong("reads as HANDLING_KEEP_DRY", ("  HANDLING_UNSPECIFIED = 0;\n", ""), ("DRY = 1", "DRY = 0")),
        wrong("it is no list", ("  Handling handling", "  repeated Handling handling")),
        wrong("A container does not fit", ("int64", "int32")),
        wrong("somebody takes the free number 3", ("  reserved 3;\n", "")),
        wrong("the name is not yet", ('  reserved "fragile";\n', "")),
        wrong("`fragile` is still there", ('  reserved 3;\n  reserved "fragile";\n', "  bool fragile = 3;\n")),
        wrong("There is no field `recipient`", ("recipient", "addressee")),
    ],
)  # fmt: skip
