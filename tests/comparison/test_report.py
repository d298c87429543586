"""How results look: the text of a terminal, and the view of a notebook."""

from __future__ import annotations

import dataclasses
import re

import pytest

from helpers.comparison.report.charts import MOST_ROWS
from helpers.comparison.report.html import MOST_CASES, report_html
from helpers.comparison.report.model import axis, pair_position, pair_reach, pair_ticks
from helpers.comparison.values import Candidate, Workload
from helpers.views.kit import style
from tests.comparison.samples import (
    AIO,
    AIOHTTP,
    GRPC,
    RATE,
    RAW,
    REQUESTS,
    SMALL,
    full,
    measured,
    page,
    results,
)


def test_the_text_is_whole():
    assert str(full()) == TEXT


def test_the_text_has_no_winner_where_there_is_none():
    lines = str(results(measured(GRPC, 1e-3), measured(AIOHTTP, 1e-3))).splitlines()
    assert [line.split("  ")[1] for line in lines if line.startswith("◆  ")] == [
        "gRPC, threads",
        "Starlette, aiohttp",
    ]
    (row,) = (line for line in lines if line.startswith("A small call "))
    assert re.split(" {2,}", row) == [
        "A small call",
        "gRPC (threads): 1.03 ms",
        "Starlette (aiohttp): 1.03 ms",
        "could not be told apart",
    ]


def test_nothing_measured():
    empty = results(candidates=(), cases=())
    assert str(empty).endswith("\n\nNothing was measured.")
    shown = page(empty)
    assert "Nothing was measured." in shown.text
    assert shown.tags().isdisjoint({"table", "input", "svg"})
    cases = results(cases=(SMALL, RATE))
    assert page(cases).tags().isdisjoint({"table", "input"})
    assert "Nothing was measured here." in str(cases)


def test_one_without_a_result_is_named():
    found = results(
        measured(GRPC, 1e-3), measured(AIOHTTP, ()), measured(RAW, 1e-3, RATE), cases=(SMALL, RATE),
        notes=["Starlette, aiohttp gave a wrong answer and was left out."],
    )  # fmt: skip
    for text in (str(found), page(found).text):
        assert "▲ No result: Starlette (aiohttp)." in text
        assert "Not in this case: Starlette (raw socket)." in text
        assert "wrong answer and was left out" in text
    assert "▲ Starlette, aiohttp gave" in str(found)
    assert page(found).all("p", "gv-comparison-note")


def test_too_many_are_cut_short_and_said_to_be():
    many = [dataclasses.replace(AIOHTTP, id=f"c{n}", name=f"candidate {n}") for n in range(MOST_ROWS + 5)]
    found = results(*(measured(one, 1e-3 + n * 1e-6) for n, one in enumerate(many)), candidates=many)
    shown = page(found)
    assert len(shown.all("th", "gv-comparison-who")) == MOST_ROWS
    assert f"The first {MOST_ROWS} of {MOST_ROWS + 5} are drawn" in shown.text
    assert f"candidate {MOST_ROWS + 4}" in str(found)
    cases = [Workload(f"c{n}", f"case {n}", "?") for n in range(MOST_CASES + 3)]
    found = results(*(measured(GRPC, 1e-3, case) for case in cases), cases=cases)
    shown = page(found)
    assert len(shown.all("input")) == MOST_CASES + 1
    assert "3 more cases are in the text and in the files." in shown.text
    assert f"case {MOST_CASES + 2}" in str(found)


def test_there_is_a_button_for_each_panel_and_a_rule_for_each_button():
    shown = page(full())
    picks, panels = shown.all("input", "gv-comparison-pick"), shown.all("section", "gv-comparison-panel")
    assert [pick["value"] for pick in picks] == [panel["data-case"] for panel in panels] == ["0", "1", "2"]
    assert len({pick["name"] for pick in picks}) == 1
    assert ["checked" in pick for pick in picks] == [True, False, False]
    assert len(shown.all("label")) == 3
    sheet = style.css("comparison/report/style.css")
    for place in range(MOST_CASES + 1):
        assert f'[value="{place}"]:checked) .gv-comparison-panel:not([data-case="{place}"])' in sheet
    assert f'[value="{MOST_CASES + 1}"]' not in sheet


