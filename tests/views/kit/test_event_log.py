"""The growing list of a view, sent in pieces."""

from __future__ import annotations

from helpers.views.kit.event_log import WHOLE, EventLog


def test_an_event_log_sends_what_is_new_and_keeps_the_last():
    events = EventLog(keep=100, encode=str)
    for number in range(3):
        events.add(number)
    assert events.news() == {"epoch": 0, "first": 0, "count": 3, "items": ["0", "1", "2"]}
    for number in range(3, 250):
        events.add(number)
    piece = events.news()
    assert (piece["first"], piece["count"], len(piece["items"])) == (150, 250, 100)
    events.add(250)
    piece = events.news()
    assert (piece["first"], piece["items"]) == (251 - WHOLE, [str(n) for n in range(251 - WHOLE, 251)])
    assert events.whole()["first"] == 151
    events.clear()
    assert events.news() == {"epoch": 1, "first": 0, "count": 0, "items": []}
