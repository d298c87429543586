"""The byte lab's bytes against the real library, its steps against its bytes, and its pictures."""

from __future__ import annotations

import json
import math
import re
from functools import cache

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers.views.bytelab import ByteLab
from helpers.views.bytelab.encode import size, varint, zigzag
from helpers.views.bytelab.html import MOST_HEX, lab_html
from helpers.views.bytelab.read import MOST_CHARACTERS, Refused, read, read_number
from helpers.views.bytelab.steps import MOST_PAIRS, encode
from helpers.views.bytelab.text import lab_text, summary
from helpers.views.bytelab.types import KINDS, SPEEDS
from helpers.views.kit import style
from helpers.views.kit.floats import shortest_float
from helpers.wire import walk

STEADY = settings(derandomize=True, deadline=None, max_examples=150)
NUMBERS = (1, 2, 15, 16, 2047, 2048, 18_999, 20_000, 262_143, 262_144, 2**29 - 1)
INTEGERS = [name for name, kind in KINDS.items() if kind.most and name != "enum"]
EDGES = sorted({sign * (2**bits + by) for bits in range(0, 65, 7) for by in (-1, 0, 1) for sign in (1, -1)})


def whole(kind):
    near = [edge for edge in EDGES if kind.least <= edge <= kind.most]
    return st.one_of(st.sampled_from(near), st.integers(kind.least, kind.most))


VALUES = {
    **{name: whole(KINDS[name]) for name in (*INTEGERS, "enum")},
    "bool": st.booleans(),
    "float": st.one_of(st.floats(), st.floats(width=32)),
    "double": st.floats(),
    "string": st.text(),
    "bytes": st.binary(),
    "packed": st.lists(whole(KINDS["int32"])).map(tuple),
    "message": st.text(),
}
ANY = st.sampled_from(list(KINDS)).flatmap(lambda name: st.tuples(st.just(KINDS[name]), VALUES[name]))


@cache
def real_class(name: str, number: int, optional: bool):
    """The class that the real library makes of a message with this one field."""
    kind = KINDS[name]
    file = descriptor_pb2.FileDescriptorProto(name="lab.proto", package="lab", syntax="proto3")
    speed = file.enum_type.add(name="Speed")
    for value, label in SPEEDS.items():
        speed.value.add(name=label, number=value)
    text = descriptor_pb2.FieldDescriptorProto
    file.message_type.add(name="Note").field.add(name="text", number=1, type=text.TYPE_STRING, label=1)
    lab = file.message_type.add(name="Lab")
    of = {"packed": "int32"}.get(name, name)
    field = lab.field.add(name="field", number=number, type=getattr(text, f"TYPE_{of.upper()}"), label=1)
    if name == "packed":
        field.label = field.LABEL_REPEATED
    if name in ("enum", "message"):
        field.type_name = ".lab.Speed" if name == "enum" else ".lab.Note"
    if optional and kind.can_be_optional:
        field.proto3_optional = True
        field.oneof_index = 0
        lab.oneof_decl.add(name="_field")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("lab.Lab"))


def real(kind, number, value, optional):
    made = real_class(kind.name, number, optional)()
    if kind.name == "packed":
        made.field.extend(value)
    elif kind.name == "message":
        made.field.SetInParent()
        made.field.text = value
    else:
        made.field = value
    return made


@pytest.mark.parametrize("name", list(KINDS))
def test_bytes_and_json_are_those_of_the_real_library(name):
    kind = KINDS[name]

    @STEADY
    @given(VALUES[name], st.sampled_from(NUMBERS), st.booleans())
    def check(value, number, optional):
        ours, theirs = encode(number, kind, value, optional), real(kind, number, value, optional)
        assert ours.data == theirs.SerializeToString()
        assert json.loads(ours.json) == json_format.MessageToDict(theirs)
        assert ours.json == json.dumps(json.loads(ours.json), ensure_ascii=False, separators=(",", ":"))

    check()


