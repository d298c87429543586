"""A chart over time: its values and their bounds, the three ways in which it is drawn, and what it answers to nonsense."""

from __future__ import annotations

import math
import threading
import time

import pytest

from helpers.text import breakable
from helpers.views.chart import Chart
from helpers.views.chart.model import MOST_MARKS, MOST_POINTS, ChartPoint, thinned


@pytest.fixture
def chart():
    made = Chart({"server": "B", "client": "B", "processor": "%"}, "Memory", "Measured here.")
    yield made
    made.close()
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("chart")] == []


def filled(chart: Chart) -> Chart:
    for at, server, client in [(0, 40e6, 1e6), (0.5, 49e6, 2e6), (1.5, 45e6, None), (2, 45e6, 3e6)]:
        chart.add("server", server, at=at)
        chart.add("client", client, at=at)
    chart.add("processor", 50, at=2)
    return chart


def test_empty_running_done_failed(chart):
    assert 'data-state="empty"' in chart.html
    assert str(chart) == "Memory\nNothing is measured yet.\nMeasured here."
    filled(chart)
    chart._pacer.flush()
    assert 'data-state="running"' in chart.html
    assert str(chart).startswith("Memory · running\n")
    chart.done("a gigabyte")
    assert str(chart).startswith("Memory · ✓ a gigabyte\n")
    chart.failed("RESOURCE_EXHAUSTED")
    assert 'data-state="failed"' in chart.static()["text/html"]
    chart.reset()
    assert "Nothing is measured yet." in str(chart)
    chart.add("server", 5)
    assert chart.values("server")[0][0] < 1, "time begins anew"


def test_the_picture_says_it_all_in_words(chart, parse):
    chart.mark("killed <b>", at=1.5)
    tree = parse(filled(chart)._static_html())
    assert "b" in tree.tags(), "that of the legend"
    assert "killed <b> at 1.50 s" in tree.text
    assert "last 45.0 MB, most 49.0 MB" in tree.text
    plots = [attributes for tag, attributes in tree.elements if attributes.get("class") == "gv-chart-plot"]
    assert len(plots) == 2, "a panel a unit"
    assert all("server: last 45.0 MB" in breakable(plot["aria-label"]) for plot in plots)
    rows = [attributes for tag, attributes in tree.elements if tag == "tr" and "data-at" in attributes]
    assert [row["data-time"] for row in rows] == ["0.0000", "0.5000", "1.5000", "2.0000"]
    assert [row["data-at"] for row in rows] == ["0.0000", "0.2500", "0.7500", "1.0000"]
    for label in ("0 MB", "20 MB", "60 MB", "0 %", "0.0 s", "2.0 s"):
        assert label in tree.text


def test_a_gap_lifts_the_pen(chart):
    paths = [part.split('"')[0] for part in filled(chart)._static_html().split('gv-chart-1" d="')[1:]]
    assert [path.count("M") for path in paths] == [2]
    assert "h0" in paths[0], "a point alone is seen"
    assert "–" in chart._static_html()


def test_as_text(chart):
    chart.mark("killed", at=1.5)
    lines = str(filled(chart)).splitlines()
    assert lines[1].startswith("  server     ▇")
    assert lines[1].endswith("last 45.0 MB, most 49.0 MB")
    assert "▁   " in lines[2], "the gap"
    assert lines[4].split() == ["0", "s", "2.00", "s"]
    assert lines[5] == "  1. killed at 1.50 s"


def test_memory_is_bounded_and_peaks_stay(chart):
    for n in range(50_000):
        chart.add("server", 7e6 if n == 12_345 else 1e6 + n, at=n / 1000)
    kept = chart.values("server")
    assert len(kept) <= 2 * MOST_POINTS
    assert max(value for _, value in kept) == chart.most("server") == 7e6
    assert kept[0] == (0.0, 1e6)
    assert kept[-1] == (49.999, 1e6 + 49_999)
    assert len(chart.html) < 30_000
    assert "50,000 values have come" in chart.static()["text/html"]
    for n in range(30):
        chart.mark(f"event {n}")
    assert f"{30 - MOST_MARKS} earlier marks are not shown." in str(chart)
    assert "event 29" in str(chart)
    assert "event 2 " not in str(chart)


