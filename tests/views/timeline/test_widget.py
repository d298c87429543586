"""The timeline's facts and its two pictures, from plain values."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from helpers.text import breakable
from helpers.views.kit.card import card
from helpers.views.timeline import CallTimeline
from helpers.views.timeline.html import timeline_html
from helpers.views.timeline.model import MOST_CALLS, MOST_LANES, CallSpan, Phase, Timeline
from helpers.views.timeline.text import timeline_text

OK, LATE = "OK", "DEADLINE_EXCEEDED"
WAITING = CallSpan("call 0", 0.0)
RUNNING = CallSpan("call 0", 0.0, handler_started=0.5, worker="t0")
DONE = CallSpan("call 0", 0.0, 0.5, 1.0, 1.01, OK, "t0")
GIVEN_UP_WAITING = CallSpan("call 0", 0.0, finished=1.2, status=LATE)
GIVEN_UP_RUNNING = CallSpan("call 0", 0.0, handler_started=1.0, finished=1.2, status=LATE, worker="t0")
WORKED_FOR_NOBODY = replace(GIVEN_UP_RUNNING, handler_ended=1.5)


def eight_calls() -> Timeline:
    """Two workers, half a second of work, 1.2 s of patience: what `PoolLab` shows first."""
    calls = []
    for number in range(8):
        start, worker = number // 2 * 0.5, f"handler_{number % 2}"
        reached, answered = start < 1.2, start + 0.5 <= 1.2
        calls.append(
            CallSpan(
                label=f"call {number}",
                sent_at=0.0,
                handler_started=start if reached else None,
                handler_ended=start + 0.5 if reached else None,
                finished=start + 0.5 if answered else 1.2,
                status=OK if answered else LATE,
                worker=worker if reached else None,
                deadline_at=1.2,
            )
        )
    return Timeline(tuple(calls), workers=2, deadline=1.2, now=1.5)


def kinds(call: CallSpan, now: float = 2.0) -> list[tuple[str, float, float]]:
    return [(phase.kind, phase.start, phase.end) for phase in call.phases(now)]


def test_phases_of_a_call_in_every_stage():
    assert kinds(WAITING) == [("waiting", 0.0, 2.0)]
    assert kinds(RUNNING) == [("waiting", 0.0, 0.5), ("running", 0.5, 2.0)]
    assert kinds(DONE) == [("waiting", 0.0, 0.5), ("running", 0.5, 1.01)]
    assert kinds(GIVEN_UP_WAITING) == [("waiting", 0.0, 1.2)]
    assert kinds(GIVEN_UP_RUNNING) == [("waiting", 0.0, 1.0), ("running", 1.0, 1.2), ("abandoned", 1.2, 2.0)]
    assert kinds(WORKED_FOR_NOBODY)[-1] == ("abandoned", 1.2, 1.5)


def test_a_handler_that_begins_after_the_client_left_is_abandoned_from_the_start():
    late = CallSpan("call 0", 0.0, handler_started=1.3, handler_ended=1.8, finished=1.2, status=LATE)
    assert kinds(late) == [("waiting", 0.0, 1.2), ("abandoned", 1.3, 1.8)]


def test_a_handler_that_failed_by_itself_left_nobody_behind():
    failed = CallSpan("call 0", 0.0, 0.0, 0.3, 0.31, "UNKNOWN")
    assert kinds(failed) == [("running", 0.0, 0.31)]


def test_an_answered_call_is_not_abandoned_when_its_handler_is_noted_late():
    assert kinds(replace(DONE, handler_ended=1.02))[-1] == ("running", 0.5, 1.01)
    assert kinds(replace(DONE, handler_ended=None))[-1] == ("running", 0.5, 1.01)


def test_a_handler_seen_before_its_sending_did_not_wait():
    early = CallSpan("call 0", 0.001, handler_started=0.0, handler_ended=0.5, finished=0.5, status=OK)
    assert kinds(early) == [("running", 0.0, 0.5)]
    assert "did not wait for a worker" in early.describe(1.0)


@pytest.mark.parametrize(
    ("call", "is_open", "doing"),
    [
        (WAITING, True, "waiting"),
        (RUNNING, True, "running"),
        (DONE, False, OK),
        (GIVEN_UP_WAITING, False, LATE),
        (GIVEN_UP_RUNNING, True, LATE),
        (WORKED_FOR_NOBODY, False, LATE),
        (CallSpan("call 0", 0.0, finished=1.0), False, "UNKNOWN"),
    ],
)
def test_what_a_call_is_doing(call, is_open, doing):
    assert call.open is is_open
    assert call.doing == doing


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (WAITING, "call 0: sent at 0 s; has waited 2.00 s for a worker."),
        (RUNNING, "call 0: sent at 0 s; waited 500 ms for a worker; worker 1 has run it for 1.50 s."),
        (
            GIVEN_UP_WAITING,
            "call 0: sent at 0 s; waited 1.20 s and never reached a worker; "
            "the client got DEADLINE_EXCEEDED after 1.20 s.",
        ),
        (
            GIVEN_UP_RUNNING,
            "call 0: sent at 0 s; waited 1.00 s for a worker; worker 1 ran it for 200 ms; the client got "
            "DEADLINE_EXCEEDED after 1.20 s; the handler goes on for 800 ms with nobody waiting.",
        ),
        (
            WORKED_FOR_NOBODY,
            "call 0: sent at 0 s; waited 1.00 s for a worker; worker 1 ran it for 200 ms; the client got "
            "DEADLINE_EXCEEDED after 1.20 s; the handler went on for 300 ms with nobody waiting.",
        ),
    ],
)
def test_a_call_in_words(call, words):
    assert call.describe(2.0, "worker 1") == words


def test_summary_counts_what_the_values_say():
    assert eight_calls().summary() == (
        "8 calls, 2 workers: 4 OK, 4 DEADLINE_EXCEEDED; longest wait 1.20 s; "
        "2 never reached a worker; 2 handlers worked for nobody."
    )


def test_summary_while_running_has_the_outcomes_first():
    calls = (RUNNING, WAITING, DONE, GIVEN_UP_WAITING)
    assert Timeline(calls, workers=1, now=0.9).counts() == (
        "4 calls, 1 worker: 1 OK, 1 DEADLINE_EXCEEDED, 1 running, 1 waiting"
    )


def test_summary_without_calls():
    assert Timeline().summary() == "No calls yet."
    assert Timeline(problem=card("raised", "x", "y")).summary() == "No calls were made."


def test_the_five_states():
    assert Timeline().state == "empty"
    assert Timeline((RUNNING,)).state == "running"
    assert Timeline((GIVEN_UP_RUNNING,)).state == "running", "a handler still works"
    assert Timeline((RUNNING,), over=True).state == "done"
    assert eight_calls().state == "done"
    assert Timeline((DONE,), problem=card("raised", "x", "y")).state == "failed"


def test_lanes_show_who_worked_on_what():
    first, second = eight_calls().lanes()
    assert (first.name, second.name) == ("worker 1", "worker 2")
    assert [(number, phase.kind) for number, phase in first.work] == [
        (0, "running"),
        (2, "running"),
        (4, "running"),
        (4, "abandoned"),
    ]
    assert {number for number, _ in second.work} == {1, 3, 5}
    assert eight_calls().worker_names() == {0: "worker 1", 2: "worker 1", 4: "worker 1"} | {
        1: "worker 2",
        3: "worker 2",
        5: "worker 2",
    }


def test_lanes_go_by_who_began_first_and_idle_workers_come_last():
    calls = (
        CallSpan("call 0", 0.0, handler_started=0.2, worker="b"),
        CallSpan("call 1", 0.0, handler_started=0.1, worker="a"),
    )
    lanes = Timeline(calls, workers=4, now=1.0).lanes()
    assert [lane.work[0][0] if lane.work else None for lane in lanes] == [1, 0, None, None]
    assert lanes[0].work == ((1, Phase("running", 0.1, 1.0)),)


def test_more_threads_than_workers_are_all_shown():
    calls = tuple(CallSpan(f"call {n}", 0.0, handler_started=0.1, worker=f"t{n}") for n in range(3))
    assert len(Timeline(calls, workers=1, now=1.0).lanes()) == 3


def test_the_right_edge_holds_all_that_happened():
    assert eight_calls().end == 1.5
    assert replace(eight_calls(), expected=4.0).end == 4.0
    assert Timeline((RUNNING,), now=3.0).end == 3.0
    assert Timeline((DONE,), now=30.0).end == 1.01, "time goes on, but nothing happens"
    assert Timeline().end == 1.0


def test_a_deadline_near_the_end_is_in_the_picture_and_a_far_one_is_told():
    near = Timeline((replace(DONE, deadline_at=1.4),), deadline=1.4)
    assert near.end == 1.4
    assert "lies to the right" not in timeline_text(near)
    far = Timeline((replace(DONE, deadline_at=30.0),), deadline=30.0)
    assert far.end == 1.01
    for html in (timeline_text(far), breakable(timeline_html(far))):
        assert "The deadline of 30.0 s lies to the right of the picture." in html


def test_html_has_a_row_a_call_with_words_for_everything_drawn(parse):
    timeline = eight_calls()
    tree = parse(timeline_html(timeline))
    pictures = [a for tag, a in tree.elements if tag == "svg" and a.get("role") == "img"]
    assert len(pictures) == 8
    names = timeline.worker_names()
    titles = re.findall("<title>(.*?)</title>", breakable(timeline_html(timeline)))
    assert titles == [
        call.describe(timeline.now, names.get(number, "a worker"))
        for number, call in enumerate(timeline.calls)
    ]
    assert tree.text.count("✗ DEADLINE_EXCEEDED") == 4
    assert tree.text.count("✓ OK") == 4
    for words in ("waiting for a worker", "handler running", "nobody waits", "deadline 1.20 s", "worker 2"):
        assert words in tree.text


def test_bars_stand_where_their_times_are(parse):
    tree = parse(timeline_html(eight_calls()))
    bars = [
        (a["class"], a["x"], a["width"]) for tag, a in tree.elements if tag == "rect" and "%" in a["width"]
    ]
    # Call 4: 97 % of the width are 1.5 s.
    assert bars[6:9] == [
        ("gv-tl-waiting", "0.00%", "64.67%"),
        ("gv-tl-running", "64.67%", "12.93%"),
        ("gv-tl-abandoned", "77.60%", "19.40%"),
    ]
    marks = [a for tag, a in tree.elements if a.get("class") == "gv-tl-mark-not-ok"]
    assert len(marks) == 4


def test_each_call_has_its_own_deadline_line(parse):
    calls = (replace(DONE, deadline_at=1.0), replace(DONE, sent_at=0.25, deadline_at=1.25))
    tree = parse(timeline_html(Timeline(calls, deadline=1.0, expected=2.0)))
    lines = [a["x1"] for tag, a in tree.elements if a.get("class") == "gv-tl-deadline" and "%" in a["x1"]]
    assert lines == ["48.50%", "48.50%", "60.62%"], "one in the axis, one a call"


def test_no_deadline_no_line():
    assert "deadline 1" not in timeline_html(Timeline((DONE,)))


def test_labels_statuses_and_notes_are_escaped(parse):
    evil = "<img src=x onerror=alert(1)>"
    timeline = Timeline((replace(DONE, label=evil, status=evil),), note=evil)
    assert "img" not in parse(timeline_html(timeline)).tags()
    assert evil in parse(timeline_html(timeline)).text
    assert "img" not in parse(timeline_html(Timeline(note=evil))).tags()


def test_too_many_calls_are_counted_but_not_all_drawn(parse):
    calls = tuple(replace(DONE, label=f"call {n}", worker=f"t{n % 50}") for n in range(260))
    timeline = Timeline(calls, workers=50)
    tree = parse(timeline_html(timeline))
    parts = [a["data-part"] for _, a in tree.elements if "data-part" in a]
    assert sum(part.startswith("call-") for part in parts) == MOST_CALLS
    assert sum(part.startswith("lane-") for part in parts) == MOST_LANES
    for html in (tree.text, timeline_text(timeline)):
        assert "260 calls, 50 workers: 260 OK" in html
        assert "The first 200 of 260 calls are drawn" in html
        assert "The first 32 of 50 workers are drawn." in html


def test_parts_have_names_of_their_own(parse):
    tree = parse(timeline_html(eight_calls()))
    parts = [a["data-part"] for _, a in tree.elements if "data-part" in a]
    assert len(set(parts)) == len(parts)
    assert {"summary", "axis", "call-0", "call-7", "lane-0", "lane-1"} <= set(parts)


def test_a_problem_is_shown_instead_of_a_picture(parse):
    timeline = Timeline((DONE,), problem=card("raised", "your experiment", "It raised `ValueError`: no."))
    assert "table" not in parse(timeline_html(timeline)).tags()
    for html in (parse(timeline_html(timeline)).text, timeline_text(timeline)):
        assert "Raised an error: your experiment" in html


def test_terminal_face():
    lines = timeline_text(eight_calls(), columns=30).splitlines()
    assert lines == [
        "8 calls, 2 workers: 4 OK, 4 DEADLINE_EXCEEDED; longest wait 1.20 s; "
        "2 never reached a worker; 2 handlers worked for nobody.",
        "call 0    ██████████              |       ✓ OK 500 ms",
        "call 1    ██████████              |       ✓ OK 500 ms",
        "call 2    ··········██████████    |       ✓ OK 1.00 s",
        "call 3    ··········██████████    |       ✓ OK 1.00 s",
        "call 4    ····················████|░░░░░  ✗ DEADLINE_EXCEEDED 1.20 s",
        "call 5    ····················████|░░░░░  ✗ DEADLINE_EXCEEDED 1.20 s",
        "call 6    ························|       ✗ DEADLINE_EXCEEDED 1.20 s",
        "call 7    ························|       ✗ DEADLINE_EXCEEDED 1.20 s",
        "worker 1  0█████████2█████████4███░░░░░░  3 calls",
        "worker 2  1█████████3█████████5███░░░░░░  3 calls",
        "          0 s                     1.50 s",
        "          · waiting  █ running  ░ nobody waits  | deadline",
    ]


def test_numbers_in_a_terminal_stay_in_their_block():
    calls = [
        replace(DONE, handler_started=n / 100, handler_ended=n / 100 + 0.01, worker="t") for n in range(100)
    ]
    for line in timeline_text(Timeline(tuple(calls), expected=1.2), columns=30).splitlines()[1:101]:
        assert line.index("✓") == len("worker 1") + 2 + 30 + 2
    twelve = Timeline((*[WAITING] * 12, RUNNING), workers=1, now=2.0)
    assert "12██████" in timeline_text(twelve)


def test_empty_faces_say_what_to_do(parse):
    timeline = Timeline(note="Press Run.")
    assert timeline_text(timeline) == "No calls yet.\nPress Run."
    assert "Press Run." in parse(timeline_html(timeline)).text


def test_a_timeline_shows_itself_without_script():
    bundle = eight_calls()._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert timeline_html(eight_calls()) in bundle["text/html"]
    assert bundle["text/plain"] == timeline_text(eight_calls())


def test_the_widget_follows_its_value_and_carries_the_static_faces():
    widget = CallTimeline()
    try:
        assert widget.html == timeline_html(Timeline())
        widget.timeline = eight_calls()
        assert widget.html == timeline_html(eight_calls())
        data = widget._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in data
        assert data["text/html"] == eight_calls()._repr_mimebundle_()["text/html"]
        assert data["text/plain"] == timeline_text(eight_calls())
        assert "timeline" not in widget.get_state(), "the picture is sent, the value is not"
    finally:
        widget.close()