@STEADY
@given(ANY, st.sampled_from(NUMBERS))
def test_parts_are_what_a_reader_finds(pair, number):
    kind, value = pair
    shown = encode(number, kind, value, optional=True)
    fields = walk(shown.data, real_class(kind.name, number, True).DESCRIPTOR)
    assert len(fields) <= 1
    assert all(field.problem is None for field in fields)
    found = []
    for field in fields:
        cuts = [("tag", field.start, field.tag_end), ("length", field.tag_end, field.value_start)]
        if kind.name == "message":
            for child in field.children:
                cuts += [("inner tag", child.start, child.tag_end)]
                cuts += [("inner length", child.tag_end, child.value_start)]
                cuts += [("inner value", child.value_start, child.value_end)]
        else:
            cuts += [("value", field.value_start, field.value_end)]
        found += [(title, shown.data[start:end]) for title, start, end in cuts if end > start]
    assert [(part.title, part.data) for part in shown.parts] == found


@STEADY
@given(ANY, st.sampled_from(NUMBERS))
def test_the_last_step_of_each_part_shows_its_bytes(pair, number):
    kind, value = pair
    for part in encode(number, kind, value, optional=True).parts:
        last = part.steps[-1]
        drawn = b"".join(bytes([bits.byte]) for bits in last.bits) + b"".join(p.data for p in last.pairs)
        if last.left_out:
            assert len(last.pairs) == MOST_PAIRS
            assert part.data.startswith(drawn)
        else:
            assert drawn == part.data
        for bits in last.bits:
            front = "" if bits.more is None else str(int(bits.more))
            assert int(front + bits.bits, 2) == bits.byte
            assert len(front + bits.bits) == 8


@STEADY
@given(st.integers(0, 2**64 - 1))
@example(0)
@example(127)
@example(128)
def test_groups_of_seven_are_the_number_in_binary(value):
    part = encode(1, KINDS["uint64"], value, optional=True).parts[-1]
    cut = part.steps[0]
    assert int("".join(bits.bits for bits in cut.bits), 2) == value
    if value > 127:
        assert [bits.label for bits in cut.bits] == [bits.label for bits in reversed(part.steps[1].bits)]


@STEADY
@given(st.sampled_from(["float", "double"]), st.floats())
def test_sign_exponent_and_fraction_are_the_stored_bits_from_the_top(name, value):
    part = encode(1, KINDS[name], value, optional=True).parts[-1]
    top = "".join(bits.bits for bits in part.steps[0].bits)
    assert int(top, 2) == int.from_bytes(part.data, "little")
    widths = [len(bits.bits) for bits in part.steps[0].bits]
    assert widths == ([1, 8, 23] if name == "float" else [1, 11, 52])


def test_the_formula_of_a_float_gives_its_value():
    digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
    for value in (0.1, -1200.0, 1.0, 3.4028234663852886e38, 1e-40, 1.401298464324817e-45):
        for name in ("float", "double"):
            formula = encode(1, KINDS[name], value).parts[-1].steps[0].formula.translate(digits)
            mantissa, power, stored = re.fullmatch(r"(\S+) × 2(-?\d+) = (\S+)", formula).groups()
            assert math.ldexp(float(mantissa), int(power)) == float(stored)
            assert float(stored) == pytest.approx(value, rel=1e-4, abs=1e-45)


@pytest.mark.parametrize(
    ("name", "number", "text", "expected"),
    [
        # The examples of the encoding page.
        ("int32", 1, "150", "08 96 01"),
        ("string", 2, "testing", "12 07 74 65 73 74 69 6e 67"),
        ("packed", 6, "3, 270, 86942", "32 06 03 8e 02 9e a7 05"),
        ("int32", 1, "-2", "08 fe ff ff ff ff ff ff ff ff 01"),
        # The parcel of the lesson.
        ("int32", 2, "1200", "10 b0 09"),
        ("string", 1, "P-1", "0a 03 50 2d 31"),
        ("bool", 3, "true", "18 01"),
    ],
)
def test_known_bytes(name, number, text, expected):
    assert encode(number, KINDS[name], read(KINDS[name], text)).data.hex(" ") == expected


def length_of(name, text, number=1):
    return len(encode(number, KINDS[name], read(KINDS[name], text)).parts[-1].data)


def test_the_questions_of_the_lesson_can_be_answered():
    assert [length_of("uint32", text) for text in ("127", "128", "16383", "16384")] == [1, 2, 2, 3]
    tags = [encode(number, KINDS["int32"], 1).parts[0].data for number in (15, 16, 2047, 2048)]
    assert [len(tag) for tag in tags] == [1, 2, 2, 3]
    for value, shorter, longer in ((2**21 - 1, True, False), (2**28 - 1, False, False), (2**28, False, True)):
        others = encode(1, KINDS["int32"], value).others
        assert (others["int32"] < others["fixed32"], others["int32"] > others["fixed32"]) == (shorter, longer)
    others = encode(1, KINDS["int32"], -1).others
    assert others == {"int32": 11, "uint32": None, "sint32": 2, "fixed32": None, "sfixed32": 5}
    assert (length_of("string", "é"), length_of("string", "🙂")) == (2, 4)


