"""A rich error of a Python server, decoded in JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import grpc
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status  # type: ignore[import-untyped]

from ..engine import Check, WriteProgram, run_program, wrong
from .setup import CUSTOMS

_FIELDS = ("waybill", "recipient_name", "stamps")


def _bad_request(*fields: str) -> Message:
    problems = error_details_pb2.BadRequest()
    for field in fields:
        problems.field_violations.add(field=field, description=f"{field} must be set")
    return problems


_OTHER = error_details_pb2.PreconditionFailure(
    violations=[{"type": "TOLL", "subject": "van", "description": "unpaid"}]
)
_CASES: tuple[tuple[str, tuple[Message, ...], tuple[str, ...]], ...] = (
    ("one field", (_bad_request("value_cents"),), ("value_cents",)),
    ("three fields, and a PreconditionFailure before them", (_OTHER, _bad_request(*_FIELDS)), _FIELDS),
    ("a PreconditionFailure alone", (_OTHER,), ()),
)


def _refusal(details: tuple[Message, ...]) -> Callable[[object, grpc.ServicerContext], object]:
    def refuse(request: object, context: grpc.ServicerContext) -> object:
        status = status_pb2.Status(code=code_pb2.INVALID_ARGUMENT, message="the papers are not in order")
        for detail in details:
            status.details.add().Pack(detail)
        context.abort_with_status(rpc_status.to_status(status))

    return refuse


def _check_wrong_fields(check: Check) -> None:
    for called, details, fields in _CASES:
        _expect(check, called, _refusal(details), fields)
    _expect(check, "an error without details", grpc.StatusCode.UNAVAILABLE, ())


def _expect(check: Check, called: str, answer: object, fields: tuple[str, ...]) -> None:
    wanted = "\n".join(fields) or "nothing"
    diagnosis = ""
    if not fields:
        diagnosis = (
            "An error may have no details, or others. Then there is nothing to print, and nothing to fail."
        )
    with check.fake_server(Declare=answer) as server:
        printed = run_program(check, server.address, called=called, expected=wanted, diagnosis=diagnosis)
    check.expect(
        printed.split() == list(fields), wanted, printed or "nothing", _why(printed, fields), called=called
    )


def _why(printed: str, fields: tuple[str, ...]) -> str:
    if "TOLL" in printed:
        return (
            "Something else was taken for a `BadRequest`: the bytes alone do not tell, the `type_url` does."
        )
    if "must be set" in printed and "{" not in printed:
        return "A violation has a `field` and a `description`; the names of the fields are asked for."
    if printed.split() == list(fields[:1]) and len(fields) > 1:
        return "A `BadRequest` may name any number of fields, in `fieldViolations`."
    if not printed and fields:
        return "No field was printed. Which of the `details` is the `BadRequest`? Its `type_url` tells, not its place."
    if not fields:
        return "There is no `BadRequest` in this error, so no field is wrong."
    return "One name of a field a line, and nothing else."


wrong_fields = WriteProgram(
    title="Which fields are wrong?",
    task="""
        **Input:** the address of an office that refuses all papers, with details in the
        error. The messages `Status` and `BadRequest` are loaded for you: `Status.deserialize(bytes)` gives
        an object, and each of its `details` has a `type_url` (this one name is not in camelCase) and a `value`:
        the name of a type, and its bytes.

        **Goal:** print the name of each field that is wrong, one a line. An error without a `BadRequest`, or with no
        details at all, prints nothing.

        **Example:** `BadRequest` has violations of `waybill` and `stamps`: the program prints both, in this order.
    """,
    program="refused.js",
    services=[CUSTOMS],
    check=_check_wrong_fields,
    hints=[
        'The bytes are `error.metadata.get("grpc-status-details-bin")[0]`, or `undefined` where there are none.',
        "`for (const detail of Status.deserialize(bytes).details)` goes through the details. Take those whose `type_url` "
        'ends in `"BadRequest"`.',
        "`BadRequest.deserialize(detail.value).fieldViolations` is a list, and each has a `field`.",
    ],
    reason="`grpc-js` leaves the details to the program, since it does not know their types. They are messages like all "
    "others, so the loader can read them, and a type that the program does not know is skipped.",
    wrong_answers=[
        wrong("the names of the fields are asked for", ("violation.field)", "violation.description)")),
        wrong("An error may have no details").diff("""
            -  if (!bytes) return;
        """),
        wrong("Something else was taken for a `BadRequest`").diff("""
            -    if (!detail.type_url.endsWith("BadRequest")) continue;
        """),
        wrong("Which of the `details` is the `BadRequest`").diff("""
            -  for (const detail of Status.deserialize(bytes).details) {
            +  for (const detail of Status.deserialize(bytes).details.slice(0, 1)) {
        """),
        wrong("may name any number of fields").diff("""
            -    for (const violation of BadRequest.deserialize(detail.value).fieldViolations) console.log(violation.field);
            +    console.log(BadRequest.deserialize(detail.value).fieldViolations[0].field);
        """),
        wrong("One name of a field a line").diff("""
            -    for (const violation of BadRequest.deserialize(detail.value).fieldViolations) console.log(violation.field);
            +    console.log(BadRequest.deserialize(detail.value));
        """),
        wrong("ended with exit code 1", ("fieldViolations", "field_violations")),
    ],
)
