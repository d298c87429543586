"""Who called whom: what times and request ids tell, and what they leave open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.views.trace.nesting import spans_of

from .calls import CLIENT, MS, call, entries, placed_order, traced


def tree(spans) -> dict[str, str | None]:
    return {name: None if each.parent is None else each.parent.method for name, each in spans.items()}


def may_be(span) -> list[str]:
    return [each.method for each in span.candidates]


def test_calls_one_after_the_other_belong_to_the_one_around_them():
    spans = traced(*placed_order())
    front = "PlaceOrder"
    assert tree(spans) == {front: None, "GetQuote": front, "Charge": front, "ReserveShelf": front}
    assert [each.depth for each in spans.values()] == [0, 1, 1, 1]
    assert {each.tied_by for each in spans.values()} == {None, "time"}
    assert spans["Charge"].whose == "called by front"


def test_the_order_in_which_captures_are_read_does_not_matter():
    ordered = [each.method for each in spans_of(placed_order()[::-1])]
    assert ordered == ["PlaceOrder", "GetQuote", "Charge", "ReserveShelf"]


def chain(**headers: str):
    return [
        ("front", call("A/Front", 0, 100, **headers)),
        ("quote", call("B/Quote", 10, 90, **headers)),
        ("depot", call("C/Depot", 20, 80, **headers)),
    ]


@pytest.mark.parametrize("headers", [{}, {"x_request_id": "7f3a"}])
def test_a_chain_looks_like_two_calls_at_once_and_is_not_guessed(headers):
    spans = traced(*chain(**headers))
    assert spans["Quote"].parent is spans["Front"]
    depot = spans["Depot"]
    assert depot.parent is None
    assert depot.tied_by is None
    assert may_be(depot) == ["Front", "Quote"]
    assert depot.depth == 1, "at least"
    assert depot.root is spans["Front"]
    assert depot.whose == "called by front or quote"


def test_what_is_known_of_the_callers_settles_it():
    spans = traced(*chain(), callers={"depot": ("quote",)})
    assert spans["Depot"].parent is spans["Quote"]
    assert spans["Depot"].depth == 2
    assert spans["Depot"].lineage == (spans["Front"], spans["Quote"])


def test_a_call_that_outlives_an_answer_was_not_made_for_it():
    spans = traced(
        ("front", call("A/Front", 0, 100)),
        ("quote", call("B/Quote", 10, 50)),
        ("depot", call("C/Depot", 20, 80)),
    )
    assert spans["Depot"].parent is spans["Front"], "quote was answered with OK while the depot still worked"


def test_a_call_that_outlives_a_cancelled_one_may_still_be_its():
    spans = traced(("front", call("A/Front", 0, 50, by=CLIENT)), ("quote", call("B/Quote", 10, 100)))
    assert spans["Quote"].parent is spans["Front"]
    assert spans["Quote"].outlived == pytest.approx(0.05)


def test_a_stream_that_was_left_may_go_on_behind_the_answer():
    calls = [("front", call("A/Front", 0, 50)), ("quote", call("B/Stream", 10, 400))]
    stream = traced(*calls)["Stream"]
    assert (stream.parent, may_be(stream)) == (None, ["Front"])
    assert stream.whose == "called from outside, or by front, which has answered before it ended"
    stream = traced(*calls, callers={"quote": ("front",)})["Stream"]
    assert stream.parent.method == "Front"
    assert stream.outlived == pytest.approx(0.35)


def test_the_losers_of_a_race_are_cancelled_with_the_answer():
    spans = traced(
        ("front", call("A/Front", 0, 50)),
        ("quote", call("B/First", 10, 45)),
        ("billing", call("B/Second", 46, 52, by=CLIENT)),
    )
    assert spans["Second"].parent is spans["Front"], "the cancellation came a moment after the answer"


def test_a_server_is_not_its_own_client():
    spans = traced(("front", call("A/One", 0, 100)), ("front", call("A/Two", 10, 50)))
    assert tree(spans) == {"One": None, "Two": None}


def test_two_requests_at_once_are_told_apart_by_their_ids_alone():
    one, two = {"x_request_id": "one"}, {"x_request_id": "two"}
    calls = [
        ("front", "A/One", 0, 100, one),
        ("front", "A/Two", 5, 95, two),
        ("quote", "B/ForOne", 20, 40, one),
        ("quote", "B/ForTwo", 30, 60, two),
    ]
    without = traced(*((lane, call(method, start, end)) for lane, method, start, end, _ in calls))
    assert may_be(without["ForOne"]) == ["One", "Two"]
    assert without["ForOne"].depth == 1
    assert without["ForOne"].root is without["ForOne"]
    spans = traced(*((lane, call(method, start, end, **id_)) for lane, method, start, end, id_ in calls))
    assert spans["ForOne"].parent is spans["One"]
    assert spans["ForTwo"].parent is spans["Two"]
    assert spans["ForTwo"].tied_by == "id"
    assert spans["ForTwo"].request_id == "two"


def test_an_id_that_a_server_made_up_is_that_of_the_call_it_was_made_up_for():
    made = {"x_request_id": "7f3a"}
    spans = traced(
        ("front", call("A/Front", 0, 100)),
        ("quote", call("B/Quote", 10, 50, **made)),
        ("front", call("A/Other", 55, 90)),
        ("depot", call("C/Depot", 60, 80, **made)),
    )
    assert spans["Quote"].parent is spans["Front"]
    assert spans["Quote"].tied_by == "time", "only one of them carries the id"
    assert spans["Depot"].parent is spans["Front"]


def test_where_an_id_is_not_handed_on_time_tells():
    spans = traced(
        ("front", call("A/Front", 0, 100, x_request_id="7f3a")), ("quote", call("B/Quote", 10, 50))
    )
    assert spans["Quote"].parent is spans["Front"]
    assert (spans["Quote"].tied_by, spans["Quote"].request_id) == ("time", None)


def test_another_key_may_carry_the_ids():
    calls = [("front", call("A/Front", 0, 9, trace="t")), ("quote", call("B/Quote", 1, 2, trace="t"))]
    assert [each.request_id for each in spans_of(calls)] == [None, None]
    assert [each.tied_by for each in spans_of(calls, "trace")] == [None, "id"]


def test_a_handler_that_goes_on_after_its_client_has_left():
    late = [("front", call("A/Front", 0, 50, by=CLIENT)), ("billing", call("B/Charge", 60, 90))]
    spans = traced(*late)
    assert spans["Charge"].parent is None
    assert may_be(spans["Charge"]) == ["Front"]
    assert spans["Charge"].whose == "called from outside, or by front, whose handler went on"
    known = {"x_request_id": "7f3a"}
    spans = traced(
        ("front", call("A/Front", 0, 50, by=CLIENT, **known)), ("billing", call("B/Charge", 60, 80, **known))
    )
    assert spans["Charge"].parent is spans["Front"], "the id says which request it belongs to"
    spans = traced(*late, callers={"billing": ("front",)})
    assert spans["Charge"].parent is spans["Front"], "nobody else calls billing"
    assert spans["Charge"].whose == "called by front, whose handler went on"
    assert spans["Charge"].outlived == spans["Charge"].duration


def test_a_client_that_calls_again_is_outside_again():
    known = {"x_request_id": "7f3a"}
    spans = traced(
        ("front", call("A/First", 0, 50, 14, **known)),
        ("quote", call("B/Quote", 10, 40, by=CLIENT, **known)),
        ("front", call("A/Second", 60, 90, **known)),
    )
    assert tree(spans) == {"First": None, "Quote": "First", "Second": None}
    assert spans["Second"].candidates == ()


def test_a_server_that_was_called_does_not_call_back_for_certain():
    at_once = [
        ("front", call("A/First", 0, 100)),
        ("quote", call("B/Quote", 10, 60)),
        ("front", call("A/Second", 20, 40)),
    ]
    second = traced(*at_once)["Second"]
    assert second.parent is None, "two clients at the same time look like this"
    assert second.whose == "called from outside, or by quote"
    assert traced(*at_once, callers={"front": ()})["Second"].whose == "called from outside"
    assert traced(*at_once, callers={"front": ("quote",)})["Second"].whose == "called by quote"
    again = entries(x_request_id="7f3a")
    same_id = [
        (server, replace(each, request_headers=each.request_headers + again)) for server, each in at_once
    ]
    spans = traced(*same_id)
    assert spans["Second"].whose == "called from outside, or by quote", (
        "a client that calls again has the same id"
    )


def test_a_server_may_call_itself_if_that_is_known():
    calls = [("front", call("A/One", 0, 100)), ("front", call("A/Two", 10, 50))]
    assert tree(traced(*calls, callers={"front": ("front",)})) == {"One": None, "Two": "One"}


def test_a_server_that_was_called_from_outside_may_be_called_late_as_well():
    spans = traced(
        ("quote", call("B/Direct", 0, 10)),
        ("front", call("A/Front", 20, 50, by=CLIENT)),
        ("quote", call("B/Late", 60, 80)),
    )
    assert spans["Late"].whose == "called from outside, or by front, whose handler went on"


def test_of_two_that_were_given_up_it_is_not_certain_whose_handler_went_on():
    spans = traced(
        ("front", call("A/One", 0, 50, by=CLIENT)),
        ("front", call("A/Two", 10, 60, by=CLIENT)),
        ("billing", call("C/Charge", 70, 80)),
        callers={"billing": ("front",)},
    )
    assert spans["Charge"].parent is None
    assert may_be(spans["Charge"]) == ["One", "Two"]
    assert spans["Charge"].whose == "called by front, whose handler went on"
    assert spans["Charge"].outlived == 0


def test_what_a_known_caller_does_behind_its_answer_is_not_from_outside():
    calls = [("front", call("A/Front", 0, 50)), ("billing", call("C/Charge", 60, 80))]
    assert traced(*calls)["Charge"].whose == "called from outside"
    charge = traced(*calls, callers={"billing": ("front",)})["Charge"]
    assert (charge.parent, may_be(charge)) == (None, ["Front"])
    assert charge.whose == "called by front, whose call had ended before"


def test_a_call_that_still_runs_holds_what_it_may_have_made():
    spans = traced(("front", call("A/Front", 0, None)), ("quote", call("B/Quote", 10, None)))
    assert spans["Quote"].parent is spans["Front"]
    assert spans["Quote"].end is None


def test_a_call_that_was_under_way_already_does_not_move_the_beginning():
    calls = [("front", call("A/Watch", -5000, None)), ("quote", call("B/Quote", 10, 20))]
    watch, quote = spans_of(calls, since_ns=1000 * MS)
    assert (watch.start, quote.start) == (-5.0, 0.01)
    assert "began 5.00 s before the trace" in watch.describe()


def test_thousands_of_requests_take_no_time_each():
    calls = [
        (lane, call(f"S/M{n}", n * 10 + start, n * 10 + end))
        for n in range(2000)
        for lane, start, end in (("front", 0, 9), ("quote", 1, 8))
    ]
    spans = spans_of(calls)
    assert sum(each.parent is None for each in spans) == 2000