@STEADY
@given(ANY, st.sampled_from(NUMBERS))
def test_sizes_in_other_types_are_the_real_ones(pair, number):
    kind, value = pair
    shown = encode(number, kind, value, optional=True)
    for name, count in shown.others.items():
        if count is not None:
            assert count == len(real(KINDS[name], number, value, True).SerializeToString())
    if kind.name in shown.others:
        assert shown.others[kind.name] == len(shown.data) == size(number, kind, value)


def test_varint_and_zigzag():
    assert [varint(n).hex() for n in (0, 1, 127, 128, 300)] == ["00", "01", "7f", "8001", "ac02"]
    assert [zigzag(n) for n in (0, -1, 1, -2, 2147483647, -2147483648)] == [
        0,
        1,
        2,
        3,
        4294967294,
        4294967295,
    ]
    assert shortest_float(0.10000000149011612) == 0.1


def test_zero_is_sent_only_where_it_is_optional():
    for name, text in (("int32", "0"), ("bool", "false"), ("string", ""), ("bytes", ""), ("float", "0")):
        value = read(KINDS[name], text)
        assert encode(1, KINDS[name], value).data == b""
        assert encode(1, KINDS[name], value).json == "{}"
        assert encode(1, KINDS[name], value, optional=True).data != b""
    assert encode(1, KINDS["float"], -0.0).data.hex() == "0d00000080"
    assert encode(1, KINDS["message"], "").data.hex() == "0a00"
    assert encode(1, KINDS["packed"], (), optional=True).data == b""
    assert "empty list" in summary(encode(1, KINDS["packed"], (), optional=True))
    assert "false is the default" in lab_text(encode(1, KINDS["bool"], False))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("int32", " 1_200 ", 1200),
        ("int32", "1,234,567", 1234567),
        ("int32", "−1", -1),
        ("int32", "+7", 7),
        ("uint32", "0xFF", 255),
        ("sint64", "-0b101", -5),
        ("uint64", "18446744073709551615", 2**64 - 1),
        ("float", "6E23", 6e23),
        ("double", "-inf", -math.inf),
        ("double", ".5", 0.5),
        ("bool", " TRUE", True),
        ("enum", "speed_express", 2),
        ("enum", "-3", -3),
        ("bytes", "0xCA:fe 00", b"\xca\xfe\x00"),
        ("bytes", "", b""),
        ("packed", "", ()),
        ("packed", " 3, 270,", (3, 270)),
        ("string", " a ", " a "),
    ],
)
def test_read(name, text, value):
    assert read(KINDS[name], text) == value


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("int32", "2147483648", "int32 goes from −2,147,483,648 to 2,147,483,647. int64 takes it."),
        ("uint32", "4294967296", "uint32 goes from 0 to 4,294,967,295. uint64 takes it."),
        (
            "sint64",
            "9223372036854775808",
            "sint64 goes from −9,223,372,036,854,775,808 to 9,223,372,036,854,775,807.",
        ),
        ("uint32", "-1", "uint32 holds no negative numbers; int32 and sint32 do."),
        ("fixed64", "-1", "fixed64 holds no negative numbers; sfixed64 does."),
        ("int32", "1.5", "int32 holds whole numbers only; float and double hold fractions."),
        ("int32", "1e3", "int32 holds whole numbers only; float and double hold fractions."),
        ("int32", "abc", "int32 holds a whole number, such as 1200 or -1."),
        ("int32", "9" * 5000, "int32 goes from −2,147,483,648 to 2,147,483,647."),
        ("double", "3,14", "Write the decimal point as a dot: 3.14."),
        ("float", "abc", "Type a number, such as 0.1, -2 or 6e23; inf and nan are allowed too."),
        ("bool", "yes", "A bool is true or false."),
        ("enum", "SLOW", "The enum has no SLOW."),
        ("enum", "2147483648", "An enum's number goes from −2,147,483,648 to 2,147,483,647."),
        ("bytes", "0g", "“g” is no hex digit: 0 to 9 and a to f are."),
        ("packed", "1, x, 3", "Number 2 of the list: int32 holds a whole number, such as 1200 or -1."),
        ("string", "\ud83d", "U+D83D is half of a character: UTF-8 has no bytes for it."),
        ("string", "x" * (MOST_CHARACTERS + 1), "The lab takes at most 20,000 characters; these are 20,001."),
    ],
)
def test_what_is_refused_is_told_in_words(name, text, why):
    with pytest.raises(Refused) as caught:
        read(KINDS[name], text)
    assert str(caught.value).startswith(why)
    assert caught.value.part == "value"
    assert not caught.value.unfinished


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *((name, text) for name in ("int32", "float", "enum") for text in ("", " ", "-")),
        ("float", "1e"),
        ("float", "-."),
        ("double", "in"),
        ("uint32", "0x"),
        ("bool", ""),
        ("enum", "SPEED_"),
        ("bytes", "ca f"),
        ("packed", "1, -"),
    ],
)
def test_what_may_still_become_a_value_is_no_error(name, text):
    with pytest.raises(Refused) as caught:
        read(KINDS[name], text)
    assert caught.value.unfinished


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0", "Field numbers start at 1."),
        ("-3", "Field numbers start at 1."),
        ("536870912", "The largest field number is 536,870,911"),
        ("19000", "19,000 to 19,999 are reserved"),
        ("19999", "19,000 to 19,999 are reserved"),
        ("two", "A field number is a whole number"),
        ("1.5", "A field number is a whole number"),
        ("", "Type a field number"),
    ],
)
def test_field_numbers_that_no_schema_may_have(text, why):
    with pytest.raises(Refused, match=why) as caught:
        read_number(text)
    assert caught.value.part == "number"
    assert caught.value.unfinished is (text == "")


