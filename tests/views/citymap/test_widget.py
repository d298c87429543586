"""The city map: its streets, its pictures, and its points as requests of real calls."""

from __future__ import annotations

import itertools
import math
import threading
import time

import grpc
import pytest

from helpers import protos, serve, servers
from helpers.views.citymap import CityMap, streets
from helpers.views.citymap.html import MOST_MARKERS, TRACK, TRAIL
from helpers.views.kit import lifecycle
from helpers.views.kit.geometry import along, length

PATIENCE = 30.0  # for what must happen; nothing here depends on how long it takes
tracking_pb2, tracking_pb2_grpc = protos.load("courier/v1/tracking.proto")


@pytest.fixture
def city():
    made = CityMap()
    yield made
    made.close()
    until(lambda: leftovers() == [])


@pytest.fixture
def tracking():
    """A stub of a real tracking server."""
    server = serve(Tracking())
    with grpc.insecure_channel(server.address) as channel:
        yield tracking_pb2_grpc.TrackingServiceStub(channel)
    servers.stop_all()


class Tracking(tracking_pb2_grpc.TrackingServiceServicer):
    def TrackParcel(self, request, context):
        for x, y in along(streets.route((1, 1), (8, 6)), 0.5):
            yield tracking_pb2.TrackParcelResponse(position=tracking_pb2.Position(x_km=x, y_km=y))

    def RecordRoute(self, requests, context):
        points = []
        for request in requests:
            if request.position.y_km > 6.9:
                context.abort(grpc.StatusCode.OUT_OF_RANGE, "beyond the city's edge")
            points.append((request.position.x_km, request.position.y_km))
        return tracking_pb2.RecordRouteResponse(points=len(points), distance_km=length(points))


def request(point):
    return tracking_pb2.RecordRouteRequest(position=tracking_pb2.Position(x_km=point.x, y_km=point.y))


def leftovers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name in ("view updates", "stroke")]


