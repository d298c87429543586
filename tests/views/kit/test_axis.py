"""The ticks of a time axis."""

from __future__ import annotations

import pytest

from helpers.views.kit.axis import scale, tick_labels, ticks, value_labels


@pytest.mark.parametrize(
    ("end", "labels"),
    [
        (1.5, ("0.0 s", "0.5 s", "1.0 s", "1.5 s")),
        (1.2, ("0.0 s", "0.2 s", "0.4 s", "0.6 s", "0.8 s", "1.0 s", "1.2 s")),
        (0.3, ("0 ms", "50 ms", "100 ms", "150 ms", "200 ms", "250 ms", "300 ms")),
        (60.0, ("0 s", "10 s", "20 s", "30 s", "40 s", "50 s", "60 s")),
        (0.0015, ("0.0 ms", "0.5 ms", "1.0 ms", "1.5 ms")),
    ],
)
def test_ticks_are_round(end, labels):
    assert tick_labels(ticks(end)) == labels


@pytest.mark.parametrize("end", [1e-6, 0.0007, 0.9999, 1.0, 1.0001, 7.3, 119.0, 3600.0])
def test_ticks_stay_inside_and_are_few(end):
    times = ticks(end)
    assert times[0] == 0
    assert times[-1] <= end * (1 + 1e-6)
    assert 3 <= len(times) <= 7
    assert len(set(tick_labels(times))) == len(times)


@pytest.mark.parametrize(
    ("low", "high", "unit", "labels"),
    [
        (0, 49e6, "B", ("0 MB", "10 MB", "20 MB", "30 MB", "40 MB", "50 MB")),
        (3e6, 2.1e9, "B/s", ("0.0 GB/s", "0.5 GB/s", "1.0 GB/s", "1.5 GB/s", "2.0 GB/s", "2.5 GB/s")),
        (0, 0.0123, "s", ("0 ms", "5 ms", "10 ms", "15 ms")),
        (0, 87, "%", ("0 %", "20 %", "40 %", "60 %", "80 %", "100 %")),
        (-3, 4, "°", ("-4 °", "-2 °", "0 °", "2 °", "4 °")),
        (0, 12_000, "calls/s", ("0 calls/s", "5,000 calls/s", "10,000 calls/s", "15,000 calls/s")),
        (0, 0, "", ("0.0", "0.2")),
        (0, 3, "", ("0", "1", "2", "3")),
    ],
)
def test_quantities_have_an_axis_from_zero(low, high, unit, labels):
    assert value_labels(scale(low, high), unit) == labels


@pytest.mark.parametrize("high", [1e-7, 0.3, 0.99999, 1, 3, 5.1, 999, 1e9])
def test_an_axis_of_quantities_holds_them(high):
    values = scale(0, high)
    assert values[0] == 0
    assert values[-1] >= high * (1 - 1e-6)
    assert 3 <= len(values) <= 7
