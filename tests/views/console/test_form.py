from __future__ import annotations

import json
import math

import pytest
from google.protobuf import any_pb2, empty_pb2, struct_pb2, timestamp_pb2, wrappers_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.views.console.draft import empty_values, read, turned
from helpers.views.console.form import message_from, values_from
from helpers.views.console.scalars import INTEGERS
from helpers.views.console.well_known import from_json, to_json
from tests.views.console.samples import edition_pb2, every_pb2, older_pb2

Everything, Item = every_pb2.Everything, every_pb2.Item


def through_browser(values):
    """What JSON between kernel and browser makes of a value."""
    return json.loads(json.dumps(values))


def reads(message, values):
    """The message that a form with these values makes, without an error."""
    made, errors = message_from(message.DESCRIPTOR, through_browser(values))
    assert errors == {}
    return made


def errors_of(descriptor, values):
    return message_from(descriptor, values)[1]


def full() -> Everything:
    """Every field set to something that is not its default."""
    packed = any_pb2.Any()
    packed.Pack(Item(name="packed", amount=3))
    message = Everything(
        a_double=1.5, a_float=0.1, an_int32=-(2**31), an_int64=2**63 - 1, a_uint32=2**32 - 1,
        a_uint64=2**64 - 1, a_sint32=-1, a_sint64=-(2**63), a_fixed32=7, a_fixed64=2**53 + 1,
        a_sfixed32=-7, a_sfixed64=-(2**53) - 1, a_bool=True, a_string='<b>"Grüße"\n</b> \\', some_bytes=b"\x00\xff",
        color="COLOR_MINUS", inner="INNER_ONE", item=Item(name="x", amount=1),
        maybe_int32=0, maybe_string="", maybe_bool=False, maybe_color=0, maybe_bytes=b"",
        by_time=timestamp_pb2.Timestamp(seconds=1, nanos=1), numbers=[0, -1, 2**62], words=["", "a"],
        items=[Item(), Item(name="y")], colors=[0, 1, 99], blobs=[b"", b"text", b"\x80"],
        times=[timestamp_pb2.Timestamp(seconds=-1)], floats=[math.inf, 0.2, 0.0],
        counts={"": 0, "a": 1}, items_by_number={2**60: Item(amount=2), -1: Item()}, by_bool={True: "t", False: ""},
        color_by_name={"r": 1}, struct={"a": [1, None, {"b": True}], "n": 2.5}, list_value=[1, "a"],
        wrapped_int64=wrappers_pb2.Int64Value(value=2**63 - 1), wrapped_string=wrappers_pb2.StringValue(),
        wrapped_bool=wrappers_pb2.BoolValue(), wrapped_bytes=wrappers_pb2.BytesValue(value=b"\x00"),
        wrapped_double=wrappers_pb2.DoubleValue(value=-math.inf), empty=empty_pb2.Empty(),
        value=struct_pb2.Value(string_value="v"),
        **{"class": "keyword"},
    )  # fmt: skip
    message.self = "me"  # no constructor takes this one
    message.node.next.next.label = "deep"
    message.node.children.add().children.add(label="leaf")
    message.at.FromJsonString("2026-11-15T12:00:00.123456789Z")
    message.lasts.FromJsonString("-1.500s")
    message.duration_by_name["d"].FromJsonString("3s")
    message.mask.paths.extend(["an_int32", "item.name"])
    message.any.CopyFrom(packed)
    return message


def test_every_kind_of_field_goes_to_the_form_and_back():
    message = full()
    set_fields = {field.name for field, _ in message.ListFields()}
    missing = {f.name for f in Everything.DESCRIPTOR.fields} - set_fields
    assert missing == {"by_name", "by_number", "by_item"}, "the other three of the oneof"
    assert reads(message, values_from(message)) == message


def test_every_kind_of_field_goes_to_json_and_back():
    message = full()
    assert from_json(to_json(message), Everything.DESCRIPTOR) == message


def test_each_of_a_oneof():
    for message in (
        Everything(by_name=""), Everything(by_number=0), Everything(by_item={}), Everything(by_time={}),
    ):  # fmt: skip
        assert reads(message, values_from(message)) == message
    assert errors_of(Everything.DESCRIPTOR, {"by_name": "a", "by_number": "1"}) == {
        "/by_number": "Only one of choice can be set."
    }