def until(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def on_street(point) -> bool:
    return math.dist(point, streets.nearest(point)) < 1e-9


@pytest.mark.parametrize(
    ("start", "end", "corners"),
    [
        ((1, 1), (1, 3), [(1, 1), (1, 3)]),
        ((0, 0), (2, 1), [(0, 0), (2, 0), (2, 1)]),
        ((4.2, 1), (4.8, 1), [(4.2, 1), (4.8, 1)]),
        ((1.3, 2.6), (1.3, 2.6), [(1, 2.6)]),
        ((3, 0), (4, 0), [(3, 0), (3, 1), (4, 1), (4, 0)]),
    ],
)
def test_routes_keep_to_the_streets_and_cross_the_river_on_bridges(start, end, corners):
    found = streets.route(start, end)
    assert len(found) == len(corners)
    assert length(found) == pytest.approx(length(corners))
    assert found[0] == corners[0]
    assert found[-1] == corners[-1]


def test_every_place_can_be_reached():
    places = [(x + 0.37, y + 0.21) for x, y in itertools.product(range(-1, 11, 3), range(-1, 8, 2))]
    for start, end in itertools.product(places, places):
        route = streets.route(start, end)
        assert (route[0], route[-1]) == (streets.nearest(start), streets.nearest(end))
        assert all(on_street(point) for point in along(route, 0.25))
        for (x0, y0), (x1, y1) in itertools.pairwise(route):
            assert x0 == x1 or y0 == y1
        back = streets.route(end, start)
        assert length(back) == pytest.approx(length(route))


def test_points_along_a_line_have_equal_steps():
    points = along([(0, 0), (1, 0), (1, 0.25)], 0.3)
    assert points == [(0, 0), (0.3, 0), (0.6, 0), (0.9, 0), (1, 0.2), (1, 0.25)]
    assert along([(2, 2)], 0.5) == [(2, 2)]
    assert along([], 0.5) == []
    with pytest.raises(ValueError, match="step"):
        along([(0, 0), (1, 1)], 0)


def test_messages_of_a_stream_become_a_trail(city, tracking):
    city.place("Depot", 1, 1, kind="depot")
    for reply in tracking.TrackParcel(tracking_pb2.TrackParcelRequest(parcel_id="P-1")):
        city.move("Ada", reply.position.x_km, reply.position.y_km)
    city.say("delivered", "done")
    text = city.static()["text/plain"]
    assert "Depot, depot, at 1.00, 1.00 km" in text
    assert "Ada, courier, at 8.00, 6.00 km, 25 positions" in text
    assert text.endswith("✓ delivered")
    city._pacer.flush(PATIENCE)
    assert city.content["parts"]["layer"].count("gv-city-trail") == 1
    assert "delivered" in city.content["parts"]["status"]


def test_a_thousand_moves_are_few_updates_and_the_last_is_shown(city):
    updates = []
    city.observe(lambda change: updates.append(change["new"]), "content")
    for number in range(5000):
        city.move("Ada", number % 10, 3)
    city.move("Ada", 4.25, 3)
    city._pacer.flush(PATIENCE)
    assert len(updates) < 500
    assert "4.25, 3.00 km" in updates[-1]["parts"]["list"]
    assert "5,001 positions" in updates[-1]["parts"]["list"]


def test_what_is_drawn_is_bounded(city):
    for courier in range(MOST_MARKERS + 5):
        for step in range(TRAIL + 50):
            city.move(f"C{courier}", step % 10, courier % 7)
    city._pacer.flush(PATIENCE)
    layer = city.content["parts"]["layer"]
    assert layer.count("<title>") == MOST_MARKERS
    assert layer.count("h0") == MOST_MARKERS * TRAIL
    for picture in city.static().values():
        assert f"The first {MOST_MARKERS} of {MOST_MARKERS + 5} markers are drawn." in picture


def test_a_long_way_is_drawn_whole_and_straight_parts_cost_nothing(city):
    way = streets.route((0, 0), (9, 6))
    for x, y in along(way, 0.01):
        city.move("Ada", x, y)
    marker = city._markers["Ada"]
    assert marker.track == way
    assert len(marker.trail) == TRAIL
    for step in range(10_000):
        city.move("Ben", step % 7, step % 3)
    assert len(city._markers["Ben"].track) <= TRACK
    assert city._markers["Ben"].track[0] == (0, 0)


def test_a_page_learns_that_it_was_heard(city):
    city._take_message(city, {"type": "pen", "phase": "down", "key": "k", "points": [], "ack": "7"}, [])
    assert city.acknowledged == "7"
    assert city._strokes.drawing
    city.stop()


def test_a_place_off_the_map_is_drawn_at_its_edge_and_said(city):
    city.move("Ada", 12, -3)
    assert "Ada, courier, at 12.00, -3.00 km (off the map)" in city.static()["text/plain"]
    assert "translate(1000 700)" in city._static_html()
    with pytest.raises(ValueError, match="finite"):
        city.move("Ada", float("nan"), 1)


def test_labels_and_statuses_are_text(city, parse):
    evil = "<img src=x onerror=alert(1)>"
    city.place(evil, 1, 1, kind="goal")
    city.move(evil + "2", 2, 2)
    city.say(evil, "failed")
    tree = parse(city._static_html())
    assert "img" not in tree.tags()
    assert evil in tree.text


def test_empty_and_cleared_maps_say_so(city):
    for act in (lambda: None, lambda: (city.move("Ada", 1, 1), city.say("x"), city.clear())):
        act()
        for picture in city.static().values():
            assert "Nothing is on the map yet." in picture
            assert "Ada" not in picture


def test_words_that_are_not_known_are_refused(city):
    with pytest.raises(ValueError, match="kind"):
        city.place("P-1", 1, 1, kind="plane")
    with pytest.raises(ValueError, match="outcome"):
        city.say("x", "great")


def test_the_widget_carries_its_static_faces(city):
    city.place("P-1", 2, 2)
    data = city._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "P-1" in data["text/html"]
    assert "P-1" in data["text/plain"]
    assert "P-1" in city.get_state("snapshot")["snapshot"], (
        "a page that is loaded anew gets what is there now"
    )


def test_a_stroke_is_the_request_stream_of_a_call(city, tracking):
    def start(points):
        reply = tracking.RecordRoute(request(point) for point in points)
        return f"{reply.points} points, {reply.distance_km:.1f} km"

    city.on_stroke(start)
    city.draw([(1, 1), (4, 1), (4, 5)])
    assert str(city._status) == "✓ 3 points, 7.0 km"
    assert [len(stroke) for stroke in city.strokes] == [3]
    assert "a drawn route of 3 points" in city.static()["text/plain"]


def test_points_feed_a_call_that_was_started_before_the_pen(city, tracking):
    def requests():
        for point in city.points():
            yield request(point)

    call = tracking.RecordRoute.future(requests())
    until(lambda: city.drawable)
    city.draw([(0, 0), (3, 4)], seconds=0.05)
    reply = call.result(PATIENCE)
    assert (reply.points, reply.distance_km) == (2, 5.0)


def test_a_call_that_fails_is_told_on_a_card(city, tracking):
    def start(points):
        tracking.RecordRoute(request(point) for point in points)

    city.on_stroke(start)
    city.draw([(1, 1), (1, 7), (1, 1)])
    text = city.static()["text/plain"]
    assert "The call ended with OUT_OF_RANGE: beyond the city's edge" in text.replace("`", "")
    assert "tracking.RecordRoute(request(point)" in text, "with the learner's line"
    city.draw([(2, 2)])
    assert "OUT_OF_RANGE" not in city.static()["text/plain"], "the next stroke starts afresh"


def test_an_exception_in_the_callback_is_shown_as_text(city, parse):
    def start(points):
        next(points)
        raise LookupError("<b>no such street</b>")

    city.on_stroke(start)
    city.draw([(1, 1), (2, 2)])
    tree = parse(city._static_html())
    assert "b" not in tree.tags()
    assert "<b>no such street</b>" in tree.text
    assert "failed" in city._static_html()


def test_an_exception_in_a_request_generator_ends_the_call(city, tracking):
    def requests(points):
        for point in points:
            yield request(point)
            raise KeyError("in the generator")

    city.on_stroke(lambda points: tracking.RecordRoute(requests(points)))
    city.draw([(1, 1), (2, 2)])
    assert "UNKNOWN" in city.static()["text/plain"]


@pytest.mark.parametrize("how", ["stop", "close", "stop_all"])
def test_stopping_in_mid_stroke_ends_calls_and_threads(tracking, how):
    city = CityMap()
    ended = []
    city.on_stop(lambda: ended.append(how))
    city.on_stroke(lambda points: tracking.RecordRoute(request(point) for point in points).points)
    waiting = tracking.RecordRoute.future(request(point) for point in city.points())
    city._receive({"type": "pen", "phase": "down", "key": "k"})
    city._receive({"type": "pen", "phase": "move", "key": "k", "points": [[1, 1, 0], [2, 2, 0.1]]})
    {"stop": city.stop, "close": city.close, "stop_all": lifecycle.stop_all}[how]()
    assert waiting.result(PATIENCE).points == 2
    until(lambda: leftovers() == [])
    assert ended == [how]
    city.close()


def test_a_held_call_does_not_outlive_its_picture(tracking):
    release = threading.Event()

    def endless():
        yield tracking_pb2.RecordRouteRequest()
        release.wait(PATIENCE)

    city = CityMap()
    first, second = (tracking.RecordRoute.future(endless()) for _ in range(2))
    city.hold(first)
    city.hold(second)
    assert first.code() is grpc.StatusCode.CANCELLED, "the cell was run again"
    city.close()
    assert second.code() is grpc.StatusCode.CANCELLED
    release.set()


def test_asking_for_points_again_ends_the_earlier_reader(city, tracking):
    first = tracking.RecordRoute.future(request(point) for point in city.points())
    second = tracking.RecordRoute.future(request(point) for point in city.points())
    assert first.result(PATIENCE).points == 0
    city.draw([(1, 1)])
    assert second.result(PATIENCE).points == 1


def test_a_map_that_was_stopped_draws_again(city, tracking):
    city.on_stroke(lambda points: tracking.RecordRoute(request(point) for point in points).points)
    city.stop()
    city.draw([(1, 1), (2, 2)])
    assert str(city._status) == "✓ 2"