def test_two_views_on_one_page_do_not_share_buttons():
    names = {page(full()).all("input")[0]["name"] for _ in range(5)}
    assert len(names) == 5


def test_it_is_told_in_words_what_is_drawn():
    shown = page(full())
    assert {attrs["aria-hidden"] for attrs in shown.all("svg") if "x" not in attrs and "y" not in attrs} == {
        "true"
    }
    assert all(attrs["aria-label"] for attrs in shown.all("table"))
    assert len(shown.all("legend")) == 1
    assert all(attrs["scope"] in ("row", "col") for attrs in shown.all("th"))
    for attrs in (*shown.all("input"), *shown.all("div", "gv-comparison-panels")):
        assert attrs["data-lm-suppress-shortcuts"] == "true"
    for text in (
        "1.03 ms", "1.01 – 1.04 ms", "shares first place", "REST’s time divided by gRPC’s", "ms, less is better",
        "calls/s, more is better", "processor: a processor; Python: 3.12.1", "Quick mode, took 21.5 s",
    ):  # fmt: skip
        assert text in shown.text, text


def test_columns_match_their_heads():
    html = full()._repr_mimebundle_()["text/html"]
    tables = re.findall(r"<table.*?</table>", html)
    assert len(tables) == 5
    for table in tables:
        assert len({len(re.findall("<t[hd][ >]", row)) for row in re.findall(r"<tr>(.*?)</tr>", table)}) == 1


def test_bars_are_to_scale_and_striped_for_rest():
    html = full()._repr_mimebundle_()["text/html"]
    table = next(
        t for t in re.findall(r"<table.*?</table>", html) if 'aria-label="A small call: medians"' in t
    )
    rows = re.findall(r"<tr>(.*?)</tr>", table)[1:]
    widths = [float(re.search(r'gv-comparison-bar [\w-]+" x="0" width="([\d.]+)%', row)[1]) for row in rows]
    assert [round(width / widths[0], 1) for width in widths] == [1, 1.5, 2, 5]
    assert widths[-1] < 98
    for row in rows:
        assert (
            ("gv-comparison-rest" in row)
            == ("gv-comparison-hatch" in row)
            == ('<td class="gv-comparison-side">REST' in row)
        )
    assert ["shares first place" in row for row in rows] == [True, False, False, False]


def test_the_overview_has_each_side_where_it_belongs():
    html = full()._repr_mimebundle_()["text/html"]
    table = next(t for t in re.findall(r"<table.*?</table>", html) if "gv-comparison-pairs" in t)
    ahead, behind = re.findall(r"<tr>(.*?)</tr>", table)[1:]
    marks = [
        re.search(r'<svg x="([\d.]+)%" y="12"[^>]*gv-comparison-mark ([\w-]+)">(<\w+)', row).groups()
        for row in (ahead, behind)
    ]
    # gRPC ahead lies to the right of the middle, as a circle; REST to the left, as a square.
    assert float(marks[0][0]) > 50 > float(marks[1][0])
    assert [mark[1:] for mark in marks] == [
        ("gv-comparison-grpc", "<circle"),
        ("gv-comparison-rest", "<rect"),
    ]
    level = results(measured(GRPC, 1e-3), measured(AIOHTTP, 1e-3))._repr_mimebundle_()["text/html"]
    assert 'y="12" overflow="visible" class="gv-comparison-mark gv-comparison-none"><circle' in level


def test_names_and_notes_are_text():
    odd = Candidate("x", '<b>x</b>"', "REST", "HTTP/1.1", "<i>s</i>", "<u>c</u>")
    case = Workload("small", "<h1>t</h1>", "<script>q</script>")
    other = Candidate("y", "y", "REST", "HTTP/1.1", "<i>s</i>", "c")  # the same server: its name is told
    found = results(
        measured(odd, 1e-3, case), measured(other, 1e-3, case), cases=(case,), candidates=(odd, other),
        notes=["<img src=x>"], machine={"<s>": "<em>"},
    )  # fmt: skip
    shown = page(found)
    assert shown.tags().isdisjoint({"b", "i", "u", "h1", "script", "img", "s", "em"})
    for text in ('<b>x</b>"', "<h1>t</h1>", "<script>q</script>", "<i>s</i>", "<img src=x>", "<s>: <em>"):
        assert text in shown.text


