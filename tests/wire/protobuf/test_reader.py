"""Fields of messages: against the protobuf runtime with a schema, sensibly without one, malformed bytes told."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from google.protobuf import any_pb2, duration_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import protos
from helpers.wire.protobuf.field import EnumValue, Field
from helpers.wire.protobuf.reader import DEPTH_LIMIT, walk

SCHEMAS = Path(__file__).parents[1] / "schemas"

I32 = st.integers(-(2**31), 2**31 - 1)
I64 = st.integers(-(2**63), 2**63 - 1)
U32 = st.integers(0, 2**32 - 1)
U64 = st.integers(0, 2**64 - 1)
FLOATS = st.floats(width=32, allow_nan=False)
TEXT = st.text(max_size=10)
VALUES = {
    "an_int32": I32,
    "an_int64": I64,
    "a_uint32": U32,
    "a_uint64": U64,
    "a_sint32": I32,
    "a_sint64": I64,
    "a_bool": st.booleans(),
    "an_enum": st.sampled_from([0, 1, 2, -1, 77]),
    "a_fixed32": U32,
    "a_fixed64": U64,
    "a_sfixed32": I32,
    "a_sfixed64": I64,
    "a_float": FLOATS,
    "a_double": st.floats(allow_nan=False),
    "a_string": TEXT,
    "some_bytes": st.binary(max_size=10),
    "packed_int32": st.lists(I32, max_size=4),
    "packed_sint64": st.lists(I64, max_size=4),
    "packed_double": st.lists(st.floats(allow_nan=False), max_size=4),
    "packed_enum": st.lists(st.sampled_from([0, 1, 2, -1]), max_size=4),
    "packed_fixed32": st.lists(U32, max_size=4),
    "packed_bool": st.lists(st.booleans(), max_size=4),
    "unpacked": st.lists(I32, max_size=4),
    "strings": st.lists(TEXT, max_size=3),
    "counts": st.dictionaries(TEXT, I32, max_size=3),
    "left": TEXT,
    "maybe": U32,
}
FLAT = st.fixed_dictionaries({}, optional=VALUES)
NESTED = st.fixed_dictionaries(
    {}, optional={**VALUES, "nested": FLAT, "children": st.lists(FLAT, max_size=2)}
)


def as_dict(fields: tuple[Field, ...], descriptor) -> dict:
    """What was walked, as the runtime would have parsed it."""
    out: dict = {}
    for field in fields:
        assert field.known
        assert field.problem is None
        assert descriptor.fields_by_name[field.name].number == field.number
        kind = descriptor.fields_by_name[field.name]
        value = value_of(field, kind)
        if kind.message_type is not None and kind.message_type.GetOptions().map_entry:
            entry = {"key": "", "value": 0} | value
            out.setdefault(field.name, {})[entry["key"]] = entry["value"]
        elif kind.is_repeated:
            out.setdefault(field.name, []).extend(value if isinstance(value, list) else [value])
        else:
            out[field.name] = value
    return out


def value_of(field: Field, kind):
    if kind.message_type is not None:
        return as_dict(field.children, kind.message_type)
    if kind.is_repeated and field.wire_type == 2 and kind.type not in (9, 12):
        return [
            int(each.value) if isinstance(each.value, EnumValue) else each.value for each in field.children
        ]
    return int(field.value) if isinstance(field.value, EnumValue) else field.value


def parsed(message) -> dict:
    out = {}
    for kind, value in message.ListFields():
        if kind.message_type is not None and kind.message_type.GetOptions().map_entry:
            out[kind.name] = dict(value)
        elif kind.message_type is not None:
            out[kind.name] = [parsed(each) for each in value] if kind.is_repeated else parsed(value)
        else:
            out[kind.name] = list(value) if kind.is_repeated else value
    return out


def check_ranges(fields: tuple[Field, ...], start: int, end: int) -> None:
    """No gap, no overlap, at every depth."""
    for field in fields:
        assert field.start == start
        assert field.start <= field.tag_end <= field.value_start <= field.value_end <= field.end
        if field.children:
            check_ranges(field.children, field.value_start, field.value_end)
        start = field.end
    assert start == end


@given(NESTED)
@settings(max_examples=200, derandomize=True, deadline=None)
def test_every_kind_of_field_as_the_runtime_reads_it(values):
    pb2 = protos.load(SCHEMAS / "kinds.proto")[0]
    message = pb2.Everything(**values)
    written = message.SerializeToString()
    fields = walk(written, pb2.Everything.DESCRIPTOR)
    check_ranges(fields, 0, len(written))
    assert without_defaults(as_dict(fields, pb2.Everything.DESCRIPTOR)) == without_defaults(parsed(message))
    check_ranges(walk(written), 0, len(written))


def without_defaults(values: dict) -> dict:
    """Set and empty nested messages look alike in both: only the values count."""
    return {name: value for name, value in values.items() if value not in ({}, [])}


@given(st.binary(max_size=80))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_any_bytes_are_covered_without_gaps(raw):
    everything = protos.load(SCHEMAS / "kinds.proto")[0].Everything
    legacy = protos.load(SCHEMAS / "legacy.proto")[0].Legacy
    for descriptor in (None, everything.DESCRIPTOR, legacy.DESCRIPTOR):
        fields = walk(raw, descriptor)
        if not any(field.problem for field in fields):
            check_ranges(fields, 0, len(raw))
        assert (fields[-1].end if fields else 0) == len(raw)
        assert repr(fields)
        assert all(isinstance(field.alternatives, tuple) for field in fields)
    try:
        everything.FromString(raw)
    except Exception:
        assert any(contains_problem(field) for field in walk(raw, everything.DESCRIPTOR))


def contains_problem(field: Field) -> bool:
    return field.problem is not None or any(contains_problem(child) for child in field.children)


def test_ranges_of_tag_length_and_value():
    first, second = walk(b"\x08\xac\x02\x12\x03abc")
    assert (first.start, first.tag_end, first.value_start, first.value_end, first.end) == (0, 1, 1, 3, 3)
    assert (second.start, second.tag_end, second.value_start, second.end) == (3, 4, 5, 8)
    assert (first.value, second.value) == (300, "abc")


def test_names_types_and_enum_values(kinds_pb2):
    message = kinds_pb2.Everything(
        an_enum=2, packed_enum=[1, -1], counts={"a": 1}, nested=kinds_pb2.Everything(a_bool=True)
    )
    fields = {
        field.name: field for field in walk(message.SerializeToString(), kinds_pb2.Everything.DESCRIPTOR)
    }
    assert fields["an_enum"].type == "wiretest.v1.State"
    assert fields["an_enum"].text == "STATE_DONE (2)"
    assert fields["packed_enum"].text == "[STATE_WAITING (1), STATE_NEGATIVE (-1)]"
    assert fields["packed_enum"].type == "repeated wiretest.v1.State"
    assert fields["counts"].type == "map<string, int32>"
    assert [child.name for child in fields["counts"].children] == ["key", "value"]
    assert fields["nested"].type == "wiretest.v1.Everything"
    assert fields["nested"].text == "{a_bool: true}"
    unknown = walk(kinds_pb2.Everything(an_enum=77).SerializeToString(), kinds_pb2.Everything.DESCRIPTOR)
    assert unknown[0].text == "77 (no such value)"


def test_packed_and_unpacked_are_both_accepted(kinds_pb2):
    raw = b"\x90\x01\x05" + b"\xba\x01\x02\x01\x02"  # packed_int32 = 5 alone; unpacked = [1, 2] packed
    alone, packed = walk(raw, kinds_pb2.Everything.DESCRIPTOR)
    assert (alone.name, alone.value, alone.known) == ("packed_int32", 5, True)
    assert [child.value for child in packed.children] == [1, 2]
    assert packed.children[0].is_element
    assert kinds_pb2.Everything.FromString(raw).unpacked == [1, 2]


def test_packed_elements_cut_short(kinds_pb2):
    (field,) = walk(b"\xb2\x01\x05\x01\0\0\0\x02", kinds_pb2.Everything.DESCRIPTOR)
    assert field.name == "packed_fixed32"
    assert "cut short" in field.problem
    assert [child.value for child in field.children] == [1]


def test_groups_and_extensions(legacy_pb2):
    message = legacy_pb2.Legacy(id=7)
    message.item.add(name="a", numbers=[1, 300])
    message.item.add()
    message.Extensions[legacy_pb2.note] = "hi"
    message.Extensions[legacy_pb2.offsets].append(-2)
    written = message.SerializeToString()
    fields = walk(written, legacy_pb2.Legacy.DESCRIPTOR)
    check_ranges(fields, 0, len(written))
    assert [field.label for field in fields] == [
        "id",
        "item",
        "item",
        "[wiretest.v1.note]",
        "[wiretest.v1.offsets]",
    ]
    group = fields[1]
    assert group.wire_type == 3
    assert group.end - group.value_end == 1
    assert group.children[1].text == "[1, 300]"
    assert fields[4].value == -2
    bare = walk(written)
    assert bare[1].type == "group"
    check_ranges(bare, 0, len(written))


def test_unknown_fields_are_shown_as_such(kinds_pb2):
    (field,) = walk(b"\xc2\x3e\x02hi", kinds_pb2.Request.DESCRIPTOR)
    assert (field.number, field.name, field.known, field.value) == (1000, None, False, "hi")
    assert field.label == "field 1000"
    assert field.problem is None


def test_a_field_whose_type_was_changed(kinds_pb2):
    text, count = walk(b"\x08\x05\x12\x01x", kinds_pb2.Request.DESCRIPTOR)
    assert text.problem == "the schema has string text here, which is length-delimited"
    assert not text.known
    assert "int32 count" in count.problem
    assert len(kinds_pb2.Request.FromString(b"\x08\x05\x12\x01x").text) == 0


def test_text_that_is_not_utf8(kinds_pb2):
    (field,) = walk(b"\x0a\x02\xffx", kinds_pb2.Request.DESCRIPTOR)
    assert field.problem == "not valid UTF-8"
    assert field.value == "\ufffdx"


@pytest.mark.parametrize(
    ("raw", "kind", "value", "others"),
    [
        (b"\x08\x01", "varint", 1, ("sint: -1", "bool: true")),
        (b"\x08" + b"\xff" * 9 + b"\x01", "varint", 2**64 - 1, ("int: -1", "sint: -9223372036854775808")),
        (b"\x0d" + struct.pack("<f", 1.5), "float", 1.5, ("fixed32: 1069547520", "sfixed32: 1069547520")),
        (b"\x09" + struct.pack("<d", -2.25), "double", -2.25, None),
        (b"\x0d\x05\0\0\0", "fixed32", 5, None),
        (b"\x0a\x05hello", "string", "hello", ("packed varints: 104, 101, 108, 108, 111",)),
        (b"\x0a\x00", "empty", b"", ("string", "bytes", "message")),
        (b"\x0a\x03\x01\x02\x03", "bytes", b"\x01\x02\x03", ("packed varints: 1, 2, 3",)),
        (b"\x0a\x02\xff\xfe", "bytes", b"\xff\xfe", ()),
    ],
)
def test_without_a_schema_the_likeliest_reading_comes_first(raw, kind, value, others):
    (field,) = walk(raw)
    assert (field.type, field.value, field.known) == (kind, value, False)
    if others is not None:
        assert field.alternatives == others


def test_without_a_schema_nested_messages_are_found(kinds_pb2):
    message = kinds_pb2.Everything(nested=kinds_pb2.Everything(an_int32=5, a_string="x"))
    (field,) = walk(message.SerializeToString())
    assert field.type == "message"
    assert [(child.number, child.value) for child in field.children] == [(1, 5), (15, "x")]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"\x08", "a varint is cut short"),
        (b"\x08" + b"\xff" * 11, "longer than 10 bytes"),
        (b"\x0d\x01", "cut short"),
        (b"\x0a\x05ab", "a field of 5 bytes, but only 2 are left"),
        (b"\x0e", "wire type 6 does not exist"),
        (b"\x00", "field number 0 is not allowed"),
        (b"\x0c", "never begun"),
        (b"\x0b\x08\x01", "never ended"),
        (b"\x0b\x14", "ended as group 2"),
    ],
)
def test_malformed_bytes_are_told_after_what_could_be_read(raw, problem):
    good, bad = walk(b"\x10\x07" + raw)
    assert good.value == 7
    assert problem in bad.problem
    assert (bad.start, bad.end) == (2, 2 + len(raw))


def test_depth_is_bounded(kinds_pb2):
    raw = b""
    for _ in range(DEPTH_LIMIT + 20):
        raw = b"\x8a\x01" + varint(len(raw)) + raw
    for descriptor in (None, kinds_pb2.Everything.DESCRIPTOR):
        assert walk(raw, descriptor)[0].end == len(raw)
    assert walk(b"\x0b" * 10_000)[0].problem


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))


def test_the_number_of_fields_is_bounded():
    fields = walk(b"\x08\x01" * 150_000)
    assert len(fields) == 100_001
    assert "not told apart" in fields[-1].problem


def test_long_values_are_shown_shortened(kinds_pb2):
    (field,) = walk(kinds_pb2.Request(text="x" * 1_000_000).SerializeToString(), kinds_pb2.Request.DESCRIPTOR)
    assert len(field.value) == 1_000_000
    assert len(field.text) < 300
    assert "1000000 characters" in field.text
    packed = kinds_pb2.Everything(packed_int32=range(1000)).SerializeToString()
    (many,) = walk(packed, kinds_pb2.Everything.DESCRIPTOR)
    assert many.text == f"[{', '.join(map(str, range(20)))}, … (1000)]"
    assert len(walk(packed)[0].text) < 1000


def test_what_an_any_holds_is_read_as_what_its_url_names():
    packed = any_pb2.Any()
    packed.Pack(duration_pb2.Duration(seconds=7))
    url, value = walk(packed.SerializeToString(), any_pb2.Any.DESCRIPTOR)
    assert url.text == "'type.googleapis.com/google.protobuf.Duration'"
    assert (value.type, value.text) == ("google.protobuf.Duration", "{seconds: 7}")
    for name in ("nobody.knows.This", "", "…", "x" * 1000):
        unknown = any_pb2.Any(type_url=f"type.googleapis.com/{name}", value=b"\x08\x07")
        assert walk(unknown.SerializeToString(), any_pb2.Any.DESCRIPTOR)[1].value == b"\x08\x07"


@given(st.binary(max_size=60))
def test_any_bytes_in_an_any_are_told(raw):
    packed = any_pb2.Any(type_url="a/google.protobuf.Any", value=raw).SerializeToString()
    assert walk(packed, any_pb2.Any.DESCRIPTOR)[-1].end == len(packed)
