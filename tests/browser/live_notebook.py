"""Notebooks made for tests of the live views, and what these tests ask of them."""

from __future__ import annotations

import inspect

import nbformat
from playwright.sync_api import Locator

from tools.lab import Lab, OpenNotebook

PATIENCE = 60_000  # milliseconds, for what must happen

TRACKING = """
import threading
import time

import grpc
from helpers import protos, serve, views
from helpers.views.citymap import streets
from helpers.views.kit.geometry import along, length

tracking_pb2, tracking_pb2_grpc = protos.load("courier/v1/tracking.proto")


class Tracking(tracking_pb2_grpc.TrackingServiceServicer):
    open_calls = 0

    def TrackParcel(self, request, context):
        for x, y in along(streets.route((1, 1), (8, 6)), 0.01):
            yield tracking_pb2.TrackParcelResponse(position=tracking_pb2.Position(x_km=x, y_km=y))

    def RecordRoute(self, requests, context):
        Tracking.open_calls += 1
        try:
            points = [(request.position.x_km, request.position.y_km) for request in requests]
            return tracking_pb2.RecordRouteResponse(points=len(points), distance_km=length(points))
        finally:
            Tracking.open_calls -= 1

    def UploadProof(self, requests, context):
        size = sum(len(request.chunk) for request in requests)
        return tracking_pb2.UploadProofResponse(size_bytes=size)


server = serve(Tracking())
channel = grpc.insecure_channel(server.address)
tracking = tracking_pb2_grpc.TrackingServiceStub(channel)


def record(point):
    return tracking_pb2.RecordRouteRequest(position=tracking_pb2.Position(x_km=point.x, y_km=point.y))
"""

DISPATCH = """
import queue
import threading

import grpc
from helpers import protos, serve, views

dispatch_pb2, dispatch_pb2_grpc = protos.load("courier/v1/dispatch.proto")


class Dispatch(dispatch_pb2_grpc.DispatchServiceServicer):
    def __init__(self):
        self.clients = []

    def Talk(self, requests, context):
        return self.share(requests, context, lambda r: dispatch_pb2.TalkResponse(author=r.author, text=r.text))

    def Draw(self, requests, context):
        return self.share(
            requests, context, lambda r: dispatch_pb2.DrawResponse(author=r.author, segment=r.segment)
        )

    def share(self, requests, context, reply):
        outbox = queue.SimpleQueue()
        self.clients.append(outbox)
        context.add_callback(lambda: outbox.put(None))

        def listen():
            try:
                for request in requests:
                    for other in list(self.clients):
                        if other is not outbox:
                            other.put(reply(request))
            except grpc.RpcError:
                pass
            outbox.put(None)

        threading.Thread(target=listen, daemon=True).start()
        try:
            yield from iter(outbox.get, None)
        finally:
            self.clients.remove(outbox)


dispatch = Dispatch()
server = serve(dispatch)
channel = grpc.insecure_channel(server.address)
stub = dispatch_pb2_grpc.DispatchServiceStub(channel)
"""

THREADS = "[t.name for t in __import__('threading').enumerate() if t.name in {names}]"


def open_cells(lab: Lab, name: str, *sources: str, theme: str = "light") -> OpenNotebook:
    """Open a notebook of code cells, named ``cell-0`` and so on."""
    cells = [
        nbformat.v4.new_code_cell(inspect.cleandoc(text), id=f"cell-{n}") for n, text in enumerate(sources)
    ]
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})
    return lab.open(lab.server.write(f"scratch/{name}.ipynb", made), theme=theme)


def in_both_themes(notebook: OpenNotebook, name: str, target: Locator) -> None:
    """Photograph something in the dark theme and in the light one, which stays."""
    for theme in ("dark", "light"):
        notebook.set_theme(theme)
        notebook.screenshot(f"{name}-{theme}", target)


def run_cell(notebook: OpenNotebook, number: int, wait: bool = True) -> None:
    """Run one cell, and wait until the kernel is idle again."""
    notebook.page.evaluate(
        """number => {
            const notebook = jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = number;
            notebook.deselectAll();
            jupyterapp.commands.execute('notebook:run-cell');
        }""",
        number,
    )
    if wait:
        notebook.page.wait_for_timeout(100)
        notebook.wait_idle()


def threads(notebook: OpenNotebook, *names: str) -> list[str]:
    """The names of those threads of the kernel that are among ``names``."""
    return notebook.value(THREADS.format(names=names))


def until_value(notebook: OpenNotebook, expression: str, value: object) -> None:
    """Wait until a Python expression in the kernel has this value."""
    for _ in range(300):
        found = notebook.value(expression)
        if found == value:
            return
        notebook.page.wait_for_timeout(100)
    raise AssertionError(f"{expression} is {found!r}, not {value!r}")


def drag(
    notebook: OpenNotebook, surface: Locator, places: list[tuple[float, float]], lift: bool = True
) -> None:
    """Draw with the mouse; places are shares of the surface's width and height."""
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    notebook.page.mouse.move(*at[0])
    notebook.page.mouse.down()
    for x, y in at[1:]:
        notebook.page.mouse.move(x, y, steps=8)
    if lift:
        notebook.page.mouse.up()


def keeps_its_width(notebook: OpenNotebook, output: Locator) -> bool:
    """Whether nothing sticks out at the side, in a wide and in a narrow window."""
    fits = []
    for width in (1100, 700):
        notebook.page.set_viewport_size({"width": width, "height": 900})
        fits.append(output.evaluate("node => node.scrollWidth <= node.clientWidth"))
    return all(fits)
