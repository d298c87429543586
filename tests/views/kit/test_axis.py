"""The ticks of a time axis."""

from __future__ import annotations

import pytest

from helpers.views.kit.axis import tick_labels, ticks


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
