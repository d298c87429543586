"""Strokes of a pen, as iterators of points."""

from __future__ import annotations

import threading

from helpers.views.kit import strokes
from helpers.views.kit.strokes import MOST_POINTS, Arrivals, Strokes

PATIENCE = 30.0  # for what must happen; nothing here depends on how long it takes


def test_points_follow_the_pen_and_end_with_it():
    pen = Strokes((10, 7))
    waiting = pen.points()
    pen.down("a")
    pen.move("a", [(1, 2, 0.0), (3, 4, 0.5)])
    assert [next(waiting), next(waiting)] == [(1, 2, 0.0), (3, 4, 0.5)]
    late = pen.points()
    pen.move("a", [(99, -5, 1.0), (float("nan"), 0, 1.1)])
    pen.move("b", [(0, 0, 0.0)])
    pen.up("b")
    assert pen.drawing, "another key is another stroke, which has ended"
    pen.up("a")
    assert list(late) == [(1, 2, 0.0), (3, 4, 0.5), (10, 0, 1.0)], "from the first point on, kept on the map"
    assert list(waiting) == [], "the later reader took its place"
    assert list(pen.finished) == [((1, 2, 0.0), (3, 4, 0.5), (10, 0, 1.0))]
    pen.move("a", [(5, 5, 2.0)])
    assert len(pen.finished[0]) == 3


def test_a_stroke_whose_end_got_lost_ends_with_the_next():
    began = []
    pen = Strokes((10, 7), began.append)
    pen.down("a")
    pen.move("a", [(1, 1, 0.0)])
    pen.down("b")
    assert list(began[0]) == [(1, 1, 0.0)]
    pen.end()
    assert list(began[1]) == []


def test_ending_wakes_readers_in_other_threads():
    pen = Strokes((10, 7))
    got = []
    reader = threading.Thread(target=lambda points: got.append(list(points)), args=(pen.points(),))
    reader.start()
    pen.end()
    reader.join(PATIENCE)
    assert got == [[]]


def test_a_page_that_is_gone_ends_its_stroke(monkeypatch):
    pen = Strokes((10, 7))
    points = pen.points()
    pen.down("a")
    pen.move("a", [(1, 1, 0.0)])
    monkeypatch.setattr(strokes, "LOST", -1.0)
    assert list(points) == [(1, 1, 0.0)]
    assert not pen.drawing


def test_a_stroke_has_an_end():
    pen = Strokes((10, 7))
    points = pen.points()
    pen.down("a")
    pen.move("a", [(1, 1, 0.0)] * (MOST_POINTS + 10))
    assert not pen.drawing
    assert sum(1 for _ in points) == MOST_POINTS


def test_arrivals_are_bounded():
    arrivals = Arrivals(2)
    assert arrivals.put([1, 2])
    assert not arrivals.put([3])
    arrivals.close()
    assert list(arrivals) == [1, 2]