def test_a_long_text_stays_on_the_page():
    long = [
        dataclasses.replace(one, name=f"{one.name}, {'with a long name ' * 4}") for one in (GRPC, AIOHTTP)
    ]
    case = Workload("small", "a title that goes on " * 5, "a question that goes on " * 9)
    found = results(*(measured(one, 123.4e-3, case) for one in long), cases=(case,), candidates=long)
    assert max(map(len, str(found).splitlines())) <= 110


def test_bars_of_one_case():
    found = full()
    bars = found.bars("small")
    assert list(bars.samples) == [
        "gRPC, threads",
        "gRPC, asyncio",
        "Starlette, aiohttp",
        "Starlette, requests",
    ]
    assert (bars.unit, bars.title) == ("s", "A small call")
    rate = found.bars("many")
    assert (rate.unit, rate.title) == ("", "64 at once, calls/s")
    assert rate.medians["Starlette, aiohttp"] == pytest.approx(64 / 20.5e-3, rel=0.01)


def test_measurements_of_one_case():
    found = full()
    assert list(found.of("small")) == ["grpc", "grpc-aio", "aiohttp", "requests"]
    assert found.of("many")["grpc"].payload == 6400
    for ask in (found.of, found.bars):
        with pytest.raises(ValueError, match="no case 'large' in these results; there are 'small', 'many'"):
            ask("large")
    with pytest.raises(ValueError, match="there are none"):
        results(cases=()).of("small")


