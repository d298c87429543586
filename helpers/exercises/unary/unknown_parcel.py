"""A servicer that is asked for something it does not have."""

from __future__ import annotations

from typing import Any

import grpc

from ..engine import CallResult, Check, Raised, WriteServicer, formatting, raises, wrong
from .setup import PARCELS, quote_pb2


def _check_unknown_parcel(check: Check) -> None:
    not_found = {
        grpc.StatusCode.OK: "The call succeeded with an empty reply, so the client believes in a parcel that is not "
        "there. End the call with a status instead.",
        KeyError: "A `dict` raises KeyError for a key that it does not have. The client gets only UNKNOWN and cannot "
        "tell a mistyped number from a broken server. Look first, then answer with NOT_FOUND.",
        Raised: "What you raise reaches the client as UNKNOWN, if at all. `context.abort(code, text)` sends a status "
        "that means something.",
        grpc.StatusCode.INVALID_ARGUMENT: "INVALID_ARGUMENT says that no such number could ever be right. This one "
        "is well-formed; there is just no parcel for it: NOT_FOUND.",
        grpc.StatusCode.INTERNAL: "INTERNAL says that the server is broken. It is not: the number is just unknown.",
        grpc.StatusCode.UNKNOWN: "UNKNOWN is what a client gets when a handler says nothing better. Choose NOT_FOUND.",
    }
    there = {
        grpc.StatusCode.NOT_FOUND: "This parcel is there, and it was refused. Abort only if the lookup finds nothing."
    }
    ada, bob, eve = (
        quote_pb2.Parcel(parcel_id=number, recipient=name, weight_grams=grams)
        for number, name, grams in (("P-1", "Ada", 1200), ("P-2", "Bob", 300), ("P-7", "Eve", 80))
    )
    similar = "It is not there, and a parcel came, of another number. Look for exactly the number that was asked for."
    other = "That is not the parcel that was asked for. The one with this number is in `self.parcels`."

    with check.serve() as parcels:

        def get(number: str) -> CallResult:
            return parcels.call("GetParcel", quote_pb2.GetParcelRequest(parcel_id=number))

        get("P-1").expect_reply(there).expect_reply(other, parcel=ada)
        get("P-2").expect_reply(there).expect_reply(other, parcel=bob)
        taken = "P-1 was found before. Does your code take a parcel out, as `pop` does?"
        get("P-1").expect_reply({grpc.StatusCode.NOT_FOUND: taken}).expect_reply(other, parcel=ada)
        for number in ("P-404", "p-1", "P-10", "P-"):
            refused = get(number)
            found = refused.replies and refused.replies[0].HasField("parcel")
            causes = {**not_found, grpc.StatusCode.OK: similar} if found else not_found
            refused.expect_status(grpc.StatusCode.NOT_FOUND, naming=number, diagnosis=causes)
        get("P-1").expect_reply("After an unknown number the known one is not found any more.", parcel=ada)
        kept: Any = getattr(parcels.servicer, "parcels", None)
        stay = "The parcels should stay in `self.parcels`, by number, as in the code you were given."
        check.expect(isinstance(kept, dict), "a dict in self.parcels", formatting.describe(kept), stay)
        kept["P-7"] = eve
        late = (
            "A parcel that came into `self.parcels` later, P-7, is not found there. Look it up in each call."
        )
        get("P-7").expect_reply({grpc.StatusCode.NOT_FOUND: late, ...: other}, parcel=eve)


unknown_parcel = WriteServicer(
    title="A parcel that nobody knows",
    task="""
        **Input:** a `GetParcelRequest` with a `parcel_id`; the parcels are in `self.parcels`, by number.

        **Goal:** answer with the parcel. If there is none, end the call with `NOT_FOUND` and a text that
        names the number, so that whoever reads it knows what to correct.

        **Example:** `P-1` is answered with Ada's parcel; `P-404` with `NOT_FOUND: there is no parcel 'P-404'`.
    """,
    services=[PARCELS],
    check=_check_unknown_parcel,
    hints=[
        "`self.parcels.get(number)` gives None where `self.parcels[number]` would raise.",
        "`context.abort(grpc.StatusCode.NOT_FOUND, text)` ends the call there and then: nothing below it runs.",
        'Put the number into the text: `f"there is no parcel {request.parcel_id!r}"`.',
    ],
    reason="`abort` raises, so the call ends where it stands. A status is part of the contract: a program can act on "
    "NOT_FOUND, a person can act on the number in the text, and nobody can act on UNKNOWN.",
    wrong_answers=[
        wrong("It is not there, and a parcel came").diff("""
            -        parcel = self.parcels.get(request.parcel_id)
            +        found = (self.parcels[number] for number in self.parcels if number.startswith(request.parcel_id))
            +        parcel = next(found, None)
        """),
        wrong("believes in a parcel that is not there", ("if parcel is None", "if False")),
        wrong("believes in a parcel that is not there").diff("""
            -            context.abort(grpc.StatusCode.NOT_FOUND, f"there is no parcel {request.parcel_id!r}")
            +            return quote_pb2.GetParcelResponse()
        """),
        wrong("not the parcel that was asked for", ("(parcel=parcel)", '(parcel=self.parcels["P-1"])')),
        raises("takes a status and a text", (', f"there is no parcel {request.parcel_id!r}"', "")),
        wrong("A status is a `grpc.StatusCode`", ("grpc.StatusCode.NOT_FOUND", '"NOT_FOUND"')),
        wrong("caught it and went on").whole("""
            class CarefulParcels(quote_pb2_grpc.ParcelServiceServicer):
                def __init__(self):
                    self.parcels = {"P-1": quote_pb2.Parcel(parcel_id="P-1", recipient="Ada", weight_grams=1200)}
                    self.parcels["P-2"] = quote_pb2.Parcel(parcel_id="P-2", recipient="Bob", weight_grams=300)

                def GetParcel(self, request, context):
                    try:
                        if request.parcel_id not in self.parcels:
                            context.abort(grpc.StatusCode.NOT_FOUND, f"no parcel {request.parcel_id}")
                        return quote_pb2.GetParcelResponse(parcel=self.parcels[request.parcel_id])
                    except Exception as error:
                        context.abort(grpc.StatusCode.INTERNAL, str(error))
        """),
        wrong("let it name `P-404`", ('f"there is no parcel {request.parcel_id!r}"', '"not found"')),
        wrong("This one is well-formed", ("NOT_FOUND", "INVALID_ARGUMENT")),
        wrong("the number is just unknown", ("NOT_FOUND", "INTERNAL")),
        wrong("Abort only if the lookup finds nothing", ("if parcel is None", "if True")),
        wrong("A status is not returned as a value").diff("""
            -            context.abort(grpc.StatusCode.NOT_FOUND, f"there is no parcel {request.parcel_id!r}")
            +            return grpc.StatusCode.NOT_FOUND
        """),
        wrong("Is a `return` missing", ("return quote_pb2", "quote_pb2")),
        raises("cannot tell a mistyped number", (".get(request.parcel_id)", "[request.parcel_id]")),
        raises(
            "reaches the client as UNKNOWN",
            ("context.abort(grpc.StatusCode.NOT_FOUND, ", "raise LookupError("),
        ),
    ],
)
