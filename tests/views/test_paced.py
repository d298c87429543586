"""What the live pictures share: batches, workers, growing lists and strokes, each with plain values."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from helpers.views import paced, strokes
from helpers.views.feed_face import KEEP
from helpers.views.journal import WHOLE, Journal
from helpers.views.paced import Pacer, Serial, problem_card
from helpers.views.strokes import MOST_POINTS, Arrivals, Strokes
from helpers.views.whiteboard_face import MOST_SEGMENTS

PATIENCE = 30.0  # for what must happen; nothing here depends on how long it takes


def until(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def threads(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == name]


def test_many_pokes_are_few_sends_and_the_last_is_always_seen():
    state, seen = [0], []
    pacer = Pacer(lambda: seen.append(state[0]) or 0)
    for number in range(1, 5001):
        state[0] = number
        pacer.poke()
    pacer.flush(PATIENCE)
    assert seen[-1] == 5000
    assert len(seen) < 500
    assert threads("view updates") == []


def test_pokes_from_many_threads_lose_nothing():
    total, seen, lock = [0], [], threading.Lock()
    pacer = Pacer(lambda: seen.append(total[0]) or 0, period=0.001)

    def work() -> None:
        for _ in range(300):
            with lock:
                total[0] += 1
            pacer.poke()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    pacer.flush(PATIENCE)
    assert seen[-1] == 2400
    pacer.poke()
    pacer.flush(PATIENCE)
    assert seen[-2:] == [2400, 2400], "it works again after its thread has ended"


def test_large_updates_come_less_often(monkeypatch):
    waits = []
    pacer = Pacer(lambda: 1_000_000)
    monkeypatch.setattr(pacer._hurry, "wait", waits.append)
    pacer.poke()
    pacer.flush(PATIENCE)
    assert waits == [1_000_000 / paced.BUDGET]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_send_that_fails_does_not_end_the_pacer():
    seen = []

    def send() -> int:
        seen.append(None)
        if len(seen) == 1:
            raise OSError("connection gone")
        return 0

    pacer = Pacer(send)
    pacer.poke()
    until(lambda: threads("view updates") == [])
    pacer.poke()
    pacer.flush(PATIENCE)
    assert len(seen) == 2


def test_serial_runs_in_order_and_goes_on_after_an_error():
    done, errors = [], []
    serial = Serial("test serial", errors.append)
    serial.submit(done.append, 1)
    serial.submit(int, "x")
    serial.submit(done.append, 2)
    until(lambda: done == [1, 2])
    assert [type(error) for error in errors] == [ValueError]
    until(lambda: threads("test serial") == [])


def test_serial_refuses_what_a_blocked_function_cannot_take():
    release = threading.Event()
    serial = Serial("test serial", lambda error: None)
    serial.submit(release.wait, PATIENCE)
    until(lambda: not serial._work)
    assert all(serial.submit(int) for _ in range(paced.WAITING_CALLS))
    assert not serial.submit(int)
    release.set()
    serial.stop(PATIENCE)
    assert threads("test serial") == []


def test_a_journal_sends_what_is_new_and_keeps_the_last():
    journal = Journal(keep=100, encode=str)
    for number in range(3):
        journal.add(number)
    assert journal.news() == {"epoch": 0, "first": 0, "count": 3, "items": ["0", "1", "2"]}
    for number in range(3, 250):
        journal.add(number)
    piece = journal.news()
    assert (piece["first"], piece["count"], len(piece["items"])) == (150, 250, 100)
    journal.add(250)
    piece = journal.news()
    assert (piece["first"], piece["items"]) == (251 - WHOLE, [str(n) for n in range(251 - WHOLE, 251)])
    assert journal.whole()["first"] == 151
    journal.clear()
    assert journal.news() == {"epoch": 1, "first": 0, "count": 0, "items": []}


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


@pytest.mark.parametrize(
    ("file", "name", "value"),
    [
        ("pen.js", "PEN_MOST", MOST_POINTS),
        ("feed.js", "FEED_KEEP", KEEP),
        ("whiteboard.js", "BOARD_KEEP", MOST_SEGMENTS),
    ],
)
def test_page_and_kernel_agree_on_their_limits(file, name, value):
    source = (Path(paced.__file__).parent / file).read_text(encoding="utf-8")
    assert f"const {name} = {value};" in source


def test_a_problem_is_told_with_the_learners_lines():
    def start(points):
        raise LookupError("<b>no street</b>")

    with pytest.raises(LookupError) as caught:
        start(())
    told = problem_card(caught.value, start)
    assert told.title == "`start`"
    assert "LookupError" in told.sentence
    assert 'raise LookupError("<b>no street</b>")' in told.code
    assert "<b>" not in told.html()
