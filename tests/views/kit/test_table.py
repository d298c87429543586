"""Tables: the forms that rows come in, and what the pictures make of cells."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.views.kit.table import WIDTH, Table

WAYS = Table(
    [
        {"way": "polling", "delay": "48.0 ms", "bytes": 12_345, "ends": "when it is answered"},
        {"way": "gRPC stream", "delay": "1.24 ms", "bytes": 999, "ends": "with `call.cancel()`"},
    ],
    title="Ways to follow a parcel",
    note="Measured above.",
)


def markup(table):
    return table._repr_mimebundle_()["text/html"].split("</style>", 1)[1]


def classes(page, name):
    return [tag for tag, attrs in page.elements if name in attrs.get("class", "").split()]


def test_text():
    assert str(WAYS).splitlines() == [
        "Ways to follow a parcel",
        "  way            delay   bytes  ends",
        "  polling      48.0 ms  12,345  when it is answered",
        "  gRPC stream  1.24 ms     999  with `call.cancel()`",
        "Measured above.",
    ]


def test_html_is_one_table_with_row_and_column_headers(parse):
    page = parse(markup(WAYS))
    assert [attrs for tag, attrs in page.elements if tag == "table"] == [
        {"class": "gv-table", "aria-label": "Ways to follow a parcel"}
    ]
    scopes = [attrs["scope"] for tag, attrs in page.elements if tag == "th"]
    assert scopes == ["col"] * 4 + ["row"] * 2
    assert "code" in page.tags()
    assert "with call.cancel()" in page.text
    for text in ("Ways to follow a parcel", "12,345", "Measured above."):
        assert text in page.text


def test_three_forms_of_rows_make_equal_tables():
    header = ("way", "delay", "bytes")
    rows = [("polling", "48 ms", 12), ("stream", None, 9)]
    named = {"polling": ("48 ms", 12), "stream": (None, 9)}
    dicts = [{"way": "polling", "delay": "48 ms", "bytes": 12}, {"way": "stream", "bytes": 9}]
    table = Table(rows, header)
    assert table == Table(named, header) == Table(dicts) == Table(dicts, header)
    assert hash(table) == hash(Table(named, header))
    assert table.rows == (("polling", "48 ms", "12"), ("stream", "–", "9"))


def test_named_rows_need_no_name_for_their_column(parse):
    table = Table({"missing": ("0", "refused")}, ("gRPC", "REST"))
    assert table.header == ("", "gRPC", "REST")
    assert [tag for tag, _ in parse(markup(table)).elements if tag in ("td", "th")][:3] == ["td", "th", "th"]
    assert Table({"a": 1, "b": 2}).rows == (("a", "1"), ("b", "2"))
    of_dicts = {"polling": {"delay": 48}, "stream": {"delay": 1, "bytes": 9}}
    assert Table(of_dicts).header == ("", "delay", "bytes")
    assert Table(of_dicts, ("way", "bytes")).rows == (("polling", "–"), ("stream", "9"))
    assert Table(of_dicts, ("bytes",)).header == ("", "bytes")


def test_a_header_chooses_among_the_keys():
    dicts = [{"a": 1, "b": 2}, {"b": 3, "c": 4}]
    assert Table(dicts).header == ("a", "b", "c")
    assert Table(dicts, ("c", "a")).rows == (("–", "1"), ("4", "–"))


@pytest.mark.parametrize(
    ("rows", "header", "why"),
    [
        ([("a",), ("b", "c")], (), "row 2 has 2 cells, the first row 1"),
        ([("a", "b")], ("x",), "row 1 has 2 cells, the header 1"),
        ({"a": (1, 2), "b": (1,)}, (), "row 2 has 2 cells, the first row 3"),
        (["abc"], (), "row 1 is 'abc'; a row is a list of cells"),
        ([("a",), 5], (), "row 2 is 5"),
        ([{"a": 1}], ("b",), "no row has 'b'; there are a"),
    ],
)
def test_what_is_no_table(rows, header, why):
    with pytest.raises(ValueError, match=re.escape(why)):
        Table(rows, header)


def test_numbers_are_written_alike_and_right_aligned(parse):
    table = Table([("a", 12_345, 0.04214, "1.24 ms", "12"), ("b", 7, 2.0, "–", "x")])
    assert table.rows[0] == ("a", "12,345", "0.0421", "1.24 ms", "12")
    assert table.rows[1] == ("b", "7", "2", "–", "x")
    assert Table([(2**64, 1e300, float("nan"))]).rows == (("18,446,744,073,709,551,616", "1e+300", "nan"),)
    assert len(classes(parse(markup(table)), "gv-sheet-number")) == 2 * 3
    assert str(table).splitlines()[1].startswith("  b       7")


@pytest.mark.parametrize(
    "cell", ["12", "-1.5", "~3", "38.6 kB", "84 µs", "1.8×", "12 %", "2,214 /s", "9 MB/s", "–"]
)
def test_what_is_a_number(cell):
    assert Table([("a", cell), ("b", 1)]).html().count("gv-sheet-number") == 2


@pytest.mark.parametrize("cell", ["12 parcels", "v1", "1.2.3", "2026-01-01", "0x0c", "ms", True, "✓ 12"])
def test_what_is_no_number(cell):
    assert "gv-sheet-number" not in Table([("a", cell), ("b", 1)]).html()


def test_a_column_without_any_value_is_not_of_numbers():
    assert "gv-sheet-number" not in Table([("a", None), ("b", "")]).html()


def test_a_sign_at_the_start_has_its_color_and_is_still_there(parse):
    page = parse(Table([("a", "✓ refused", "✗ let through", "▲ `0`", "as ✓", "✓done")]).html())
    for name in ("good", "bad", "odd"):
        assert classes(page, f"gv-sheet-{name}") == ["span"]
    for text in ("✓ refused", "✗ let through", "▲ 0", "as ✓", "✓done"):
        assert text in page.text


def test_everything_is_text(parse):
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    page = parse(markup(Table([(evil, f"✓ {evil}"), (evil, f"`{evil}`")], (evil, "b"), evil, evil)))
    assert not {"script", "img"} & page.tags()
    assert page.text.count(evil) == 7


def test_long_cells_are_wrapped_in_a_terminal():
    words = "a courier who waits at a door that nobody opens " * 6
    lines = str(
        Table([("waiting", 12, words, words), ("none", 3, "", "")], ("what", "n", "why", "how"))
    ).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) > 5
    assert " ".join(words.split()[:3]) in lines[1]


def test_lines_within_a_cell_are_kept():
    assert str(Table([("a", "one\ntwo", "x"), ("b", "", "y")])).splitlines() == [
        "  a  one  x",
        "     two",
        "  b       y",
    ]


def test_long_words_may_be_broken_and_tall_tables_reached_with_keys(parse):
    long = parse(Table([("a", "x" * 60)]).html())
    assert classes(long, "gv-sheet-long") == ["td"]
    assert not [attrs for _, attrs in long.elements if "tabindex" in attrs]
    tall = parse(Table([(n, n) for n in range(40)], title="Forty").html())
    (region,) = [attrs for _, attrs in tall.elements if "tabindex" in attrs]
    assert (region["role"], region["aria-label"]) == ("region", "Forty")


@pytest.mark.parametrize("rows", [[], {}, iter(())])
def test_nothing_to_show(parse, rows):
    table = Table(rows, ("a", "b"), "Sizes")
    assert str(table) == "Sizes\nNothing to show yet."
    page = parse(markup(table))
    assert "Nothing to show yet." in page.text
    assert "table" not in page.tags()


def test_tables_are_values():
    assert Table(iter([("a", 1)])) == Table([["a", "1"]])
    with pytest.raises(AttributeError):
        WAYS.title = "other"


CELLS = st.one_of(st.none(), st.text(max_size=60), st.integers(), st.floats(), st.booleans())


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), max_size=6)))
def test_any_cells_have_both_faces(rows):
    table = Table(rows)
    page = table.html()
    assert page.count("<tr>") == len(rows)
    assert page.count("</th>") + page.count("</td>") == sum(map(len, rows))
    assert all(len(line) <= WIDTH for line in str(table).splitlines())
