"""A servicer that streams a ride, and refuses before its first message."""

from __future__ import annotations

import grpc

from ..engine import CallResult, Check, Raised, WriteServicer, raises, wrong
from .setup import TRACKING
from .sights import Place, request, text

# As in the stub below.
_ROUTES: dict[str, list[Place]] = {
    "P-1": [(1, 1), (1, 4), (5, 4)],
    "P-2": [(2, 2), (2, 3), (2, 2)],
    "P-3": [(7, 1)],
}
_NEW: list[Place] = [(0, 0), (0.5, 2), (0.5, 2)]
_AGAIN = "P-1 was asked for before, and its ride was right. Now it is not: is something taken out of the route, as by `pop`?"


def _check_whole_route(check: Check) -> None:
    unknown = {
        grpc.StatusCode.OK: "The stream ended well, with nothing in it: the customer believes in a parcel that is not "
        "there. End the call with a status instead.",
        KeyError: "A `dict` raises KeyError for a key that it does not have, and the client gets UNKNOWN. Look first, "
        "then answer with NOT_FOUND.",
        Raised: "What you raise reaches the client as UNKNOWN. `context.abort(code, text)` sends a status that "
        "means something.",
        grpc.StatusCode.INVALID_ARGUMENT: "INVALID_ARGUMENT says that no such number could ever be right. This one is "
        "well-formed; there is just no parcel for it: NOT_FOUND.",
    }
    with check.serve() as tracking:
        for parcel_id, places in _ROUTES.items():
            _expect_ride(tracking.call("TrackParcel", request(parcel_id)), places)
        _expect_ride(tracking.call("TrackParcel", request("P-1")), _ROUTES["P-1"], _AGAIN)
        for parcel_id in ("P-404", "Q-7"):
            refused = tracking.call("TrackParcel", request(parcel_id))
            refused.expect_status(grpc.StatusCode.NOT_FOUND, naming=parcel_id, diagnosis=unknown)
            early = "A message went out before the refusal, and the customer's map shows it already. Look first, then send."
            count = len(refused.replies)
            refused.expect(not count, "no message before the status", f"{count} before it", early)
        routes = getattr(tracking.servicer, "routes", None)
        if isinstance(routes, dict):
            routes["P-9"] = list(_NEW)  # a parcel of today, which nobody can have written into the handler
            _expect_ride(tracking.call("TrackParcel", request("P-9")), _NEW)


def _expect_ride(call: CallResult, places: list[Place], otherwise: str = "") -> None:
    refused = otherwise or "This parcel is in `self.routes`, and it was refused."
    call.expect(call.code is grpc.StatusCode.OK, "OK", call.code.name, refused)
    actual = [(reply.position.x_km, reply.position.y_km) for reply in call.replies]
    diagnosis = "These are not the places of the route, in its order."
    if actual == places[:-1]:
        diagnosis = "The last place is missing, and that is the customer's door."
    elif actual and set(actual) == {(0, 0)}:
        diagnosis = (
            "Every position reads as 0, as one does that is not set. `x_km` and `y_km` belong into a `Position`, "
            "and that into `position`."
        )
    call.expect(actual == places, text(places), text(actual), otherwise or diagnosis)
    flags = [reply.arrived for reply in call.replies]
    wanted = [False] * (len(places) - 1) + [True]
    diagnosis = "`arrived` is true on the last message alone: the one with which the parcel is there."
    if not any(flags):
        diagnosis = "The parcel never arrives, so a client that waits for `arrived` would not know that the ride is over."
    elif flags == [place == places[-1] for place in places]:
        diagnosis = (
            "This courier passes the door before the ride is over, so the place alone does not tell. "
            "Which message is the last one?"
        )
    call.expect(flags == wanted, f"arrived={wanted}", f"arrived={flags}", diagnosis)


