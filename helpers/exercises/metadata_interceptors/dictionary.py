"""A question on what becomes of a dictionary, answered by running it."""

from __future__ import annotations

from ..engine import Check, Option, Predict
from .setup import TRACKING, tracking_pb2, tracking_pb2_grpc

_OWN = ("id", "to", "i", "t")


def _observe_dictionary(check: Check) -> tuple[object, str]:
    pairs = [("id", "7"), ("to", "Ada"), ("id", "8")]
    with check.fake_server(GetPosition=tracking_pb2.GetPositionResponse()) as server:
        stub = tracking_pb2_grpc.TrackingServiceStub(server.channel)
        try:
            stub.GetPosition(tracking_pb2.GetPositionRequest(), metadata=dict(pairs), timeout=5)
        except ValueError as error:
            return "ValueError", f"the call raised ValueError: {error}."
        came = {name: value for name, value in server.received()[0].metadata.items() if name in _OWN}
    read = ", ".join(f"`{name}: {value!s}`" for name, value in came.items())
    return tuple(came.items()), f"the call ended with OK, and the handler read {read}."


dictionary = Predict(
    title="Two keys in a dictionary",
    task='A program keeps `pairs = [("id", "7"), ("to", "Ada"), ("id", "8")]` and calls '
    "`stub.GetPosition(request, metadata=dict(pairs))`. What does the handler read?",
    services=[TRACKING],
    observe=_observe_dictionary,
    expected=(("i", "d"), ("t", "o")),
    options=[
        Option(
            "`id: 7`, `to: Ada` and `id: 8`",
            "That would be `metadata=pairs`. A dictionary has room for one value a key, and gRPC does not ask it for "
            "values at all.",
            (("id", "7"), ("to", "Ada"), ("id", "8")),
        ),
        Option(
            "`id: 8` and `to: Ada`",
            "That is what the dictionary holds. What comes out of it, though, when somebody goes through it with `for`?",
            (("id", "8"), ("to", "Ada")),
        ),
        Option(
            "`i: d` and `t: o`",
            "Right: a `for` over a dictionary gives its keys, and each text of two letters is taken for a pair.",
            (("i", "d"), ("t", "o")),
        ),
        Option(
            "Nothing: the call raises `ValueError`",
            "It would, with a key that has one letter, or three. How many have these two?",
            "ValueError",
        ),
    ],
    hints=[
        "That it should be a list is not checked: `for name, value in metadata` goes through whatever is given.",
        "What does `for each in {'id': '8', 'to': 'Ada'}` give, and what does `name, value = each` make of it?",
    ],
    reason="Metadata are pairs and no dictionary, since a key may come twice. What a dictionary holds is sent with "
    "`list(pairs.items())`.",
)