def test_thinning_keeps_order_ends_and_gaps():
    points = [ChartPoint(n / 10, None if 400 <= n < 500 else math.sin(n)) for n in range(1000)]
    few = thinned(points, 100)
    assert len(few) <= 150
    assert few == sorted(few, key=lambda point: point.time)
    assert (few[0], few[-1]) == (points[0], points[-1])
    assert any(point.value is None for point in few)
    assert all(point.value is None for point in few if 40.5 <= point.time < 49)


def test_too_many_series_are_told():
    chart = Chart(dict.fromkeys("abcdefgh", "calls/s"))
    for name in "abcdefgh":
        chart.add(name, 1)
    assert "6 of 8 series are drawn; not drawn: g, h." in str(chart)
    chart.close()


def test_a_block_is_measured_and_ends_done(chart):
    seen = []

    def measure():
        seen.append(threading.current_thread().name)
        return 10 * len(seen)

    with chart.sampling({"server": measure}, every=0.01) as same:
        assert same is chart
        while len(seen) < 5:
            time.sleep(0.005)
    assert set(seen) == {"chart samples"}
    assert len(chart.values("server")) == len(seen), "once more at the end"
    assert chart._record.state == "done"


def test_a_block_that_raises_ends_failed(chart):
    class Refused(Exception):
        def code(self):
            return type("Code", (), {"name": "RESOURCE_EXHAUSTED"})()

    for error, words in [
        (Refused(), "RESOURCE_EXHAUSTED"),
        (KeyboardInterrupt(), "stopped"),
        (KeyError("x"), "KeyError: 'x'"),
    ]:
        with pytest.raises(type(error)), chart.sampling({"server": lambda: 1}):
            raise error
        assert str(chart).startswith(f"Memory · ✗ {words}\n")


def test_what_cannot_be_measured_is_a_gap_with_a_reason(chart):
    with chart.sampling({"server": lambda: 1 / 0, "client": lambda: 5}, every=0.01):
        while len(chart.values("client")) < 2:
            time.sleep(0.005)
    assert chart.values("server")[0][1] is None
    assert "server cannot be measured: ZeroDivisionError: division by zero." in str(chart)
    assert "could not be measured" in str(chart)
    with chart.sampling({"server": lambda: 1}):
        pass
    assert "ZeroDivisionError" not in str(chart), "it can again"


def test_stop_ends_measuring(chart):
    with chart.sampling({"server": lambda: 1}, every=0.01):
        chart.stop()
        assert [thread.name for thread in threading.enumerate() if thread.name == "chart samples"] == []


def test_many_values_are_few_updates(chart):
    updates = []
    chart.observe(lambda change: updates.append(1), "html")
    for n in range(20_000):
        chart.add("server", n)
    chart._pacer.flush()
    assert len(updates) < 200
    assert "last 20.0 kB" in breakable(chart.html)


@pytest.mark.parametrize(
    ("series", "error", "words"),
    [
        ({}, ValueError, "needs a series"),
        (["server"], TypeError, "names and their units"),
        ({"server": 5}, TypeError, "are texts"),
        ({3: "B"}, TypeError, "are texts"),
    ],
)
def test_no_series(series, error, words):
    with pytest.raises(error, match=words):
        Chart(series)


def test_no_values(chart):
    with pytest.raises(ValueError, match="no series 'kernel'; there are server, client, processor"):
        chart.add("kernel", 1)
    with pytest.raises(TypeError, match="must be a number or None, not 'much'"):
        chart.add("server", "much")
    with pytest.raises(ValueError, match="finite"):
        chart.add("server", math.inf)
    chart.add("server", 1, at=5)
    with pytest.raises(ValueError, match="lies before the last value of 'server'"):
        chart.add("server", 1, at=4)
    with pytest.raises(ValueError, match="no series 'kernel'"), chart.sampling({"kernel": lambda: 1}):
        pass
    with (
        pytest.raises(TypeError, match="a function without arguments, not by 5"),
        chart.sampling({"server": 5}),
    ):
        pass
    with (
        pytest.raises(ValueError, match=r"0\.01 seconds or more"),
        chart.sampling({"server": lambda: 1}, every=0),
    ):
        pass
    assert chart._record.state == "running", "nothing of this has changed it"
    chart.add("client", math.nan)
    assert chart.values("client")[-1][1] is None


def test_values_below_zero(chart):
    chart.add("processor", -30, at=0)
    chart.add("processor", 50, at=1)
    assert "-40 %" in breakable(chart._static_html())
    assert "▁" in str(chart)