def test_field_numbers_at_the_edges():
    assert [read_number(t) for t in ("1", "18,999", " 20000", "536870911")] == [1, 18999, 20000, 536870911]


@settings(STEADY, max_examples=300)
@given(st.sampled_from(list(KINDS)), st.text(max_size=30))
def test_any_text_gives_a_picture_or_a_reason(name, text):
    try:
        shown = encode(2, KINDS[name], read(KINDS[name], text))
    except Refused as refused:
        shown = refused
    assert lab_text(shown)
    lab_html(shown).encode()


@pytest.mark.parametrize("name", list(KINDS))
def test_examples_are_drawn(name, parse):
    kind = KINDS[name]
    shown = encode(2, kind, read(kind, kind.example))
    page = parse(lab_html(shown))
    assert page.elements[0][1]["data-state"] == "done"
    assert page.elements[0][1]["data-summary"] == summary(shown)
    assert shown.schema.splitlines()[-1] in page.text
    assert f"{len(shown.data)} bytes" in page.text
    assert f"{len(shown.json.encode())} bytes" in page.text
    assert shown.json in page.text
    for part in shown.parts:
        assert part.data.hex(" ") in page.text
        assert part.text in page.text
    text = lab_text(shown)
    assert shown.data.hex(" ") in text
    assert all(step.title in text for part in shown.parts for step in part.steps)
    assert not re.search(r"[ \t]$", text, re.M)


def test_bits_have_words_for_those_who_cannot_see_them(parse):
    page = parse(lab_html(encode(2, KINDS["int32"], 1200)))
    words = [attrs["aria-label"] for _, attrs in page.elements if attrs.get("role") == "img"]
    assert "continuation bit 1, then 0110000" in words
    assert "continuation bit 0, then 0001001" in words


def test_ten_groups_stand_in_two_rows(parse):
    page = parse(lab_html(encode(2, KINDS["int32"], -1)))
    rows = [attrs["class"] for _, attrs in page.elements if "gv-bl-row" in attrs.get("class", "")]
    assert rows[-2:] == ["gv-bl-row gv-bl-columns-5"] * 2


def test_markup_is_shown_and_never_run(parse):
    evil = "<img src=x onerror=alert(1)>\"'&"
    for name in ("string", "message"):
        page = parse(lab_html(encode(2, KINDS[name], evil)))
        assert "img" not in page.tags()
        assert json.dumps(evil)[1:-1] in page.text
    page = parse(lab_html(Refused("<b>&")))
    assert "<b>&" in page.text