@pytest.mark.parametrize(
    ("top", "unit", "shown", "labels"),
    [
        (2.2e-3, "s", "ms", ["0", "0.5", "1", "1.5", "2"]),
        (9.0, "s", "s", ["0", "2", "4", "6", "8"]),
        (350e-6, "s", "µs", ["0", "100", "200", "300"]),
        (1e-12, "s", "ns", ["0", "0.0002", "0.0004", "0.0006", "0.0008", "0.001"]),
        (161_000, "calls/s", "calls/s", ["0", "50,000", "100,000", "150,000"]),
        (1.0, "calls/s", "calls/s", ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
    ],
)
def test_axes_start_at_zero_and_have_round_numbers(top, unit, shown, labels):
    name, ticks = axis(top, unit)
    assert (name, [label for _, label in ticks]) == (shown, labels)
    assert ticks[0][0] == 0
    assert ticks[-1][0] <= top * (1 + 1e-9)


def test_ratios_lie_in_the_picture():
    assert pair_position(1, 3) == 50
    assert pair_position(2, 3) - 50 == pytest.approx(50 - pair_position(0.5, 3))
    assert [label for _, label in pair_ticks(1.08)] == ["2×", "level", "2×"]
    assert [label for _, label in pair_ticks(4.1)] == ["8×", "level", "8×"]
    assert pair_reach(()) > 1
    for reach in (1.08, 4.1, 40.0):
        assert all(0 < position < 100 for position, _ in pair_ticks(reach))


def luminance(color: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("color", ["headers", "waiting", "control"])
def test_bars_can_be_seen_on_either_theme(color, dark):
    """A bar has an outline in its ink: at least 3:1, which WCAG asks of graphics."""
    pair = sorted((luminance(style.COLORS[color][2 + dark]), luminance(style.NEUTRALS["surface"][1 + dark])))
    assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 3


def test_every_custom_property_is_defined():
    text = style.css("comparison/report/style.css")
    used = set(re.findall(r"var\((--gv-[\w-]+)", text))
    assert used <= set(re.findall(r"(--gv-[\w-]+)\s*:", text))


def test_every_class_that_is_drawn_has_a_rule():
    html = full()._repr_mimebundle_()["text/html"]
    sheet, markup = html.split("</style>", 1)
    drawn = {name for names in re.findall(r'class="([^"]+)"', markup) for name in names.split()}
    assert {name for name in drawn if f".{name}" not in sheet} == {"mathjax_ignore"}


def test_the_view_needs_no_results():
    from helpers.comparison.report.contents import report

    html = report_html(report(full()), token="<x>")
    assert 'name="gv-comparison-&lt;x&gt;"' in html


def test_only_one_side():
    found = results(measured(GRPC, 1e-3), measured(AIO, 2e-3))
    assert "not compared" in str(found)
    assert "Best of REST" in page(found).text
    assert "too few rounds" in str(results(measured(GRPC, [1e-3]), measured(REQUESTS, [2e-3])))


TEXT = """\
gRPC and REST, measured on this machine
Quick mode, took 21.5 s, started 2026-01-02 03:04:05+01:00
processor: a processor; Python: 3.12.1

Of two cases, gRPC led in one and REST led in one. gRPC led in “A small call” (2.0 times, 1.3 without gRPC
(threads)). REST led in “64 at once” (2.0 times). Which one is faster depends on what you do with it.

case          best of gRPC                   best of REST                        ahead
A small call  gRPC (threads): 1.03 ms        Starlette (aiohttp): 2.05 ms        gRPC, 2.0×
64 at once    gRPC (threads): 1,560 calls/s  Starlette (aiohttp): 3,120 calls/s  REST, 2.0×


A small call
How long does one small call take?

   candidate             median  middle half     ratio  client CPU  server CPU  payload   wire
◆  gRPC, threads        1.03 ms  1.01 – 1.04 ms     1×      100 µs      100 µs    100 B  300 B
   gRPC, asyncio        1.54 ms  1.52 – 1.56 ms   1.5×      100 µs      100 µs    100 B  300 B
   Starlette, aiohttp   2.05 ms  2.02 – 2.08 ms   2.0×      100 µs      100 µs    250 B  500 B
   Starlette, requests  5.12 ms  5.06 – 5.19 ms   5.0×      100 µs      100 µs    250 B  700 B

- gRPC (threads) was fastest: 1.03 ms for a call.
- The best of REST, Starlette (aiohttp), took 2.0 times as long as gRPC (threads).
- Without gRPC (threads), gRPC would lead by 1.3 times.
- Both REST candidates are slower than gRPC (threads).
- On the same server (Starlette on uvicorn), requests took 2.5 times as long as aiohttp.
- Payload: 100 B with gRPC (threads), 250 B with Starlette (aiohttp), 2.5 times as much.
- Bytes on the wire: 300 B with gRPC (threads), 500 B with Starlette (aiohttp), 1.7 times as much.


64 at once
How many calls a second?

   candidate           calls/s  middle half    ratio  client CPU  server CPU  payload   wire
◆  Starlette, aiohttp    3,120  3,080 – 3,160     1×      100 µs      100 µs  9.00 kB  300 B
   gRPC, threads         1,560  1,540 – 1,580   2.0×      100 µs      100 µs  6.40 kB  300 B

- Starlette (aiohttp) was fastest: 3,120 calls a second.
- gRPC (threads) came to 1,560 calls a second; Starlette (aiohttp) to 3,120 calls a second, 2.0 times as
  many.
- Payload: 6.40 kB with gRPC (threads), 9.00 kB with Starlette (aiohttp), 1.4 times as much.
- Bytes on the wire: 300 B with either of Starlette (aiohttp) and gRPC (threads).
Not in this case: gRPC (asyncio) and Starlette (requests).

◆ shares the first place: nobody could be called faster. Shown are the median over the rounds, their middle
half (what is left without the quickest and the slowest quarter), and the quotient of two medians as the
ratio. Faster is called only who, in 8 rounds or more, has a middle half that does not overlap with the
other one, was faster in more than nine rounds in ten, and has a median that is more than 5 % lower; all
others could not be told apart. A side leads where nobody of the other side shares the first place.
Processor time and bytes are for one run, bytes both ways. A baseline shows what is left when the client
does next to nothing; nobody would use it, and it takes no part in who is ahead. Client and server share one
machine: there is no network in between."""
