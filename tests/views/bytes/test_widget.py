from __future__ import annotations

import pytest
from google.protobuf import struct_pb2, timestamp_pb2

from helpers.views.bytes import bytes_of
from helpers.views.bytes import html as bytes_face
from helpers.wire import read_bytes

MOMENT = timestamp_pb2.Timestamp(seconds=300, nanos=5)


def test_a_message_is_told_byte_by_byte():
    text = str(bytes_of(MOMENT))
    assert text.splitlines()[0] == "google.protobuf.Timestamp, 5 bytes"
    assert "0000  08                           tag  field 1, varint" in text
    assert "0001  ac 02                        value  300" in text
    assert "seconds  300" in text


def test_bytes_are_read_with_a_schema_or_without():
    data = MOMENT.SerializeToString()
    assert "seconds  300" in str(bytes_of(data, timestamp_pb2.Timestamp))
    assert "seconds  300" in str(bytes_of(data, timestamp_pb2.Timestamp.DESCRIPTOR))
    assert "field 1  300" in str(bytes_of(data))
    assert bytes_of(memoryview(data)).data == data


@pytest.mark.parametrize("wrong", ["text", 7, None])
def test_anything_else_is_refused(wrong):
    with pytest.raises(TypeError, match="takes a message or bytes"):
        bytes_of(wrong)


def test_a_schema_must_be_one():
    with pytest.raises(TypeError, match="a schema is a message class"):
        bytes_of(b"", "Timestamp")


def test_all_bytes_are_in_the_hex_dump_once_and_colored(parse):
    view = bytes_of(MOMENT)
    html = bytes_face.bytes_html(view.data, view.region)
    page = parse(html)
    runs = [
        attrs["class"] for tag, attrs in page.elements if tag == "span" and "gv-run" in attrs.get("class", "")
    ]
    assert runs[:4] == [f"gv-run gv-region-{name}" for name in ("tag", "value", "tag", "value")]
    assert "08 ac 02 10 05" in page.text


def test_markup_in_a_field_is_shown(parse):
    value = struct_pb2.Value(string_value="<script>x</script>\u202e")
    page = parse(bytes_of(value)._repr_mimebundle_()["text/html"])
    assert page.tags() <= {
        "style",
        "div",
        "p",
        "strong",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "span",
        "bdi",
    }
    assert "<script>x</script>" in page.text
    assert "\u202e" not in page.text


def test_broken_bytes_are_told():
    text = str(bytes_of(b"\x0a\xff\x01abc"))
    assert "malformed" in text
    assert "255 bytes" in text


def test_nothing_and_megabytes():
    assert "no bytes: every field has its default" in str(bytes_of(timestamp_pb2.Timestamp()))
    view = bytes_of(struct_pb2.Value(string_value="x" * 2_000_000))
    assert view.shown["cut"] == 2_000_004 - 256 * 1024
    assert len(view._repr_mimebundle_()["text/html"]) < 300_000


def test_pasted_bytes_are_drawn_with_what_is_said_of_them(parse):
    pasted = read_bytes("08 ac 02 1a 09 3c 62 3e 78 3c 2f 62 3e 21")
    shown = pasted._repr_mimebundle_()
    assert shown["text/plain"].splitlines()[:2] == ["message, 14 bytes", "Read as hex: a message."]
    page = parse(shown["text/html"])
    assert "is a guess" in page.text
    assert "<b>x</b>!" in page.text
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert len(bytes_of(MOMENT).shown["notes"]) == 0


def test_pasted_markup_stays_text(parse):
    pasted = read_bytes(b"\x0a\xff\x01<script>alert(1)</script>\xe2\x80\xae", as_="message")
    page = parse(pasted._repr_mimebundle_()["text/html"])
    assert "script" not in page.tags()
    assert "\u202e" not in page.text