def test_an_empty_form_is_an_empty_message():
    for cls in (Everything, Item, empty_pb2.Empty, wrappers_pb2.StringValue, struct_pb2.Struct):
        assert message_from(cls.DESCRIPTOR, empty_values(cls.DESCRIPTOR)) == (cls(), {})


def test_unset_and_default_differ_where_there_is_presence():
    assert not reads(Everything(), {}).HasField("maybe_int32")
    made = reads(Everything(), {"maybe_int32": "0", "maybe_string": "", "an_int32": "0", "a_string": ""})
    assert made.HasField("maybe_int32")
    assert made.HasField("maybe_string")
    assert made.SerializeToString() == Everything(maybe_int32=0, maybe_string="").SerializeToString()


def test_proto2_fields_groups_and_extensions():
    message = older_pb2.Old(needed=0, closed="ONE", text="", pair={"left": 1, "right": 2}, packed=[1, 2])
    message.several.extend([1, 2])
    message.Extensions[older_pb2.more] = 5
    message.Extensions[older_pb2.Extra.extra].word = "w"
    message.Extensions[older_pb2.many].extend([1, 2])
    assert reads(message, values_from(message)) == message
    assert set(values_from(message)) >= {"[console.older.more]", "[console.older.Extra.extra]"}


def test_required_fields_and_closed_enums():
    descriptor = older_pb2.Old.DESCRIPTOR
    assert errors_of(descriptor, {}) == {"/needed": "This field is required."}
    wrong = errors_of(descriptor, {"needed": "1", "closed": "9", "several": ["1", "0"], "pair": {}})
    assert wrong == {
        "/closed": "Closed is closed: it has no value with the number 9.",
        "/several/1": "Closed is closed: it has no value with the number 0.",
        "/pair/right": "This field is required.",
    }
    assert errors_of(Everything.DESCRIPTOR, {"color": "77"}) == {}, "an open enum takes any number"


def test_editions():
    message = edition_pb2.Edition(explicit=0, implicit=3, needed=0, shuts=[0, 1], text="")
    message.inside.needed = 1
    assert reads(message, values_from(message)) == message
    wrong = errors_of(edition_pb2.Edition.DESCRIPTOR, {"inside": {}, "shuts": ["5"]})
    assert set(wrong) == {"/needed", "/inside/needed", "/shuts/0"}


