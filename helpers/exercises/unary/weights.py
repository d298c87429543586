"""A servicer that looks at what it is given before it acts on it."""

from __future__ import annotations

import grpc

from ..engine import Call, Check, WriteServicer, wrong
from .setup import PARCELS, quote_pb2


def _check_valid_weight(check: Check) -> None:
    refusal = grpc.StatusCode.INVALID_ARGUMENT
    heavy = "It was taken in. Is there an upper limit in your code, and is it in grams?"
    taken_in = {
        0: "It was taken in. A weight that nobody has set reads as 0, so this is what a forgotten field looks like.",
        -5: "It was taken in. An int32 can be negative, whatever it stands for.",
        30_001: heavy,
        2_000_000_000: heavy,
    }
    refused_otherwise = {
        grpc.StatusCode.OUT_OF_RANGE: "OUT_OF_RANGE means that asking again later may help, as beyond the end of a "
        "file. A weight like this is wrong whatever happens: INVALID_ARGUMENT.",
        grpc.StatusCode.FAILED_PRECONDITION: "FAILED_PRECONDITION means that the same request may be fine later. "
        "This one never will be: INVALID_ARGUMENT.",
        Exception: "What you raise reaches the client as UNKNOWN. `context.abort(code, text)` says whose mistake it is.",
    }
    fine = {
        refusal: "This weight is allowed. Look at the limit once more: 1 g and 30000 g "
        "are both fine, and the field is in grams.",
    }

    def create(grams: int, recipient: str) -> Call:
        request = quote_pb2.CreateParcelRequest(recipient=recipient, weight_grams=grams)
        return parcels.call("CreateParcel", request)

    with check.serve() as parcels:
        for number, grams in enumerate((1200, 1, 30_000), 1):
            created = create(grams, "Ada").expect_reply(fine)
            wanted = quote_pb2.Parcel(parcel_id=f"P-{number}", recipient="Ada", weight_grams=grams)
            created.expect_reply("The parcel is not the one that was sent.", parcel=wanted)
        for grams, cause in taken_in.items():
            causes = {**refused_otherwise, grpc.StatusCode.OK: cause}
            create(grams, "Bob").expect_status(refusal, naming="weight_grams", likely=causes)
        number = create(800, "Cyd").expect_reply(fine).reply.parcel.parcel_id
        check.expect(
            number == "P-4",
            expected='parcel_id="P-4"',
            came=f'parcel_id="{number}"',
            called='CreateParcel(recipient="Cyd", weight_grams=800), after four that were refused',
            likely="Parcels that were refused were stored all the same. `abort` ends a handler; `set_code` does not. "
            "Check first, then store.",
        )


valid_weight = WriteServicer(
    id="unary.valid_weight",
    title="A weight that can be right",
    task="""
        **Input:** a `CreateParcelRequest` with `recipient` and `weight_grams`. The code below takes in
        whatever comes.

        **Goal:** refuse every weight that is not 1 g to 30 kg with `INVALID_ARGUMENT` and a text that names
        the field. A parcel that is refused leaves no trace: the next one gets the next number.

        **Example:** 1200 g become `P-1`; 0 g are refused with `weight_grams must be 1 to 30000, not 0`.
    """,
    services=[PARCELS],
    methods=["CreateParcel"],
    check=_check_valid_weight,
    hints=[
        "Three kinds of weight are wrong: negative, zero, and too heavy. The field is in grams.",
        "Python can compare in a chain: `0 < weight <= 30_000`.",
        "Do it before anything else: `context.abort(grpc.StatusCode.INVALID_ARGUMENT, ...)` in the first lines of the "
        "method, with `weight_grams` in the text.",
    ],
    stub="""
        @unary.valid_weight
        class StrictParcels(quote_pb2_grpc.ParcelServiceServicer):
            def __init__(self):
                self.parcels = {}

            def CreateParcel(self, request, context):
                number = f"P-{len(self.parcels) + 1}"
                parcel = quote_pb2.Parcel(parcel_id=number, recipient=request.recipient)
                parcel.weight_grams = request.weight_grams
                self.parcels[number] = parcel
                return quote_pb2.CreateParcelResponse(parcel=parcel)
    """,
    answer="""
        @unary.valid_weight
        class StrictParcels(quote_pb2_grpc.ParcelServiceServicer):
            def __init__(self):
                self.parcels = {}

            def CreateParcel(self, request, context):
                if not 0 < request.weight_grams <= 30_000:
                    context.abort(
                        grpc.StatusCode.INVALID_ARGUMENT,
                        f"weight_grams must be 1 to 30000, not {request.weight_grams}",
                    )
                number = f"P-{len(self.parcels) + 1}"
                parcel = quote_pb2.Parcel(parcel_id=number, recipient=request.recipient)
                parcel.weight_grams = request.weight_grams
                self.parcels[number] = parcel
                return quote_pb2.CreateParcelResponse(parcel=parcel)
    """,
    reason="A server checks what it is given before it acts on it: types are the schema's part, sense is yours. "
    "The text names the field as the schema does, so that the caller finds it.",
    wrong_answers=[
        wrong("what a forgotten field looks like", ("0 < ", "0 <= ")),
        wrong(
            "An int32 can be negative",
            (
                "not 0 < request.weight_grams <= 30_000",
                "request.weight_grams > 30_000 or request.weight_grams == 0",
            ),
        ),
        wrong(
            "Is there an upper limit", ("not 0 < request.weight_grams <= 30_000", "request.weight_grams <= 0")
        ),
        wrong("This weight is allowed", ("<= 30_000", "< 30_000")),
        wrong("This weight is allowed", ("<= 30_000", "<= 30")),
        wrong("let it name `weight_grams`", ("weight_grams must be 1 to 30000, not", "bad input:")),
        wrong("wrong whatever happens", ("INVALID_ARGUMENT", "OUT_OF_RANGE")),
        wrong(
            "stored all the same",
            (
                """            context.abort(
                grpc.StatusCode.INVALID_ARGUMENT,
                f"weight_grams must be 1 to 30000, not {request.weight_grams}",
            )
""",
                """            context.set_code(grpc.StatusCode.INVALID_ARGUMENT)
            context.set_details("weight_grams must be 1 to 30000")
""",
            ),
        ),
        wrong("says whose mistake it is", ("context.abort(", "raise ValueError("), outcome="raised"),
    ],
)