whole_route = WriteServicer(
    title="A ride, place by place",
    task="""
        **Input:** a `TrackParcelRequest` with a `parcel_id`; the places that the courier comes by are in
        `self.routes`, by parcel.

        **Goal:** send one message for each place, in order, with `arrived` set on the last message and on no
        other. Where there is no such parcel, end the call with `NOT_FOUND` and a text that names it, before
        anything is sent.

        **Example:** `P-1` gives three messages, and the third, at (5, 4), says that the parcel has arrived.
        `P-2` leads around a block: its first place is its last one, too.
    """,
    services=[TRACKING],
    check=_check_whole_route,
    hints=[
        "`self.routes.get(request.parcel_id)` gives None for an unknown parcel; `context.abort` works in a generator, "
        "too.",
        "`for number, (x, y) in enumerate(route, start=1):` counts the places while it goes through them.",
        "The last one is where `number == len(route)`. `yield tracking_pb2.TrackParcelResponse(position=..., "
        "arrived=...)` sends a message.",
    ],
    reason="A generator runs when its first message is wanted, so it can still refuse with nothing sent. What makes a "
    "message the last one is its place in the order, not what is in it.",
    wrong_answers=[
        wrong("is something taken out of the route").whole("""
            class Routes(tracking_pb2_grpc.TrackingServiceServicer):
                def __init__(self):
                    self.routes = {
                        "P-1": [(1, 1), (1, 4), (5, 4)],
                        "P-2": [(2, 2), (2, 3), (2, 2)],
                        "P-3": [(7, 1)],
                    }

                def TrackParcel(self, request, context):
                    route = self.routes.get(request.parcel_id)
                    if route is None:
                        context.abort(grpc.StatusCode.NOT_FOUND, f"there is no parcel {request.parcel_id}")
                    while route:
                        x, y = route.pop(0)
                        position = tracking_pb2.Position(x_km=x, y_km=y)
                        yield tracking_pb2.TrackParcelResponse(position=position, arrived=not route)
        """),
        wrong("never arrives", (" == len(route)", " > len(route)")),
        wrong("true on the last message alone", ("number == len(route)", "True")),
        wrong("passes the door before", ("number == len(route)", "(x, y) == route[-1]")),
        wrong("never arrives", (", start=1", "")),
        wrong("The last place is missing", ("enumerate(route, start=1)", "enumerate(route[:-1], start=2)")),
        wrong("belong into a `Position`", ("x_km=x, y_km=y", "")),
        wrong("in its order", ("enumerate(route,", "enumerate(sorted(route, reverse=True),")),
        wrong("believes in a parcel that is not").diff("""
            -            context.abort(grpc.StatusCode.NOT_FOUND, f"there is no parcel {request.parcel_id!r}")
            +            return
        """),
        wrong("This one is well-formed", ("NOT_FOUND", "INVALID_ARGUMENT")),
        wrong("let it name `P-404`", ('f"there is no parcel {request.parcel_id!r}"', '"not found"')),
        wrong("it was refused", ("if route is None", "if True")),
        wrong("went out before the refusal").diff("""
                     if route is None:
            +            yield tracking_pb2.TrackParcelResponse()
            +        if route is None:
        """),
        wrong("hand over each with `yield`", ("yield tracking_pb2", "return tracking_pb2")),
        wrong("collects all replies").whole("""
            class Routes(tracking_pb2_grpc.TrackingServiceServicer):
                def __init__(self):
                    self.routes = {"P-1": [(1, 1), (1, 4), (5, 4)], "P-2": [(2, 2)], "P-3": [(7, 1)]}

                def TrackParcel(self, request, context):
                    return [
                        tracking_pb2.TrackParcelResponse(position=tracking_pb2.Position(x_km=x, y_km=y))
                        for x, y in self.routes[request.parcel_id]
                    ]
        """),
        raises("Look first, then answer", (".get(request.parcel_id)", "[request.parcel_id]")),
        raises(
            "reaches the client as UNKNOWN",
            ("context.abort(grpc.StatusCode.NOT_FOUND, ", "raise LookupError("),
        ),
    ],
)