@pytest.mark.parametrize(
    ("values", "path", "words"),
    [
        ({"an_int32": "12a"}, "/an_int32", "Type a whole number."),
        ({"an_int32": "2147483648"}, "/an_int32", "int32 goes from -2,147,483,648 to 2,147,483,647."),
        ({"a_uint64": "-1"}, "/a_uint64", "uint64 goes from 0 to 18,446,744,073,709,551,615."),
        ({"an_int64": "9" * 5000}, "/an_int64", "Type a whole number."),
        ({"maybe_int32": ""}, "/maybe_int32", "Type a whole number."),
        ({"a_float": "1e39"}, "/a_float", "A float holds at most 3.4e38; type inf for infinity."),
        ({"a_double": "1e999"}, "/a_double", "A double holds at most 1.8e308; type inf for infinity."),
        ({"a_double": "one"}, "/a_double", "Type a number, such as 2.5 or 1e-3."),
        ({"a_string": "\ud800"}, "/a_string", "A string is Unicode text; half a surrogate pair is not."),
        ({"some_bytes": {"as": "hex", "text": "abc"}}, "/some_bytes", "Hex takes two digits a byte; one is missing."),
        ({"some_bytes": {"as": "hex", "text": "xy"}}, "/some_bytes", "Hex has the digits 0–9 and a–f only."),
        ({"some_bytes": {"as": "base64", "text": "a"}}, "/some_bytes", "This is not base64."),
        ({"color": "COLOR_BLUE"}, "/color", "Color has no value 'COLOR_BLUE'."),
        ({"color": ""}, "/color", "Type the value's number."),
        ({"numbers": ["1", "x"]}, "/numbers/1", "Type a whole number."),
        ({"items": [{}, {"amount": "x"}]}, "/items/1/amount", "Type a whole number."),
        ({"node": {"next": {"children": [{"label": "\udc00"}]}}}, "/node/next/children/0/label", "A string is"),
        ({"counts": [["a", "1"], ["a", "2"]]}, "/counts/1/0", "This key is there already."),
        ({"counts": [["a", "x"]]}, "/counts/0/1", "Type a whole number."),
        ({"items_by_number": [["x", {"amount": "y"}]]}, "/items_by_number/0/1/amount", "Type a whole number."),
        ({"items_by_number": [["x", {}]]}, "/items_by_number/0/0", "Type a whole number."),
        ({"at": "2026-11-15T12:00:00"}, "/at", "Add the time zone: Z for UTC, or an offset such as +01:00."),
        ({"at": "soon Z"}, "/at", "Write it as 2026-11-15T12:00:00Z."),
        ({"lasts": "1h"}, "/lasts", "Write seconds, such as 1.5s; at most nine digits after the point."),
        ({"lasts": "999999999999s"}, "/lasts", "A duration is at most 10,000 years: 315,576,000,000 s."),
        ({"wrapped_int64": "x"}, "/wrapped_int64", "Type a whole number."),
        ({"struct": "{"}, "/struct", "Line 1, column 2: "),
        ({"struct": "[1]"}, "/struct", ""),
        ({"list_value": "{}"}, "/list_value", ""),
        ({"value": "NaN"}, "/value", ""),
        ({"struct": "[" * 100_000}, "/struct", ""),
        ({"mask": "a, b c"}, "/mask", "'b c' is no path: write field names with dots, separated by commas."),
        ({"any": {"type": "", "json": "{}"}}, "/any/type", "Which message is this? Type its full name."),
        ({"any": {"type": "no.Such", "json": ""}}, "/any/type", "The schema has no message 'no.Such'."),
        ({"any": {"type": "console.v1.Item", "json": '{"amount": "x"}'}}, "/any/json", "Failed to parse amount"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_the_field(values, path, words):
    wrong = errors_of(Everything.DESCRIPTOR, values)
    assert path in wrong
    assert wrong[path].startswith(words)
    assert wrong[path].endswith(".")


def test_one_wrong_field_leaves_the_others():
    message, errors = message_from(
        Everything.DESCRIPTOR,
        {"an_int32": "x", "a_string": "kept", "numbers": ["1", "x", "3"], "counts": [["a", "1"], ["b", "x"]]},
    )
    assert message == Everything(a_string="kept", numbers=[1, 3], counts={"a": 1})
    assert len(errors) == 3


def test_too_deep_a_message_is_refused():
    deepest: dict = {}
    for _ in range(200):
        deepest = {"next": deepest}
    (text,) = errors_of(Everything.DESCRIPTOR, {"node": deepest}).values()
    assert text == "More than 90 messages inside of each other are too many."


@pytest.mark.parametrize("text", ["12", " 12 ", "+12", "0xc", "0XC"])
def test_ways_to_write_an_integer(text):
    assert reads(Everything(), {"an_int32": text}).an_int32 == 12


def test_ways_to_write_bytes():
    for value in (
        {"as": "text", "text": "é"}, {"as": "hex", "text": "c3 A9"}, {"as": "hex", "text": "0xc3:0xa9"},
        {"as": "base64", "text": "w6k="}, {"as": "base64", "text": "w6k"},
    ):  # fmt: skip
        assert reads(Everything(), {"some_bytes": value}).some_bytes == "é".encode()
    assert reads(Everything(), {"some_bytes": {"as": "base64", "text": "-_8="}}).some_bytes == b"\xfb\xff"


def test_ways_to_write_times_masks_and_any():
    made = reads(
        Everything(),
        {
            "at": "2026-11-15 13:00:00+01:00",
            "lasts": "1.5",
            "mask": " a , b.c ",
            "any": {"type": "type.example.com/console.v1.Item", "json": '{"name": "n"}'},
        },
    )
    assert made.at.ToJsonString() == "2026-11-15T12:00:00Z"
    assert made.lasts.ToJsonString() == "1.500s"
    assert list(made.mask.paths) == ["a", "b.c"]
    assert made.any.type_url == "type.example.com/console.v1.Item"
    assert Item.FromString(made.any.value) == Item(name="n")
    assert reads(Everything(), {"at": "2026-11-15"}).at.ToJsonString() == "2026-11-15T00:00:00Z"


def test_any_of_an_unknown_type_keeps_its_bytes():
    message = Everything(any=any_pb2.Any(type_url="type.googleapis.com/no.Such", value=b"\x08\x01"))
    assert values_from(message)["any"] == {"type": "no.Such", "hex": "08 01"}
    assert reads(message, values_from(message)) == message
    with pytest.raises(ValueError, match=r"no\.Such"):
        to_json(message)


def test_requests_that_are_well_known_types_themselves():
    assert reads(wrappers_pb2.StringValue(), "word").value == "word"
    assert reads(wrappers_pb2.Int64Value(), str(2**63 - 1)).value == 2**63 - 1
    assert reads(struct_pb2.Struct(), '{"a": [1]}') == struct_pb2.Struct(
        fields={"a": struct_pb2.Value(list_value={"values": [{"number_value": 1}]})}
    )
    assert errors_of(wrappers_pb2.Int64Value.DESCRIPTOR, "x") == {"": "Type a whole number."}
    for message in (wrappers_pb2.BytesValue(value=b"\xff"), timestamp_pb2.Timestamp(seconds=5)):
        assert reads(message, values_from(message)) == message


def test_the_two_faces_of_a_request():
    descriptor = Everything.DESCRIPTOR
    draft = {
        "tab": "form",
        "values": {"an_int64": "9007199254740993", "some_bytes": {"as": "text", "text": "a"}},
    }
    other = turned(draft, descriptor, "json")
    assert json.loads(other["json"]) == {"anInt64": "9007199254740993", "someBytes": "YQ=="}
    other["json"] = '{"an_int64": 5, "items": [{"name": "x"}]}'
    back = turned(other, descriptor, "form")
    assert back["values"] == {"an_int64": "5", "items": [{"name": "x"}]}
    assert back["tab"] == "form"


def test_an_unchanged_request_keeps_how_it_was_written():
    draft = {"tab": "form", "values": {"an_int32": "0x10", "some_bytes": {"as": "hex", "text": "61"}}}
    back = turned(turned(draft, Everything.DESCRIPTOR, "json"), Everything.DESCRIPTOR, "form")
    assert back["values"] == draft["values"]


def test_a_face_with_errors_is_not_turned():
    for draft in ({"tab": "form", "values": {"an_int32": "x"}}, {"tab": "json", "json": "{"}):
        with pytest.raises(ValueError, match="Mend what is marked first"):
            turned(draft, Everything.DESCRIPTOR, "json" if draft["tab"] == "form" else "form")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "Line 1, column 2: "),
        ('{\n "a": }', "Line 2, column 7: "),
        ('{"noSuchField": 1}', 'Message type "console.v1.Everything" has no field named "noSuchField"'),
        ('{"anInt32": "x"}', "Failed to parse anInt32 field"),
        ("[]", ""),
        ("5", ""),
        ("null", ""),
        ('{"item": 5}', ""),
        ('{"color": "NOPE"}', "Failed to parse color field"),
    ],
)
def test_what_is_wrong_with_json_is_said(text, words):
    errors = read({"tab": "json", "json": text}, Everything.DESCRIPTOR).errors
    assert errors["json"].startswith(words)
    assert errors["json"].endswith(".")
    assert len(errors["json"]) < 150


