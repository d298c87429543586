"""A schema in use is changed, and old programs go on reading and writing."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import DescriptorProto
from google.protobuf.message import Message

from ... import protos
from ..engine import Check, Incorrect, WriteSchema, schemas, wrong

_HEAVY = 30_000_000_000  # grams
_KEPT = {"parcel_id": "P-1", "weight_grams": 1200, "recipient": "Ada"}
_HANDLINGS = ("HANDLING_KEEP_DRY", "HANDLING_KEEP_UPRIGHT")


def _check_safe_change(check: Check) -> None:
    label = schemas.find_message(check.answer, "Label", "depot.v1")
    _look_at_fields(check, label)
    new, old = check.answer.Label, protos.compile_cell("label_in_use", safe_change.stub)[0].Label
    _old_to_new(check, old, new)
    _new_to_old(check, old, new)
    _heavy(check, new)
    _reserved(check, new)


def _look_at_fields(check: Check, label: Descriptor) -> None:
    names = (*_KEPT, "handling")
    fields = {name: schemas.find_field(label, name) for name in names}
    there, still = label.fields_by_name, "`fragile` is still there."
    check.expect("fragile" not in there, "no field fragile", ", ".join(there), still, called="Label()")
    for name, field in fields.items():
        schemas.expect_one(field, f"Label().{name}")
    schemas.expect_together(label, names)
    called = "Label().handling"
    enum: Any = fields["handling"].enum_type
    values = list(enum.values_by_name) if enum else []
    for name in _HANDLINGS:
        actual = ", ".join(values) or schemas.in_words(fields["handling"])
        missing = f"`handling` should be an enum with a value `{name}`."
        check.expect(name in values, name, actual, missing, called=called)
    numbers = {enum.values_by_name[name].number for name in _HANDLINGS}
    same = "Both values have the same number, and the number is all that is sent: a reader cannot tell them apart."
    check.expect(len(numbers) == 2, "two numbers", f"{min(numbers)} for both", same, called=called)


def _old_to_new(check: Check, old: type[Message], new: type[Message]) -> None:
    called = "new program reads an old label"
    read = schemas.exchange(called, old(fragile=True, **_KEPT), new)
    _expect_kept(check, called, old, read)
    field: Any = new.DESCRIPTOR.fields_by_name["handling"]
    known = {field.enum_type.values_by_name[name].number: name for name in _HANDLINGS}
    # With presence a reader can ask whether it was said, unless the schema itself says one of the two.
    is_said = field.has_default_value or not field.has_presence or read.HasField("handling")
    name = known.get(read.handling, "")
    why = ". Give 0 to a value that says nothing."
    if field.has_default_value:
        why = ", since the schema gives that as the default."
    diagnosis = _reused(new) or f"A label without a word about handling reads as {name}{why}"
    wanted, called = "no word about handling", f"{called} with fragile=True"
    check.expect(not (name and is_said), wanted, f"handling={name}", diagnosis, called=called)


def _new_to_old(check: Check, old: type[Message], new: type[Message]) -> None:
    called = "old program reads a new label"
    for handling in _HANDLINGS:
        read = schemas.exchange(called, _written(check, called, old, handling=handling, **_KEPT), old)
        _expect_kept(check, called, old, read)
        story = f"{called} with {handling}"
        check.expect(not read.fragile, "fragile=False", "fragile=True", _reused(new), called=story)


def _written(check: Check, called: str, old: type[Message], **values: object) -> Message:
    """A new label with these values, set one by one so that the one that does not fit is named."""
    label = check.answer.Label()
    for name, value in values.items():
        try:
            setattr(label, name, value)
        except (AttributeError, TypeError, ValueError) as error:
            wanted = f"{name}={value!r}"
            raise Incorrect(_misfit(name), called=called, expected=wanted, actual=str(error)) from None
    return label


def _expect_kept(check: Check, called: str, old: type[Message], read: Message) -> None:
    before, now = old.DESCRIPTOR.fields_by_name, check.answer.Label.DESCRIPTOR.fields_by_name
    for name, value in _KEPT.items():
        found = getattr(read, name)
        diagnosis = _misfit(name)
        if before[name].number != now[name].number:
            diagnosis = (
                f"`{name}` has another number than before. On the way a field is its number and nothing else, "
                f"and in old bytes it is {before[name].number}. Gaps in the numbers are fine."
            )
        check.expect(found == value, f"{name}={value!r}", f"{name}={found!r}", diagnosis, called=called)


def _misfit(name: str) -> str:
    return (
        f"`{name}` has a type that does not fit the old one: the other side finds another value, or none. "
        "Which types are written, and read, as before?"
    )


def _reused(new: type[Message]) -> str:
    if new.DESCRIPTOR.fields_by_name["handling"].number != 3:
        return ""
    return (
        "`handling` has the number that `fragile` had, so each side takes the other's value for its own, and "
        "nobody gets an error. Take a number that was never used."
    )


def _heavy(check: Check, new: Any) -> None:
    called = f"Label(weight_grams={_HEAVY:_})"
    try:
        found = new.FromString(new(weight_grams=_HEAVY).SerializeToString()).weight_grams
    except ValueError as error:
        diagnosis = (
            "A ship's load does not fit: 32 bits end at two thousand tons, or four without a sign. Which type has "
            "more bits, and the same bytes?"
        )
        raise Incorrect(diagnosis, called=called, expected=str(_HEAVY), actual=str(error)) from None
    check.expect(found == _HEAVY, str(_HEAVY), str(found), called=called)


def _reserved(check: Check, new: type[Message]) -> None:
    written = DescriptorProto()
    new.DESCRIPTOR.CopyToProto(written)
    check.expect(
        any(span.start <= 3 < span.end for span in written.reserved_range),
        called="the next change to this schema", expected="number 3 refused by the compiler", actual="number 3 free",
        diagnosis="All bytes are read well today. But next year somebody takes the free number 3, and old labels are "
        "misread in silence. One line in the message keeps it closed.",
    )  # fmt: skip
    check.expect(
        "fragile" in written.reserved_name,
        called="the next change to this schema", expected="the name fragile refused by the compiler", actual="free",
        diagnosis='The number is closed; the name is not yet. In JSON the name is all there is: `reserved "fragile";`.',
    )  # fmt: skip


safe_change = WriteSchema(
    title="A change that old programs survive",
    task="""
        **Input:** the schema of a label, which old programs will go on using for a while.

        **Goal:** change it so that `handling`, an enum with `HANDLING_KEEP_DRY` and `HANDLING_KEEP_UPRIGHT`
        among its values, takes the place of `fragile`; that nobody can ever use the number or the name of
        `fragile` again; and that `weight_grams` has room for a ship's load of 30,000,000,000 g among new
        programs. Whatever both sides have room for, old and new programs must read in each other's labels.

        **Example:** a new program reads `weight_grams=1200` in an old label, and says nothing of handling,
        even where the old label was marked fragile.
    """,
    module="label",
    check=_check_safe_change,
    hints=[
        "Whatever stays keeps its number, and whatever is new gets a number that was never used.",
        "`int64` writes what fits into an `int32` in the same bytes; most other changes of type are not safe.",
        'A number and a name are closed by two lines in the message: `reserved 3;` and `reserved "fragile";`.',
    ],
    reason="Bytes have numbers and wire types, and no names: keep both. `reserved` is a note to those who come after "
    "you, and the compiler reads it out to them. One thing no schema can mend: an old program cuts a ship's load to 32 "
    "bits and reads another number, without an error. So update those who read before anybody writes such a weight.",
    wrong_answers=[
        wrong(
            "`recipient` has another number",
            ("reserved 3", "reserved 9"),
            ("recipient = 4", "recipient = 3"),
            ("handling = 5", "handling = 4"),
        ),
        wrong(
            "`parcel_id` has another number",
            ("parcel_id = 1", "parcel_id = 2"),
            ("weight_grams = 2", "weight_grams = 1"),
        ),
        wrong("a type that does not fit the old one", ("int64", "sint64")),
        wrong("a type that does not fit the old one", ("int64", "string")),
        wrong("a type that does not fit the old one", ("int64", "double")),
        wrong("a type that does not fit the old one", ("int64", "fixed64")),
        wrong("a type that does not fit the old one", ("string recipient", "bytes recipient")),
        wrong("a type that does not fit the old one", ("string recipient", "Handling recipient")),
        wrong("has the number that `fragile` had", ("  reserved 3;\n", ""), ("handling = 5", "handling = 3")),
        wrong("reads as HANDLING_KEEP_DRY", ("  HANDLING_UNSPECIFIED = 0;\n", ""), ("DRY = 1", "DRY = 0")),
        wrong("Both values have the same number").diff("""
             enum Handling {
            +  option allow_alias = true;

            -  HANDLING_KEEP_UPRIGHT = 2;
            +  HANDLING_KEEP_UPRIGHT = 1;
        """),
        wrong("so it is no list", ("  Handling handling", "  repeated Handling handling")),
        wrong("so it is no list", ("  int64 weight_grams", "  repeated int64 weight_grams")),
        wrong("`recipient` and `handling` are members of one `oneof`").diff("""
            -  string recipient = 4;
            -  Handling handling = 5;
            +  oneof rest {
            +    string recipient = 4;
            +    Handling handling = 5;
            +  }
        """),
        wrong(
            "`handling` is a `oneof` here",
            ("  Handling handling = 5;", "  oneof handling {\n    bool dry = 5;\n    bool upright = 6;\n  }"),
        ),
        wrong("should be an enum with a value", ("  Handling handling", "  string handling")),
        wrong("A ship's load does not fit", ("int64", "int32")),
        wrong("A ship's load does not fit", ("int64", "uint32")),
        wrong("somebody takes the free number 3", ("  reserved 3;\n", "")),
        wrong("the name is not yet", ('  reserved "fragile";\n', "")),
        wrong("`fragile` is still there", ('  reserved 3;\n  reserved "fragile";', "  bool fragile = 3;")),
        wrong("There is no field `recipient`", ("recipient", "addressee")),
        wrong("There is no message `Label`", ("Label", "Sticker")),
        wrong("The package was `depot.v1`", ("package depot.v1;", "package depot.v2;")),
    ],
)
