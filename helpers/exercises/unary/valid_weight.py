"""A servicer that looks at what it is given before it acts on it."""

from __future__ import annotations

import grpc

from ..engine import CallResult, Check, Raised, WriteServicer, raises, wrong
from .setup import PARCELS, quote_pb2


def _check_valid_weight(check: Check) -> None:
    refusal = grpc.StatusCode.INVALID_ARGUMENT
    heavy = "It was taken in. Is there an upper limit in your code, and is it in grams?"
    minus = "It was taken in. An int32 can be negative, whatever it stands for."
    taken_in = {
        0: "It was taken in. A weight that nobody has set reads as 0, so this is what a forgotten field looks like.",
        **dict.fromkeys((-5, -1, -30_000), minus),
        **dict.fromkeys((30_001, 2_000_000_000), heavy),
    }
    refused_otherwise = {
        grpc.StatusCode.OUT_OF_RANGE: "OUT_OF_RANGE means that asking again later may help, as beyond the end of a "
        "file. A weight like this is wrong whatever happens: INVALID_ARGUMENT.",
        grpc.StatusCode.FAILED_PRECONDITION: "FAILED_PRECONDITION means that the same request may be fine later. "
        "This one never will be: INVALID_ARGUMENT.",
        Raised: "What you raise reaches the client as UNKNOWN. `context.abort(code, text)` says whose mistake it is.",
    }
    fine = {
        refusal: "This weight is allowed. Look at the limit once more: 1 g and 30000 g "
        "are both fine, and the field is in grams."
    }

    def create(grams: int, recipient: str) -> CallResult:
        request = quote_pb2.CreateParcelRequest(recipient=recipient, weight_grams=grams)
        return parcels.call("CreateParcel", request)

    with check.serve() as parcels:
        for number, (grams, name) in enumerate(((1200, "Ada"), (1, "Eve"), (30_000, " dan de Wit ")), 1):
            created = create(grams, name).expect_reply(fine)
            wanted = quote_pb2.Parcel(parcel_id=f"P-{number}", recipient=name, weight_grams=grams)
            created.expect_reply("A parcel has the next number, and what was sent.", parcel=wanted)
        for grams, cause in taken_in.items():
            causes = {**refused_otherwise, grpc.StatusCode.OK: cause}
            create(grams, "Bob").expect_status(refusal, naming="weight_grams", diagnosis=causes)
        number = create(800, "Cyd").expect_reply(fine).reply.parcel.parcel_id
        check.expect(
            number == "P-4",
            expected='parcel_id="P-4"',
            actual=f'parcel_id="{number}"',
            called=f'CreateParcel(recipient="Cyd", weight_grams=800), after {len(taken_in)} that were refused',
            diagnosis="Parcels that were refused were stored, or have used up a number. `abort` ends a handler; "
            "`set_code` does not. Check first, then store.",
        )


valid_weight = WriteServicer(
    title="A weight that can be right",
    task="""
        **Input:** a `CreateParcelRequest` with `recipient` and `weight_grams`. The code below takes in
        whatever comes.

        **Goal:** refuse every weight that is not 1 g to 30 kg with `INVALID_ARGUMENT` and a text that names
        the field. A parcel that is refused leaves no trace: the next one gets the next number.

        **Example:** 1200 g become `P-1`; 0 g are refused with `weight_grams must be 1 to 30000, not 0`.
    """,
    services=[PARCELS],
    check=_check_valid_weight,
    hints=[
        "Three kinds of weight are wrong: negative, zero, and too heavy. The field is in grams.",
        "Python can compare in a chain: `0 < weight <= 30_000`.",
        "Do it before anything else: `context.abort(grpc.StatusCode.INVALID_ARGUMENT, ...)` in the first lines of the "
        "method, with `weight_grams` in the text.",
    ],
    reason="A server checks what it is given before it acts on it: types are the schema's part, sense is yours. "
    "The text names the field as the schema does, so that the caller finds it.",
    wrong_answers=[
        wrong("what a forgotten field looks like", ("0 < ", "0 <= ")),
        wrong("An int32 can be negative").diff("""
            -        if not 0 < request.weight_grams <= 30_000:
            +        if request.weight_grams > 30_000 or request.weight_grams == 0:
        """),
        wrong(
            "An int32 can be negative",
            ("not 0 < request.weight_grams <=", "request.weight_grams in (0, -5) or request.weight_grams >"),
        ),
        wrong(
            "Is there an upper limit", ("not 0 < request.weight_grams <= 30_000", "request.weight_grams <= 0")
        ),
        wrong("This weight is allowed", ("<= 30_000", "< 30_000")),
        wrong("This weight is allowed", ("<= 30_000", "<= 30")),
        wrong("let it name `weight_grams`", ("weight_grams must be 1 to 30000, not", "bad input:")),
        wrong("wrong whatever happens", ("INVALID_ARGUMENT", "OUT_OF_RANGE")),
        wrong("have used up a number").diff("""
            -            context.abort(
            -                grpc.StatusCode.INVALID_ARGUMENT,
            -                f"weight_grams must be 1 to 30000, not {request.weight_grams}",
            -            )
            +            context.set_code(grpc.StatusCode.INVALID_ARGUMENT)
            +            context.set_details("weight_grams must be 1 to 30000")
        """),
        raises("says whose mistake it is", ("context.abort(", "raise ValueError(")),
    ],
)
