"""The city map as a learner uses it: couriers move while a stream runs, and a drawn route is a request stream."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.live_notebook import (
    PATIENCE,
    TRACKING,
    drag,
    keeps_its_width,
    open_cells,
    run_cell,
    threads,
    until_value,
)

MAP = """
from helpers.views.citymap import CityMap

city = CityMap()
city.place("Depot", 1, 1, kind="depot")
city.place("P-1", 7, 5, kind="parcel")
city.place("Mill Lane 4", 8, 6, kind="goal")
city
"""
TRACK = """
for reply in tracking.TrackParcel(tracking_pb2.TrackParcelRequest(parcel_id="P-1")):
    city.move("Ada", reply.position.x_km, reply.position.y_km)
city.say("P-1 has arrived.", "done")
"""
ON_STROKE = """
def start(points):
    summary = tracking.RecordRoute(record(point) for point in points)
    return f"{summary.points} points, {summary.distance_km:.1f} km"


city.on_stroke(start)
"""
BROKEN = """
def start(points):
    raise LookupError("<b>no street</b>")


city.on_stroke(start)
"""
BLOCKING = """
summary = tracking.RecordRoute(record(point) for point in city.points())
print(summary.points, "points arrived")
"""
FUTURE = "call = tracking.RecordRoute.future(record(point) for point in city.points())"


@pytest.fixture
def open_map(lab):
    """Open a notebook with a server, a map and further cells, and run it; returns it, and the map's output."""

    def build(*more: str, run: bool = True):
        notebook = open_cells(lab, "map", TRACKING, MAP, *more)
        if run:
            notebook.run_all()
        else:
            run_cell(notebook, 0)
            run_cell(notebook, 1)
            notebook.wait_drawn()
        return notebook, notebook.cell("cell-1").locator(".jp-OutputArea-output")

    return build


def status(output):
    return output.locator(".gv-city-status")


def test_couriers_move_as_messages_arrive_and_stay_when_the_page_is_loaded_anew(open_map):
    notebook, output = open_map(TRACK)
    expect(status(output)).to_have_text("✓ P-1 has arrived.", timeout=PATIENCE)
    expect(output.locator(".gv-city-list")).to_contain_text("8.00, 6.00 km · 1,201 positions")
    expect(output.locator(".gv-city-marker .gv-city-label")).to_have_text(
        ["Depot", "P-1", "Mill Lane 4", "Ada"]
    )
    assert output.locator(".gv-city-drawable").count() == 0, "a map that nobody draws on takes no keys"
    assert notebook.errors() == []
    for theme in ("light", "dark"):
        notebook.set_theme(theme)
        notebook.screenshot(f"citymap-{theme}", output)
    assert keeps_its_width(notebook, output)

    notebook.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    notebook.page.goto(notebook.page.url.replace("?reset", "").replace("&reset", ""))
    expect(notebook.page.locator(".gv-city-list")).to_contain_text("1,201 positions", timeout=PATIENCE)


def test_a_drawn_route_is_a_call(open_map):
    notebook, output = open_map(ON_STROKE)
    surface = output.locator(".gv-city-map")
    drag(notebook, surface, [(0.2, 0.2), (0.5, 0.4), (0.8, 0.7)], lift=False)
    until_value(notebook, "Tracking.open_calls", 1)
    expect(status(output)).to_contain_text("Drawing")
    notebook.page.mouse.up()
    expect(status(output)).to_contain_text("points, 7.", timeout=PATIENCE)
    expect(status(output)).to_contain_text("✓")
    until_value(notebook, "Tracking.open_calls", 0)
    points = notebook.value("[list(point) for point in city.strokes[-1]]")
    assert len(points) > 10
    times = [point[2] for point in points]
    assert times == sorted(times)
    # The ink of the page gives way to what Python has received.
    expect(output.locator(".gv-pen-ink")).to_have_count(0)
    expect(output.locator(".gv-city-stroke")).to_have_count(1)
    assert notebook.errors() == []
    for theme in ("light", "dark"):
        notebook.set_theme(theme)
        notebook.screenshot(f"citymap-drawn-{theme}", output)
    assert keeps_its_width(notebook, output)


