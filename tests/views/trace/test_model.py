"""One call of a trace in values and words, and what is drawn of many."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.views.trace.moment import MOST_ROWS, Moment
from helpers.views.trace.nesting import spans_of
from helpers.wire import names
from helpers.wire.http2.frames import Http2Frame

from .calls import CLIENT, SERVER, call, moment, placed_order, reset, traced, with_messages

LATE = call("A/M", 0, 503, by=CLIENT, timeout="505m")


def only(made):
    (span,) = spans_of([("front", made)])
    return span


@pytest.mark.parametrize(
    ("made", "outcome", "state", "cancelled_by"),
    [
        (call("A/M", 0, 10), "0 OK", "done", None),
        (call("A/M", 0, 10, 5), "5 NOT_FOUND", "failed", None),
        (call("A/M", 0, 10, 42), "42 UNKNOWN(42)", "failed", None),
        (call("A/M", 0, 10, by=CLIENT), "cancelled by client", "failed", "client"),
        (call("A/M", 0, 10, by=SERVER), "cancelled by server", "failed", "server"),
        (call("A/M", 0, 10, by=SERVER, error="REFUSED_STREAM"), "reset by server", "failed", "server"),
        (
            call("A/M", 0, 500, by=CLIENT, error="ENHANCE_YOUR_CALM", timeout="505m"),
            "reset by client",
            "failed",
            "client",
        ),
        (LATE, "deadline passed", "failed", "client"),
        (call("A/M", 0, 10, None), "no status", "failed", None),
        (call("A/M", 0, None), "running", "running", None),
    ],
)
def test_how_a_call_ended(made, outcome, state, cancelled_by):
    span = only(made)
    assert (span.outcome, span.state, span.cancelled_by) == (outcome, state, cancelled_by)


def test_a_reset_after_the_answer_ends_nothing():
    answer = Http2Frame(
        1, 0, SERVER, 0, 0, "HEADERS", b"", 1, None, names.HEADERS, names.END_STREAM | names.END_HEADERS
    )
    answered = replace(call("A/M", 0, 10), reset=(SERVER, "NO_ERROR"))
    assert only(replace(answered, frames=(answer, reset(SERVER, 10)))).cancelled_by is None
    crossed = only(replace(answered, frames=(reset(CLIENT, 9), answer), reset=(CLIENT, "CANCEL")))
    assert (crossed.cancelled_by, crossed.status) == ("client", "OK")
    assert "; a status passed later: 0 OK" in crossed.describe()
    assert (crossed.outcome, crossed.state) == ("cancelled by client", "failed"), "the client has CANCELLED"
    picture = moment(("front", crossed.call))
    assert picture.counts() == "1 request, 1 call: 1 cancelled by client."


def test_a_deadline_as_it_was_sent():
    span = only(LATE)
    assert (span.timeout, span.deadline) == ("505m", 0.505)
    assert span.deadline_ns == span.start_ns + 505_000_000
    assert span.at_deadline
    assert not only(call("A/M", 0, 100, by=CLIENT, timeout="505m")).at_deadline
    assert not only(call("A/M", 0, 4700, by=CLIENT, timeout="5S")).at_deadline, "hung up before"
    assert only(call("A/M", 0, 181, by=CLIENT, timeout="201m")).at_deadline, "recorded late"
    assert only(call("A/M", 0, 10)).deadline is None


def test_attempts_are_counted_from_one():
    assert only(call("A/M", 0, 10)).attempt == 1
    assert only(call("A/M", 0, 10, grpc_previous_rpc_attempts="2")).attempt == 3
    assert only(call("A/M", 0, 10, grpc_previous_rpc_attempts="many")).attempt == 1


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (
            call("A/M", 0, 10, 5, details="no parcel 7", timeout="505m", x_request_id="7f3a"),
            "front, M: called from outside; began at 0 s; deadline 505m (505 ms); "
            "status 5 NOT_FOUND: no parcel 7 after 10.0 ms; request id 7f3a.",
        ),
        (
            LATE,
            "front, M: called from outside; began at 0 s; deadline 505m (505 ms); "
            "the client ended it with RST_STREAM after 503 ms, when its deadline had passed.",
        ),
        (
            call("A/M", 0, 10, by=SERVER, error="REFUSED_STREAM"),
            "front, M: called from outside; began at 0 s; "
            "the server ended it with RST_STREAM REFUSED_STREAM after 10.0 ms.",
        ),
        (call("A/M", 0, None), "front, M: called from outside; began at 0 s; has not ended."),
        (
            with_messages(call("A/M", 0, 10), [1], [2, 3, 4]),
            "front, M: called from outside; began at 0 s; 1 message to the server, 3 to the client; "
            "status 0 OK after 10.0 ms.",
        ),
    ],
)
def test_a_call_in_words(made, words):
    assert only(made).describe() == words


def test_work_that_nobody_waits_for():
    spans = traced(("front", call("A/Front", 0, 200, by=CLIENT)), ("quote", call("B/Quote", 10, 600)))
    assert spans["Quote"].outlived == pytest.approx(0.4)
    assert "went on for 400 ms after its caller's call had ended" in spans["Quote"].describe()
    handed_on = traced(
        ("front", call("A/Front", 0, 200, by=CLIENT)), ("quote", call("B/Quote", 10, 203, by=CLIENT))
    )
    assert handed_on["Quote"].outlived == 0, "to be told takes a moment"


def test_states():
    assert moment(servers=("front",)).state == "empty"
    assert moment(("front", call("A/M", 0, None)), open=True).state == "running"
    assert moment(("front", call("A/M", 0, None))).state == "done"
    assert moment(("front", call("A/M", 0, 10, 5))).state == "failed"
    inner = moment(("front", call("A/Front", 0, 10)), ("quote", call("B/Quote", 1, 5, 14)))
    assert inner.state == "done", "the request went well in the end"


def test_an_empty_trace_says_what_to_do():
    assert "Nothing is recorded yet" in Moment(("front",), begun=False).counts()
    assert "No call yet" in Moment(("front",), open=True).counts()
    assert "Do the clients connect to the taps" in Moment(("front",)).counts()


def test_counts_and_what_ties_calls_together():
    order = moment(*placed_order())
    assert order.counts() == "1 request, 4 calls: 4 OK."
    assert order.how().endswith("No call carries x-request-id.")
    order = moment(*placed_order(x_request_id="7f3a"))
    assert order.how().startswith("Tied together by x-request-id 7f3a. Who called whom is read from time")
    mixed = moment(
        ("front", call("A/M", 0, 9, x_request_id="7f3a")),
        ("quote", call("B/N", 1, 5, 14)),
        ("quote", call("B/O", 6, 8, None)),
    )
    assert mixed.counts() == "1 request, 3 calls: 1 OK, 1 UNAVAILABLE, 1 no status."
    assert mixed.how() == (
        "Tied together by time: a call lies within the one that it was made for. "
        "x-request-id, which 1 of 3 calls carry, is the same in no two of them."
    )


def test_calls_that_nothing_ties_together():
    apart = moment(("front", call("A/M", 0, 9)), ("front", call("A/N", 10, 19)))
    assert apart.how() == "Nothing ties these calls together. No call carries x-request-id."
    again = {"x_request_id": "7f3a"}
    apart = moment(("front", call("A/M", 0, 9, **again)), ("front", call("A/N", 10, 19, **again)))
    assert apart.how().startswith("Tied together by x-request-id 7f3a.")
    apart = moment(
        ("front", call("A/M", 0, 9, x_request_id="a")), ("front", call("A/N", 10, 19, x_request_id="b"))
    )
    assert apart.how() == "Nothing ties these calls together. x-request-id is the same in no two of them."


def test_what_is_not_certain_is_said_once():
    chains = [
        each
        for n in (0, 200)
        for each in (
            ("front", call("A/Front", n, n + 100)),
            ("quote", call("B/Quote", n + 10, n + 90)),
            ("depot", call("C/Depot", n + 20, n + 80)),
        )
    ]
    assert list(moment(*chains).doubts()) == [
        "depot (Depot): called by front or quote. The wire does not tell which."
    ]
    assert len(moment(*chains).requests) == 2


def many(requests: int):
    return [
        (server, call(f"S/{server}{n}", n * 10 + start, n * 10 + end))
        for n in range(requests)
        for server, start, end in (("front", 0, 9), ("quote", 1, 3), ("depot", 4, 8))
    ]


def test_of_many_requests_the_first_are_drawn_whole():
    picture = moment(*many(100))
    assert picture.state == "full"
    assert picture.counts() == "100 requests, 300 calls: 300 OK."
    assert len(picture.drawn) == MOST_ROWS // 3 * 3
    assert {span.parent in picture.drawn for span in picture.drawn if span.depth} == {True}
    assert "The first 15 calls of 300 are drawn" in " ".join(picture.remarks)


def test_of_one_large_request_the_first_calls_are_drawn():
    calls = [("quote", call(f"B/Q{n}", n + 1, n + 2)) for n in range(50)]
    picture = moment(("front", call("A/Front", 0, 100)), *calls)
    assert len(picture.drawn) == MOST_ROWS


def test_a_server_without_calls_has_its_lane():
    picture = moment(*placed_order(), servers=("front", "quote", "billing", "depot", "returns"))
    assert [lane.name for lane in picture.lanes][-1] == "returns"
    assert picture.lanes[-1].note == "no call has come here"
    assert picture.lanes[0].note == ""


def test_a_near_deadline_is_in_the_picture_and_a_far_one_is_not():
    assert moment(("front", LATE)).end == 0.505
    assert moment(("front", call("A/M", 0, 10, timeout="10S"))).end == 0.01


def test_while_calls_run_the_picture_grows_in_steps():
    running = ("front", call("A/M", 0, None))
    assert [moment(running, now=now, open=True).end for now in (110, 199, 210, 1100)] == [0.2, 0.2, 0.5, 2.0]
    limited = ("front", call("A/M", 0, None, timeout="505m"))
    assert moment(limited, now=110, open=True).end == 0.505, "it grows towards its deadline"


def test_a_call_that_never_ended_is_drawn_to_the_end():
    picture = moment(("front", call("A/M", 0, None)), now=400)
    assert picture.until(picture.spans[0]) == pytest.approx(0.4)
    assert "1 call had not ended when the recording did." in picture.remarks
