"""Bars: medians and spread, the picture that shows them, and the text that says the same."""

from __future__ import annotations

import re
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.views.kit.bars import Bars, fmt_number

SIZES = Bars({"JSON": (55_321,), "Protocol Buffers": (16_900,)}, "B", "Size of 1,000 parcels")
TIMES = Bars(
    {"slow": (4e-3, 1e-3, 2e-3, 3e-3, 100e-3), "fast": (1e-3,) * 5}, "s", "Reading", "Median of 5 rounds."
)
VALUES = st.lists(st.floats(0, 1e9), min_size=1, max_size=20)


def markup(bars):
    return bars._repr_mimebundle_()["text/html"].split("</style>", 1)[1]


def attributes(page, tag, name=None):
    return [attrs for kind, attrs in page.elements if kind == tag and name in (None, attrs.get("class"))]


def test_medians_and_quartiles_do_not_follow_one_slow_run():
    assert TIMES.medians == {"slow": 3e-3, "fast": 1e-3}
    assert TIMES.quartiles == {"slow": (2e-3, 4e-3), "fast": (1e-3, 1e-3)}
    assert SIZES.quartiles["JSON"] == (55_321, 55_321)


def test_text():
    assert str(SIZES).splitlines() == [
        "Size of 1,000 parcels",
        "  JSON              55.3 kB  ████████████████████████  3.3×",
        "  Protocol Buffers  16.9 kB  ███████                     1×",
    ]
    assert str(TIMES).splitlines() == [
        "Reading",
        "  slow  3.00 ms  ██████████████████        3×  2.00 ms – 4.00 ms",
        "  fast  1.00 ms  ██████                    1×  1.00 ms – 1.00 ms",
        "Median of 5 rounds.",
    ]


def test_bars_are_as_long_as_their_medians(parse):
    page = parse(markup(TIMES))
    widths = [float(attrs["width"].rstrip("%")) for attrs in attributes(page, "rect", "gv-bars-bar")]
    assert widths[0] / widths[1] == pytest.approx(3, rel=1e-3)
    lines = [attrs for attrs in attributes(page, "line") if attrs["y1"] == attrs["y2"]]
    # Only the one that varies has a line, drawn with a halo below it, from quartile to quartile.
    assert len(lines) == 2
    assert float(lines[0]["x1"].rstrip("%")) / widths[0] == pytest.approx(2 / 3, rel=1e-3)
    assert float(lines[0]["x2"].rstrip("%")) / widths[0] == pytest.approx(4 / 3, rel=1e-3)


def test_the_table_says_in_words_what_the_bars_show(parse):
    page = parse(markup(TIMES))
    assert attributes(page, "table")[0]["aria-label"] == "Reading"
    assert {attrs["aria-hidden"] for attrs in attributes(page, "svg")} == {"true"}
    for text in ("median", "middle half", "3.00 ms", "2.00 ms – 4.00 ms", "3×", "Median of 5 rounds."):
        assert text in page.text
    page = parse(markup(SIZES))
    assert "middle half" not in page.text
    assert "55.3 kB" in page.text


def test_columns_match_their_heads(parse):
    for bars in (SIZES, TIMES):
        rows = re.findall(r"<tr>(.*?)</tr>", markup(bars))
        assert len({len(re.findall("<t[hd]", row)) for row in rows}) == 1


def test_nothing_to_show(parse):
    assert "Nothing to show yet." in parse(markup(Bars())).text
    assert str(Bars(title="Sizes")) == "Sizes\nNothing to show yet."


def test_zero_has_no_bar_and_no_ratio(parse):
    zero = Bars({"none": (0,), "some": (5,)})
    assert len(attributes(parse(markup(zero)), "rect")) == 1
    assert "×" not in str(zero)
    assert "█" not in str(Bars({"none": (0,)}))


def test_one_alone_has_no_ratio():
    assert "×" not in str(Bars({"one": (5,)}))


def test_names_are_text(parse):
    page = parse(markup(Bars({"<b>x</b>": (1,)}, title="<i>&", note="<u>")))
    assert page.tags() & {"b", "i", "u"} == set()
    assert "<b>x</b>" in page.text


@pytest.mark.parametrize(
    ("samples", "unit", "why"),
    [
        ({"a": (1,)}, "kg", "unknown unit 'kg'"),
        ({"a": ()}, "", "'a' has no values"),
        ({"a": (-1,)}, "", "negative"),
        ({"a": (float("nan"),)}, "", "not a number"),
        ({"a": (float("inf"),)}, "", "not a number"),
    ],
)
def test_what_has_no_place_on_a_bar(samples, unit, why):
    with pytest.raises(ValueError, match=why):
        Bars(samples, unit)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.04214, "0.0421"), (12.5, "12.5"), (999.4, "999"), (999.7, "1,000"), (12_500, "12,500")],
)
def test_numbers_without_a_unit(value, text):
    assert fmt_number(value) == text


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=6))
def test_any_samples_fit_into_the_picture(samples):
    bars = Bars(samples)
    page = markup(bars)
    for share in re.findall(r'(?:width|x1|x2)="([\d.]+)%"', page):
        assert 0 <= float(share) <= 100
    for name, values in samples.items():
        low, high = bars.quartiles[name]
        assert min(values) <= low <= high <= max(values)
        assert bars.medians[name] == statistics.median(values)
    assert len(str(bars).splitlines()) >= max(1, len(samples))