def test_json_without_a_required_field():
    errors = read({"tab": "json", "json": "{}"}, older_pb2.Old.DESCRIPTOR).errors
    assert errors == {"json": "Required: needed."}


def test_metadata_and_deadline():
    rows = [
        {"key": "trace", "value": "a b"}, {"key": "", "value": ""}, {"key": "raw-bin", "value": "00 ff", "as": "hex"},
        {"key": "more-bin", "value": "AP8=", "as": "base64"},
    ]  # fmt: skip
    reading = read({"values": {}, "metadata": rows, "deadline": " 2.5 s"}, Item.DESCRIPTOR)
    assert reading.errors == {}
    assert reading.metadata == [("trace", "a b"), ("raw-bin", b"\x00\xff"), ("more-bin", b"\x00\xff")]
    assert reading.timeout == 2.5
    assert read({"values": {}, "metadata": None, "deadline": None}, Item.DESCRIPTOR).timeout is None


def test_what_is_wrong_with_metadata_and_deadline():
    rows = [
        {"key": "Trace", "value": ""}, {"key": "", "value": "v"}, {"key": "grpc-timeout", "value": ""},
        {"key": "a b", "value": ""}, {"key": "ok", "value": "é"}, {"key": "x-bin", "value": "0", "as": "hex"},
    ]  # fmt: skip
    for deadline in ("0", "-1", "soon", "nan", "inf", "1e999"):
        reading = read({"values": {"amount": "x"}, "metadata": rows, "deadline": deadline}, Item.DESCRIPTOR)
        assert reading.beside_errors == {
            "metadata/0/key": "Keys are lowercase: trace",
            "metadata/1/key": "A key is missing.",
            "metadata/2/key": "Keys that begin with grpc- are gRPC's own.",
            "metadata/3/key": "A key has a–z, 0–9, - _ and . only.",
            "metadata/4/value": "Printable ASCII only; a key that ends in -bin takes any bytes.",
            "metadata/5/value": "Hex takes two digits a byte; one is missing.",
            "deadline": "Seconds above 0, or nothing for no deadline.",
        }
        assert set(reading.request_errors) == {"/amount"}