def test_keyboard_finger_and_button_draw_too(open_map):
    notebook, output = open_map(ON_STROKE)
    surface = output.locator(".gv-city-map")
    active = "jupyterapp.shell.currentWidget.content.activeCellIndex"
    surface.focus()
    before = notebook.page.evaluate(active)
    for key in ("ArrowLeft", "ArrowLeft", "Enter", "ArrowDown", "ArrowDown", "Shift+ArrowRight"):
        notebook.page.keyboard.press(key)
    expect(output.locator(".gv-pen-told")).to_contain_text("Drawing, 5.50, 3.50 km", timeout=PATIENCE)
    notebook.page.keyboard.press("Enter")
    expect(status(output)).to_have_text("✓ 4 points, 1.5 km", timeout=PATIENCE)
    assert notebook.page.evaluate(active) == before, "the arrow keys stay on the map"
    drawn = notebook.value("[list(point[:2]) for point in city.strokes[-1]]")
    assert drawn == [[4.5, 4], [4.5, 3.75], [4.5, 3.5], [5.5, 3.5]]

    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    touch = notebook.page.context.new_cdp_session(notebook.page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    for kind, share in (("touchStart", 0.3), ("touchMove", 0.4), ("touchMove", 0.6), ("touchEnd", None)):
        points = [] if share is None else [{"x": box["x"] + share * box["width"], "y": box["y"] + 200}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        notebook.page.wait_for_timeout(50)
    expect(status(output)).to_contain_text("✓ 3 points", timeout=PATIENCE)

    output.get_by_role("button", name="Draw a route for me").click()
    expect(status(output)).to_contain_text("✓ 81 points, 12.0 km", timeout=PATIENCE)
    assert notebook.errors() == []


def test_a_cell_that_waits_for_the_pen_can_be_stopped_and_says_what_to_do(open_map):
    notebook, output = open_map(BLOCKING, FUTURE, run=False)
    run_cell(notebook, 2, wait=False)
    surface = output.locator(".gv-city-drawable")
    surface.wait_for()
    drag(notebook, surface, [(0.3, 0.3), (0.6, 0.6)])
    # Whether a kernel hears a page while it runs a cell differs between versions of ipykernel.
    busy = output.get_by_text("The kernel is running a cell")
    printed = notebook.cell("cell-2").locator(".jp-OutputArea-output").get_by_text("points arrived")
    busy.or_(printed).filter(visible=True).first.wait_for(timeout=PATIENCE)
    notebook.screenshot("citymap-busy", output)
    notebook.page.evaluate("jupyterapp.commands.execute('notebook:interrupt-kernel')")
    notebook.wait_idle()
    expect(busy).to_be_hidden(timeout=PATIENCE)
    assert [error for error in notebook.errors() if "KeyboardInterrupt" not in error] == []

    run_cell(notebook, 3)
    drag(notebook, surface, [(0.3, 0.3), (0.6, 0.6)])
    until_value(notebook, "call.done()", True)
    assert notebook.value("call.result().points") > 5, "the kernel, the server and the map go on"
    until_value(notebook, "Tracking.open_calls", 0)


def test_running_the_cell_again_in_mid_stroke_leaves_nothing_open(open_map):
    notebook, output = open_map(ON_STROKE)
    drag(notebook, output.locator(".gv-city-map"), [(0.2, 0.2), (0.5, 0.5)], lift=False)
    until_value(notebook, "Tracking.open_calls", 1)
    run_cell(notebook, 1)
    until_value(notebook, "Tracking.open_calls", 0)
    notebook.page.mouse.up()
    until_value(
        notebook, "len([t for t in threading.enumerate() if t.name in ('stroke', 'view updates')])", 0
    )
    expect(notebook.page.locator(".gv-city")).to_have_count(1)
    widgets = "sum(type(w).__name__ == 'CityMap' for w in __import__('ipywidgets').widgets.widget._instances.values())"
    assert notebook.value(widgets) == 1
    assert notebook.errors() == []


def test_stop_all_in_mid_stroke_ends_the_call_and_the_map_draws_again(open_map):
    notebook, output = open_map(ON_STROKE, BROKEN, run=False)
    run_cell(notebook, 2)
    surface = output.locator(".gv-city-map")
    drag(notebook, surface, [(0.2, 0.2), (0.5, 0.5)], lift=False)
    until_value(notebook, "Tracking.open_calls", 1)
    assert notebook.value("views.stop_all()") is None
    until_value(notebook, "Tracking.open_calls", 0)
    assert threads(notebook, "stroke") == []
    notebook.page.mouse.up()
    drag(notebook, surface, [(0.7, 0.2), (0.5, 0.5)])
    until_value(notebook, "len(city.strokes)", 2)

    run_cell(notebook, 3)
    drag(notebook, surface, [(0.3, 0.3), (0.6, 0.6)])
    expect(output.locator(".gv-card")).to_contain_text("<b>no street</b>", timeout=PATIENCE)
    expect(output.locator(".gv-card pre")).to_contain_text("raise LookupError")
    notebook.screenshot("citymap-error", output)
    assert notebook.errors() == []
