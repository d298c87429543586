"""A refusal that names every field that is wrong, in a form that programs read."""

from __future__ import annotations

import grpc
from google.protobuf.message import DecodeError

from ..engine import CallResult, Check, WriteServicer, formatting, wrong
from .setup import PARCELS, error_details_pb2, quote_pb2, status_pb2

_REFUSAL = grpc.StatusCode.INVALID_ARGUMENT
_KEY = "grpc-status-details-bin"
_BARE = (
    "The status came without details. Fill a `google.rpc.Status`, pack the `BadRequest` into its `details`, and end the "
    "call with `context.abort_with_status(rpc_status.to_status(status))`."
)
_ALL = "Whoever fills in a form wants to hear of everything at once. Collect all violations, and refuse at the end."
_NAMES = "`field` is the name as the schema has it, so that a program finds the field to mark in red."
_FINE = {_REFUSAL: "Nothing is wrong with this parcel. 1 g and 30000 g are both fine."}


def _check_every_field(check: Check) -> None:
    with check.serve() as parcels:

        def create(recipient: str, grams: int) -> CallResult:
            request = quote_pb2.CreateParcelRequest(recipient=recipient, weight_grams=grams)
            return parcels.call("CreateParcel", request)

        for name, grams in (("Ada", 1200), ("Bob", 1), ("Eve", 30_000), ("Q", 30), (" Ada  Lovelace ", 30)):
            parcel = quote_pb2.Parcel(recipient=name, weight_grams=grams)
            create(name, grams).expect_reply(_FINE).expect_reply(
                "Answer with what was sent, as it was sent.", parcel=parcel
            )
        for name, grams, fields in (
            ("", 1200, ["recipient"]),
            ("Ada", 0, ["weight_grams"]),
            ("Ada", -1, ["weight_grams"]),
            ("Ada", 30_001, ["weight_grams"]),
            ("", 0, ["recipient", "weight_grams"]),
            ("", 40_000, ["recipient", "weight_grams"]),
        ):
            _expect_violations(create(name, grams), fields)
        create("Cyd", 7).expect_reply("After a refusal, a good parcel is refused, too.")


def _expect_violations(refused: CallResult, fields: list[str]) -> None:
    """Expects a refusal whose details have exactly these fields, each with words of its own."""
    wanted = f"INVALID_ARGUMENT with violations of {' and '.join(fields)}"
    refused.expect_status(
        _REFUSAL,
        diagnosis={
            grpc.StatusCode.OK: "It was taken in. What is not set reads as empty, or as 0, and an int32 may be negative.",
            grpc.StatusCode.UNKNOWN: "`abort_with_status` takes what `rpc_status.to_status(status)` makes of a `Status`, "
            "and the code in it is an error's.",
            ...: "A request that can never work is INVALID_ARGUMENT.",
        },
    )
    refused.expect(bool(refused.details), wanted, "no text", "Say it in words, too: `Status(message=...)`.")
    packed = refused.trailing.get(_KEY)
    refused.expect(packed is not None, wanted, "no details", _BARE)
    violations = _violations(packed)
    refused.expect(bool(violations), wanted, "no `BadRequest` with violations in the details", _BARE)
    found = sorted(violation.field for violation in violations)
    missing = _ALL if set(found) < set(fields) else _NAMES
    refused.expect(found == fields, wanted, f"violations of {formatting.show(found)}", missing)
    silent = "A violation's `description` tells people what would be right."
    refused.expect(
        all(violation.description.strip() for violation in violations), wanted, "no description", silent
    )


def _violations(packed: object) -> list[error_details_pb2.BadRequest.FieldViolation]:
    try:
        status = status_pb2.Status.FromString(packed if isinstance(packed, bytes) else b"")
        found = [(detail, error_details_pb2.BadRequest()) for detail in status.details]
        return [
            each for detail, problem in found if detail.Unpack(problem) for each in problem.field_violations
        ]
    except DecodeError:
        return []


every_field = WriteServicer(
    title="All that is wrong, at once",
    task="""
        **Input:** a `CreateParcelRequest` with `recipient` and `weight_grams`.

        **Goal:** take the parcel in if it has a recipient and weighs 1 g to 30 kg: answer with a `parcel` of both.
        Refuse all others with `INVALID_ARGUMENT`, a text, and a `BadRequest` in the details that has a violation for
        *every* field that is wrong: its name, and what would be right.

        **Example:** no recipient and 0 g are refused with violations of `recipient` and of `weight_grams`.
    """,
    services=[PARCELS],
    check=_check_every_field,
    hints=[
        "Begin with an empty `error_details_pb2.BadRequest()`, and look at one field after the other: "
        "`problems.field_violations.add(field=..., description=...)`.",
        "If there are any: `status = status_pb2.Status(code=code_pb2.INVALID_ARGUMENT, message=...)`, and "
        "`status.details.add().Pack(problems)`.",
        "`context.abort_with_status(rpc_status.to_status(status))` ends the call with both.",
    ],
    reason="A program finds the fields without reading words, and a person is told everything in one answer. Clients "
    "that know nothing of details get code and text as ever.",
    wrong_answers=[
        wrong("wants to hear of everything at once", ("        if not 0 <", "        elif not 0 <")),
        wrong(
            "came without details",
            (
                "context.abort_with_status(rpc_status.to_status(status))",
                "context.abort(grpc.StatusCode.INVALID_ARGUMENT, status.message)",
            ),
        ),
        wrong("came without details", ("            status.details.add().Pack(problems)\n", "")),
        wrong("the name as the schema has it", ('field="weight_grams"', 'field="weight"')),
        wrong("as it was sent", ("recipient=request.recipient, w", "recipient=request.recipient.strip(), w")),
        wrong("what would be right", (', description="must be 1 to 30000"', "")),
        wrong(
            "may be negative",
            ("not 0 < request.weight_grams <= 30_000", "request.weight_grams in (0, 30_001, 40_000)"),
        ),
        wrong("Nothing is wrong with this parcel", ("<= 30_000", "< 30_000")),
        wrong("can never work", ("code_pb2.INVALID_ARGUMENT", "code_pb2.NOT_FOUND")),
        wrong("Say it in words, too", (', message="the parcel is not complete"', "")),
    ],
)