SCALARS = st.fixed_dictionaries(
    {},
    optional={
        **{
            name: st.integers(*INTEGERS[kind])
            for name, kind in {
                "an_int32": "int32", "an_int64": "int64", "a_uint32": "uint32", "a_uint64": "uint64",
                "a_sint32": "sint32", "a_sint64": "sint64", "a_fixed32": "fixed32", "a_fixed64": "fixed64",
                "a_sfixed32": "sfixed32", "a_sfixed64": "sfixed64", "color": "int32", "maybe_int32": "int32",
            }.items()
        },
        "a_double": st.floats(allow_nan=False),
        "a_float": st.floats(width=32, allow_nan=False),
        "a_string": st.text(),
        "some_bytes": st.binary(),
        "maybe_string": st.text(),
        "maybe_bytes": st.binary(),
        "a_bool": st.booleans(),
        "maybe_bool": st.booleans(),
        "numbers": st.lists(st.integers(*INTEGERS["int64"]), max_size=5),
        "floats": st.lists(st.floats(width=32, allow_nan=False), max_size=5),
        "words": st.lists(st.text(), max_size=5),
        "counts": st.dictionaries(st.text(), st.integers(*INTEGERS["int32"]), max_size=5),
        "by_bool": st.dictionaries(st.booleans(), st.text()),
    },
)  # fmt: skip


@given(SCALARS)
@settings(derandomize=True, deadline=None, max_examples=300)
def test_any_scalars_go_to_the_form_and_back(fields):
    message = Everything(**fields)
    made = reads(message, values_from(message))
    assert made.SerializeToString(deterministic=True) == message.SerializeToString(deterministic=True)


@given(
    st.text() | st.integers().map(str) | st.floats().map(str),
    st.sampled_from([*sorted(INTEGERS), "float", "double"]),
)
@settings(derandomize=True, deadline=None, max_examples=300)
def test_any_text_is_a_number_or_an_error(text, kind):
    article = "an" if kind[0] == "i" else "a"
    values = {f"{article}_{kind}": text}
    message, errors = message_from(Everything.DESCRIPTOR, values)
    assert set(errors) <= {f"/{article}_{kind}"}
    assert errors or reads(message, values_from(message)).SerializeToString() == message.SerializeToString()


def test_nan_goes_to_the_form_and_back():
    made = reads(Everything(), values_from(Everything(a_double=math.nan, a_float=math.nan)))
    assert math.isnan(made.a_double)
    assert math.isnan(made.a_float)


def test_floats_are_written_as_short_as_they_can_be():
    message = Everything(a_float=0.1, a_double=0.1, floats=[16777216, 3.4028234663852886e38, 1e-45])
    values = values_from(message)
    assert (values["a_float"], values["a_double"]) == ("0.1", "0.1")
    assert reads(Everything(), values) == message