def test_long_values_are_cut_and_counted(parse):
    shown = encode(1, KINDS["string"], "🙂" * MOST_CHARACTERS)
    markup = lab_html(shown)
    page = parse(markup)
    assert len(markup) < 20_000
    assert f"{1 + 3 + 80_000:,} bytes" in page.text
    assert f"… {80_000 - MOST_HEX:,} more" in page.text
    assert f"and {MOST_CHARACTERS - MOST_PAIRS:,} more characters" in page.text
    assert len(lab_text(shown)) < 5_000
    assert len(summary(shown)) < 500
    many = encode(1, KINDS["packed"], tuple(range(-5000, 0)))
    assert len(lab_html(many)) < 20_000


def test_states(parse):
    def state(shown):
        attrs = parse(lab_html(shown)).elements[0][1]
        return attrs["data-state"], attrs["data-wrong"]

    assert state(encode(1, KINDS["int32"], 1)) == ("done", "")
    assert state(encode(1, KINDS["int32"], 0)) == ("empty", "")
    assert state(Refused("go on", unfinished=True)) == ("empty", "")
    assert state(Refused("no")) == ("failed", "value")
    assert state(Refused("no", part="number")) == ("failed", "number")


def test_signs_that_draw_nothing_can_be_seen():
    shown = encode(1, KINDS["string"], "a \u0301\u200d\n")
    assert [pair.text for pair in shown.parts[-1].steps[0].pairs] == ["a", "␣", "◌\u0301", "·", "·"]


def test_the_widget_follows_its_traits():
    lab = ByteLab()
    assert lab.data == bytes.fromhex("10b009")
    lab.value = "128"
    assert lab.data.hex() == "108001"
    assert lab.html == lab_html(lab.shown)
    lab.number = "16"
    assert lab.data.hex() == "80018001"
    lab.value = "0"
    assert lab.data == b""
    lab.optional = True
    assert lab.data.hex() == "800100"
    lab.value = "x"
    assert lab.data is None
    assert 'data-state="failed"' in lab.html
    lab.close()


def test_a_new_type_keeps_what_it_can_read():
    lab = ByteLab("1200")
    lab.type = "string"
    assert (lab.value, lab.data.hex()) == ("1200", "120431323030")
    lab.type = "bool"
    assert lab.value == "true"
    lab.type = "int64"
    assert lab.value == "1200"
    lab.type = "enum"
    assert lab.value == "1200"
    lab.close()


def test_arguments():
    lab = ByteLab("é", "string", 1, True)
    assert (lab.data.hex(), lab.shown.schema) == ("0a02c3a9", "optional string field = 1;")
    lab.close()
    for name in KINDS:
        lab = ByteLab(type=name)
        assert lab.data
        lab.close()
    with pytest.raises(Exception, match="type"):
        ByteLab(type="int16")


def test_a_change_from_the_page_is_answered_in_one_message(monkeypatch):
    lab = ByteLab()
    sent = []
    monkeypatch.setattr(lab, "send_state", lambda key=None: sent.append(set(key or ())))
    lab.set_state({"value": "0.1", "asked": 7})
    assert lab.answered == 7
    assert [keys - {"value", "asked"} for keys in sent if "html" in keys] == [{"html", "answered"}]
    lab.set_state({"type": "double", "asked": 8})
    assert (lab.value, lab.answered, len(lab.data)) == ("0.1", 8, 9)
    lab.close()


def test_the_saved_face(parse):
    data = ByteLab("café", "string")._repr_mimebundle_()
    assert "10 b0 09" not in data["text/plain"]
    assert "12 05 63 61 66 c3 a9" in data["text/plain"]
    assert ".gv-bl" in data["text/html"]
    page = parse(data["text/html"])
    assert not page.tags() & {"input", "select", "button", "script"}


@pytest.mark.parametrize("name", ["views/bytelab/style.css", "views/kit/bars.css"])
def test_rules_stay_inside_our_own_elements(name):
    rules = re.sub(r"/\*.*?\*/|@container[^{]*", "", style.css(name), flags=re.S)
    selectors = [s.strip() for block in re.findall(r"([^{}]+)\{", rules) for s in block.split(",")]
    assert [s for s in selectors if s and not re.search(r"\.gv\b", s)] == []
    used = set(re.findall(r"var\((--gv-[\w-]+)", rules))
    assert used <= set(re.findall(r"(--gv-[\w-]+)\s*:", rules))
