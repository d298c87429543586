"""The whiteboard: its segments over a real stream in both directions, and its pictures."""

from __future__ import annotations

import threading

import grpc
import pytest

from helpers.views.kit import lifecycle
from helpers.views.kit.serial import WAITING_CALLS
from helpers.views.whiteboard import LineSegment, Whiteboard
from helpers.views.whiteboard.html import MOST_SEGMENTS, join_lines
from tests.views.fanout import PATIENCE, dispatch_pb2, dispatching, until


@pytest.fixture
def dispatch():
    with dispatching() as made:
        yield made


@pytest.fixture
def board():
    made = Whiteboard("left", "right")
    yield made
    made.close()
    until(lambda: leftovers() == [])


def leftovers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name in ("view updates", "whiteboard")]


def message(author, segment):
    ends = {name: getattr(segment, name) for name in ("x1", "y1", "x2", "y2")}
    return dispatch_pb2.DrawRequest(author=author, segment=dispatch_pb2.Segment(**ends))


def draw_over(stub, board, name):
    """What a lesson's cell does: one call, fed by the panel, and a thread that reads the answers."""
    call = stub.Draw(message(name, segment) for segment in board.segments(name))

    def receive():
        try:
            for reply in call:
                board.add(name, reply.segment, author=reply.author)
        except grpc.RpcError:
            pass

    reader = threading.Thread(target=receive, daemon=True)
    reader.start()
    board.hold(call, name)
    return reader


def test_what_is_drawn_left_is_seen_right_over_two_streams(dispatch, board):
    stub, servicer = dispatch
    readers = [draw_over(stub, board, name) for name in board.names]
    until(lambda: len(servicer.clients) == 2)
    board.draw("left", [(0.1, 0.1), (0.2, 0.2), (0.5, 0.7)])
    until(lambda: board._counts["right"] == [0, 2])
    board.draw("right", [(0.9, 0.9), (0.8, 0.9)])
    until(lambda: board._counts == {"left": [2, 1], "right": [1, 2]})
    text = board.static()["text/plain"]
    assert "left: 1 line by left, 1 line by right; 2 segments drawn, 1 received" in text
    assert "right: 1 line by left, 1 line by right; 1 segment drawn, 2 received" in text
    lines = {panel: join_lines(i for i in board.events.items if i["panel"] == panel) for panel in (0, 1)}
    assert sorted(lines[0]) == sorted(lines[1]), "what arrives is what was drawn"
    board.close()
    for reader in readers:
        reader.join(PATIENCE)
        assert not reader.is_alive(), "no call is left open"


def test_callbacks_get_segments_in_order_from_zero_to_one(board):
    got = []
    board.on_stroke("left", got.append)
    board.draw("left", [(0, 0), (0.5, 1), (2, -1)])
    until(lambda: len(got) == 2)
    assert got == [LineSegment("left", 0, 0, 0.5, 1), LineSegment("left", 0.5, 1, 1, 0)]
    board.on_stroke("left", None)
    board.draw("left", [(0, 0), (1, 1)])
    until(lambda: leftovers() == [])
    assert len(got) == 2


def test_a_pen_that_does_not_move_makes_a_dot(board):
    segments = board.segments("left")
    board.draw("left", [(0.5, 0.5)])
    assert next(segments) == LineSegment("left", 0.5, 0.5, 0.5, 0.5)
    assert "1 line by left" in board.static()["text/plain"]


def test_pieces_of_one_line_are_drawn_as_one_line(board, parse):
    for n in range(10):
        board.add("right", LineSegment("left", n / 10, 0.5, (n + 1) / 10, 0.5))
    board.add("right", LineSegment("left", 0, 0, 1, 1))
    tree = parse(board.static()["text/html"].partition("</style>")[2])
    assert len([tag for tag, _ in tree.elements if tag == "polyline"]) == 2


def test_an_exception_in_the_callback_is_shown_and_the_next_segment_goes_on(board, parse):
    got = []

    def callback(segment):
        got.append(segment)
        if len(got) == 1:
            raise LookupError("<b>no board</b>")

    board.on_stroke("left", callback)
    board.draw("left", [(0, 0), (0.5, 1), (1, 1)])
    until(lambda: len(got) == 2 and board._problem)
    tree = parse(board.static()["text/html"].partition("</style>")[2])
    assert "b" not in tree.tags()
    assert "<b>no board</b>" in tree.text
    assert 'raise LookupError("<b>no board</b>")' in board.static()["text/plain"]


def test_a_callback_that_blocks_holds_nothing_up(board):
    release = threading.Event()
    board.on_stroke("left", lambda segment: release.wait(PATIENCE))
    board.draw("left", [(n / 2000, 0.5) for n in range(WAITING_CALLS + 200)])
    assert "newer ones are dropped" in board.static()["text/plain"]
    release.set()
    board.stop()


@pytest.mark.parametrize("how", ["stop", "close", "stop_all"])
def test_stopping_ends_iterators(dispatch, how):
    stub, _ = dispatch
    board = Whiteboard("left", "right")
    call = stub.Draw(message("left", segment) for segment in board.segments("left"))
    board.draw("left", [(0, 0), (1, 1)])
    {"stop": board.stop, "close": board.close, "stop_all": lifecycle.stop_all}[how]()
    assert list(call) == [], "the requests ended, so the server ended the call"
    assert call.code() is grpc.StatusCode.OK
    until(lambda: leftovers() == [])
    board.close()


def test_asking_for_segments_again_ends_the_earlier_reader(board):
    first = board.segments("left")
    second = board.segments("left")
    assert list(first) == []
    board.draw("left", [(0, 0), (1, 1)])
    assert next(second).x2 == 1


def test_memory_is_bounded_and_clear_wipes(board):
    for n in range(MOST_SEGMENTS + 500):
        board.add("left", LineSegment("left", 0, n % 7 / 7, 1, 0))
    assert len(board.events.items) == MOST_SEGMENTS
    assert board._counts["left"] == [0, MOST_SEGMENTS + 500]
    board._receive({"type": "clear"})
    assert len(board.events.items) == 0
    assert "left: empty; 0 segments drawn, 0 received" in board.static()["text/plain"]
    board._pacer.flush(PATIENCE)
    assert (board.news["epoch"], board.news["items"]) == (1, [])


def test_names_authors_and_sayings_are_text(parse):
    evil = "<img src=x onerror=alert(1)>"
    board = Whiteboard(evil)
    board.add(evil, LineSegment(evil + "2", 0, 0, 1, 1))
    board.say(evil, evil)
    tree = parse(board.static()["text/html"].partition("</style>")[2])
    assert "img" not in tree.tags()
    assert evil + "2" in tree.text
    board.close()


def test_panels_that_are_not_there_are_refused(board):
    for act in (board.segments, lambda name: board.on_stroke(name, print), lambda name: board.say(name, "")):
        with pytest.raises(KeyError, match="left, right"):
            act("middle")
    with pytest.raises(ValueError, match="names"):
        Whiteboard("left", "left")


def test_a_page_that_fell_behind_gets_everything(board):
    for n in range(200):
        board.add("left", LineSegment("left", n / 200, 0, n / 200, 1))
    board._pacer.flush(PATIENCE)
    assert board.news["count"] == 200
    whole = board.get_state("snapshot")["snapshot"]
    assert (whole["first"], whole["count"], len(whole["items"])) == (0, 200, 200)
    sent = []
    board.send_state = sent.append
    board._receive({"type": "behind"})
    assert sent == ["snapshot"]
