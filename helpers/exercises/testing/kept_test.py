"""A property over real calls: what was created is found again as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc

from ..engine import WriteTests, raises, wrong
from .workshop import ParcelServiceServicer, quote_pb2, serving


class _Keeping(ParcelServiceServicer):
    first = 1

    def __init__(self) -> None:
        self.parcels: dict[str, Any] = {}

    def CreateParcel(self, request: Any, context: Any) -> Any:
        parcel_id = f"P-{len(self.parcels) + self.first}"
        fields = {
            "recipient": request.recipient,
            "weight_grams": request.weight_grams,
            "speed": request.speed,
        }
        self.parcels[parcel_id] = quote_pb2.Parcel(parcel_id=parcel_id, **{**fields, **self.kept(**fields)})
        return quote_pb2.CreateParcelResponse(parcel=self.parcels[parcel_id])

    def GetParcel(self, request: Any, context: Any) -> Any:
        if request.parcel_id not in self.parcels:
            context.abort(grpc.StatusCode.NOT_FOUND, "there is no such parcel")
        return quote_pb2.GetParcelResponse(parcel=self.parcels[request.parcel_id])

    def kept(self, recipient: str, weight_grams: int, speed: int) -> dict[str, Any]:
        return {}


class _Numbering(_Keeping):
    first = 1000


class _Ascii(_Keeping):
    def kept(self, recipient: str, weight_grams: int, speed: int) -> dict[str, Any]:
        return {"recipient": recipient.encode("ascii", "replace").decode()}


class _Short(_Keeping):
    def kept(self, recipient: str, weight_grams: int, speed: int) -> dict[str, Any]:
        return {"weight_grams": weight_grams & 0xFFFF}


class _Hurried(_Keeping):
    def kept(self, recipient: str, weight_grams: int, speed: int) -> dict[str, Any]:
        return {"speed": speed or quote_pb2.SPEED_STANDARD}


class _Overwriting(_Keeping):
    def CreateParcel(self, request: Any, context: Any) -> Any:
        reply = super().CreateParcel(request, context)
        kept = quote_pb2.Parcel(parcel_id=reply.parcel.parcel_id, recipient=request.recipient)
        self.parcels[reply.parcel.parcel_id] = kept
        return reply


def _stub(servicer: Any) -> Iterator[Any]:
    with serving(servicer()) as parcels:
        yield parcels


kept_test = WriteTests(
    title="Going further: whatever you send is kept",
    task="""
        **Input:** the fixture `parcels`, a stub. `CreateParcel` takes a parcel in and answers with it and its
        number; `GetParcel` finds it by its number, without a change of recipient, weight or speed.

        **Goal:** test that with Hypothesis for all requests that a client can send, over real calls: create, find,
        compare. Which numbers are given out is the server's affair. `messages` and `over_the_wire` are those of the
        lesson.

        **Example:** a server that writes `?` for every letter that is not ASCII fails your test.
    """,
    fixture="parcels",
    provide=_stub,
    patience=30.0,
    limit=90.0,
    good={"A server that keeps everything": _Keeping, "A server that counts from 1000": _Numbering},
    broken={
        "A server that writes a question mark for what is not ASCII": _Ascii,
        "A server that keeps 16 bits of a weight": _Short,
        "A server that makes an unspecified speed a standard one": _Hurried,
        "A server that answers with the parcel, and keeps its recipient alone": _Overwriting,
    },
    hints=[
        "`@given(sent=messages(quote_pb2.CreateParcelRequest))` above the function, and `sent` among its parameters.",
        "`@over_the_wire` comes above `@given`: without it Hypothesis would look at the time of each example.",
        "Find the parcel by `created.parcel.parcel_id`, and compare recipient, weight and speed with those of `sent`.",
    ],
    reason="The requests come from the contract: a field that is added tomorrow is tried tomorrow. Long names, names "
    "in Greek, weights below 0 and speeds that nobody has set are what a list of examples leaves out.",
    wrong_answers=[
        wrong("keeps its recipient alone").diff("""
            -    found = parcels.GetParcel(quote_pb2.GetParcelRequest(parcel_id=created.parcel_id), timeout=5).parcel
            +    found = created
        """),
        wrong("an unspecified speed a standard one", (', "speed")', ")")),
        wrong("what is not ASCII gets past").whole("""
            @testing.kept_test
            def test_kept(parcels):
                sent = quote_pb2.CreateParcelRequest(recipient="Ada", weight_grams=1200)
                created = parcels.CreateParcel(sent, timeout=5).parcel
                found = parcels.GetParcel(quote_pb2.GetParcelRequest(parcel_id=created.parcel_id), timeout=5).parcel
                assert (found.recipient, found.weight_grams, found.speed) == ("Ada", 1200, 0)
        """),
        wrong("is refused by your test", ("parcel_id=created.parcel_id", 'parcel_id="P-1"')),
        wrong("What is under test comes by a parameter").diff("""
            -def test_kept(parcels, sent):
            +def test_kept(sent):
        """),
        raises("has no field `parcel_id`").diff("""
            -    created = parcels.CreateParcel(sent, timeout=5).parcel
            +    created = parcels.CreateParcel(sent, timeout=5)
        """),
    ],
)
