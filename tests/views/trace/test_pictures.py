"""The two pictures of a trace."""

from __future__ import annotations

from helpers import display
from helpers.text import breakable
from helpers.views.trace.html import trace_html
from helpers.views.trace.moment import Moment
from helpers.views.trace.text import trace_text

from .calls import CLIENT, call, moment, placed_order, with_messages

CHAIN = [
    ("front", call("A/Front", 0, 502, 4, timeout="505m")),
    ("quote", call("B/Quote", 52, 503, by=CLIENT, timeout="454m")),
    ("depot", call("C/Depot", 105, 505, by=CLIENT, timeout="401m")),
]
KNOWN = {"depot": ("quote",)}


def classes(tree, name: str) -> list[dict]:
    return [attributes for _, attributes in tree.elements if name in (attributes.get("class") or "").split()]


def test_a_row_a_call_beneath_its_server(parse):
    picture = moment(*placed_order())
    tree = parse(trace_html(picture))
    assert [a["data-call"].split("/")[0] for _, a in tree.elements if "data-call" in a] == [
        "front",
        "quote",
        "billing",
        "depot",
    ]
    images = [a for tag, a in tree.elements if tag == "svg" and a.get("role") == "img"]
    assert len(images) == 4
    for span in picture.spans:
        assert f"{span.server}{span.method}" in tree.text, "both in one cell"
        assert span.describe() in tree.text
    assert tree.text.count("✓ 0 OK") == 4


def test_bars_stand_where_their_times_are(parse):
    tree = parse(trace_html(moment(*placed_order())))
    bars = [(bar["x"], bar["width"]) for bar in classes(tree, "gv-tr-bar")]
    assert bars == [("0.00%", "100.00%"), ("10.00%", "20.00%"), ("35.00%", "25.00%"), ("65.00%", "30.00%")]


def test_the_times_at_both_edges_stay_inside(parse):
    tree = parse(trace_html(moment(("front", call("A/Front", 0, 300)))))
    anchors = [(a["x"], a["text-anchor"]) for tag, a in tree.elements if tag == "text" and "text-anchor" in a]
    assert anchors[0] == ("0.00%", "start")
    assert anchors[-1] == ("100.00%", "end")
    assert {anchor for _, anchor in anchors[1:-1]} == {"middle"}


def test_a_line_from_caller_to_called_crosses_the_rows_between_them(parse):
    tree = parse(trace_html(moment(*placed_order())))
    lines = [line for line in classes(tree, "gv-tr-link") if "x1" not in line]
    # In the row of the front begin three, in that of quote ends one, and two cross, and so on.
    assert len(lines) == 3 + 3 + 2 + 1
    assert len(classes(tree, "gv-tr-tip")) == 3 + 1, "and one in the legend"


def test_a_caller_may_stand_beneath(parse):
    tree = parse(trace_html(moment(*placed_order(), servers=("quote", "billing", "depot", "front"))))
    lines = [line for line in classes(tree, "gv-tr-link") if "x1" not in line]
    assert len(lines) == 3 + 3 + 2 + 1


def test_a_deadline_is_marked_where_it_ends_with_what_was_sent(parse):
    tree = parse(trace_html(moment(*CHAIN, callers=KNOWN)))
    assert len(classes(tree, "gv-tr-deadline")) == 3 + 1
    for sent in ("505m", "454m", "401m"):
        assert sent in tree.text
    assert len(classes(tree, "gv-tr-reset")) == 2 + 1
    assert "✗ 4 DEADLINE_EXCEEDED" in tree.text
    assert tree.text.count("✗ deadline passed") == 2


def test_a_far_deadline_is_told_at_the_right(parse):
    tree = parse(trace_html(moment(("front", call("A/M", 0, 10, timeout="10S")))))
    assert "10S →" in tree.text
    assert "deadline, as it was sent (S: seconds)" in tree.text
    assert [line for line in classes(tree, "gv-tr-deadline") if "%" in line["x1"]] == []


def test_what_is_not_certain_is_dashed_and_asked(parse):
    tree = parse(trace_html(moment(*CHAIN)))
    assert classes(tree, "gv-tr-unsure")
    assert "?" in tree.text
    assert "called by front or quote. The wire does not tell which." in tree.text
    tree = parse(trace_html(moment(*CHAIN, callers=KNOWN)))
    assert classes(tree, "gv-tr-unsure") == []


def test_messages_of_a_stream_are_ticks(parse):
    stream = with_messages(call("A/M", 0, 100), [1], range(10, 100, 10))
    tree = parse(trace_html(moment(("front", stream))))
    ticks = [a for tag, a in tree.elements if tag == "line" and a.get("class") == "gv-tr-message"]
    assert len(ticks) == 10
    thousands = with_messages(call("A/M", 0, 100), [1], (n / 100 for n in range(10_000)))
    tree = parse(trace_html(moment(("front", thousands))))
    assert len(classes(tree, "gv-tr-message")) < 300, "those that would lie on each other are one"


def test_work_that_nobody_waits_for_is_hatched(parse):
    late = [("front", call("A/Front", 0, 200, by=CLIENT)), ("quote", call("B/Quote", 0.1, 400))]
    tree = parse(trace_html(moment(*late)))
    hatched = [bar for bar in classes(tree, "gv-tr-alone") if "%" in bar["x"]]
    assert [(bar["x"], bar["width"]) for bar in hatched] == [("50.00%", "50.00%")]


def test_what_comes_from_the_wire_is_escaped(parse):
    evil = "<img src=x onerror=alert(1)>"
    calls = [(evil, call(evil, 0, 10, 2, details=evil, timeout=evil, x_request_id=evil))]
    tree = parse(trace_html(moment(*calls)))
    assert "img" not in tree.tags()
    assert evil in tree.text


def test_parts_have_names_of_their_own(parse):
    tree = parse(trace_html(moment(*CHAIN, servers=("front", "quote", "depot", "axis"))))
    parts = [a["data-part"] for _, a in tree.elements if "data-part" in a]
    assert len(set(parts)) == len(parts)


def test_as_text():
    lines = trace_text(
        moment(*CHAIN, servers=("front", "quote", "billing", "depot"), callers=KNOWN)
    ).splitlines()
    assert lines == [
        "1 request, 3 calls: 1 DEADLINE_EXCEEDED, 2 deadline passed.",
        "Tied together by time: a call lies within the one that it was made for. No call carries x-request-id.",
        "",
        "         0 s                               506 ms",
        "front",
        "  Front  ██████████████████████████████████████|   ✗ 4 DEADLINE_EXCEEDED, 502 ms, deadline 505m",
        "quote",
        "  Quote      ██████████████████████████████████✗|  ✗ deadline passed, 451 ms, deadline 454m, called by front",
        "billing: no call has come here",
        "depot",
        "  Depot          ██████████████████████████████✗|  ✗ deadline passed, 400 ms, deadline 401m, called by quote",
        "",
        "█ under way   ░ its caller's call has ended   ✗ RST_STREAM   | deadline",
    ]


def test_an_empty_trace_names_its_lanes(parse):
    empty = Moment(("front", "quote"), begun=False)
    assert trace_text(empty).endswith("Lanes: front, quote.")
    tree = parse(trace_html(empty))
    assert "front" in tree.text
    assert "no call" not in tree.text


def test_a_moment_shows_itself_without_script():
    picture = moment(*CHAIN)
    bundle = picture._repr_mimebundle_()
    assert bundle == display.static(picture)
    assert set(bundle) == {"text/html", "text/plain"}
    assert trace_html(picture) in bundle["text/html"]
    assert breakable(bundle["text/plain"]) == breakable(trace_text(picture))
