"""A servicer that is asked for something it does not have."""

from __future__ import annotations

import grpc

from ..engine import Check, WriteServicer, wrong
from .setup import PARCELS, quote_pb2


def _check_unknown_parcel(check: Check) -> None:
    not_found = {
        grpc.StatusCode.OK: "The call succeeded with an empty reply, so the client believes in a parcel that is not "
        "there. End the call with a status instead.",
        KeyError: "A `dict` raises KeyError for a key that it does not have. The client gets only UNKNOWN and cannot "
        "tell a mistyped number from a broken server. Look first, then answer with NOT_FOUND.",
        Exception: "What you raise reaches the client as UNKNOWN, if at all. `context.abort(code, text)` sends a status "
        "that means something.",
        grpc.StatusCode.INVALID_ARGUMENT: "INVALID_ARGUMENT says that no such number could ever be right. This one "
        "is well-formed; there is just no parcel for it: NOT_FOUND.",
        grpc.StatusCode.INTERNAL: "INTERNAL says that the server is broken. It is not: the number is just unknown.",
        grpc.StatusCode.UNKNOWN: "UNKNOWN is what a client gets when a handler says nothing better. Choose NOT_FOUND.",
    }
    there = {
        grpc.StatusCode.NOT_FOUND: "This parcel is there, and it was refused. Abort only if the lookup finds nothing.",
    }
    ada = quote_pb2.Parcel(parcel_id="P-1", recipient="Ada", weight_grams=1200)
    with check.serve() as parcels:
        parcels.call("GetParcel", quote_pb2.GetParcelRequest(parcel_id="P-1")).expect_reply(there, parcel=ada)
        for number in ("P-404", "p-1"):
            unknown = parcels.call("GetParcel", quote_pb2.GetParcelRequest(parcel_id=number))
            unknown.expect_status(grpc.StatusCode.NOT_FOUND, naming=number, likely=not_found)
        after = parcels.call("GetParcel", quote_pb2.GetParcelRequest(parcel_id="P-1"))
        after.expect_reply("After an unknown number the known one is not found any more.", parcel=ada)


unknown_parcel = WriteServicer(
    id="unary.unknown_parcel",
    title="A parcel that nobody knows",
    task="""
        **Input:** a `GetParcelRequest` with a `parcel_id`; the parcels are in `self.parcels`, by number.

        **Goal:** answer with the parcel. If there is none, end the call with `NOT_FOUND` and a text that
        names the number, so that whoever reads it knows what to correct.

        **Example:** `P-1` is answered with Ada's parcel; `P-404` with `NOT_FOUND: there is no parcel 'P-404'`.
    """,
    services=[PARCELS],
    methods=["GetParcel"],
    check=_check_unknown_parcel,
    hints=[
        "`self.parcels.get(number)` gives None where `self.parcels[number]` would raise.",
        "`context.abort(grpc.StatusCode.NOT_FOUND, text)` ends the call there and then: nothing below it runs.",
        'Put the number into the text: `f"there is no parcel {request.parcel_id!r}"`.',
    ],
    stub="""
        @unary.unknown_parcel
        class CarefulParcels(quote_pb2_grpc.ParcelServiceServicer):
            def __init__(self):
                self.parcels = {"P-1": quote_pb2.Parcel(parcel_id="P-1", recipient="Ada", weight_grams=1200)}

            def GetParcel(self, request, context):
                # your code here
                ...
    """,
    answer="""
        @unary.unknown_parcel
        class CarefulParcels(quote_pb2_grpc.ParcelServiceServicer):
            def __init__(self):
                self.parcels = {"P-1": quote_pb2.Parcel(parcel_id="P-1", recipient="Ada", weight_grams=1200)}

            def GetParcel(self, request, context):
                parcel = self.parcels.get(request.parcel_id)
                if parcel is None:
                    context.abort(grpc.StatusCode.NOT_FOUND, f"there is no parcel {request.parcel_id!r}")
                return quote_pb2.GetParcelResponse(parcel=parcel)
    """,
    reason="`abort` raises, so the call ends where it stands. A status is part of the contract: a program can act on "
    "NOT_FOUND, a person can act on the number in the text, and nobody can act on UNKNOWN.",
    wrong_answers=[
        wrong("believes in a parcel that is not there", ("if parcel is None", "if False")),
        wrong(
            "believes in a parcel that is not there",
            (
                'context.abort(grpc.StatusCode.NOT_FOUND, f"there is no parcel {request.parcel_id!r}")',
                "return quote_pb2.GetParcelResponse()",
            ),
        ),
        wrong("let it name `P-404`", ('f"there is no parcel {request.parcel_id!r}"', '"not found"')),
        wrong("This one is well-formed", ("NOT_FOUND", "INVALID_ARGUMENT")),
        wrong("the number is just unknown", ("NOT_FOUND", "INTERNAL")),
        wrong("Abort only if the lookup finds nothing", ("if parcel is None", "if True")),
        wrong(
            "A status is not returned as a value",
            (
                'context.abort(grpc.StatusCode.NOT_FOUND, f"there is no parcel {request.parcel_id!r}")',
                "return grpc.StatusCode.NOT_FOUND",
            ),
        ),
        wrong("Is a `return` missing", ("return quote_pb2", "quote_pb2")),
        wrong(
            "cannot tell a mistyped number",
            ("self.parcels.get(request.parcel_id)", "self.parcels[request.parcel_id]"),
            outcome="raised",
        ),
        wrong(
            "reaches the client as UNKNOWN",
            ("context.abort(grpc.StatusCode.NOT_FOUND, ", "raise LookupError("),
            outcome="raised",
        ),
    ],
)
