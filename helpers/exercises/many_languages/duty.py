"""A handler in JavaScript that waits for an answer from elsewhere, and survives that it does not come."""

from __future__ import annotations

from typing import Any

import grpc

from ..engine import Check, Incorrect, WriteProgram, serve_program, wrong
from .setup import CUSTOMS, customs_pb2, customs_pb2_grpc

_FULL = customs_pb2.Declaration(
    waybill=2**64 - 1, value_cents=2**53 + 1, weight_grams=100, goods="GOODS_FOOD", recipient_name="Ada",
    duties_cents={"vat": 19}, stamps=["Lisbon"], seal=b"\x00\xff", company="Acme",
)  # fmt: skip


def _check_duty(check: Check) -> None:
    with serve_program(check, "duty.js") as (server, channel):
        office = customs_pb2_grpc.CustomsServiceStub(channel)
        for grams in (100, 1000, 333, 0):
            papers = customs_pb2.Declaration(weight_grams=grams, recipient_name="Ada")
            _expect_duty(check, server, office, papers, 2 * grams)
        _expect_refused(check, server, office, 1001)
        _expect_duty(check, server, office, _FULL, 200)
        _expect_refused(check, server, office, 30_000)


def _declare(server: Any, office: Any, papers: Any, called: str) -> grpc.Call:
    request = customs_pb2.DeclareRequest(declaration=papers)
    call: grpc.Call = office.Declare.future(request, timeout=3)
    if call.code() is grpc.StatusCode.UNAVAILABLE:
        server.stop().wait(2)
        raise Incorrect(
            "The server is gone, with the calls of all its clients. A promise was rejected, and nobody had waited for "
            "it: Node.js ends the process then. `try` and `catch` around the `await`.",
            called=called, expected="an answer", actual="UNAVAILABLE, and the process has ended",
        )  # fmt: skip
    if call.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        raise Incorrect(
            "There is no answer. Does each way through your handler end in a `callback`?",
            called=called, expected="an answer", actual="none within 3 s",
        )  # fmt: skip
    return call


def _expect_duty(check: Check, server: Any, office: Any, papers: Any, cents: int) -> None:
    called = f"declare, weight_grams={papers.weight_grams}"
    call: Any = _declare(server, office, papers, called)
    status = f"{call.code().name} {call.details() or ''}".strip()
    check.expect(
        call.code() is grpc.StatusCode.OK, f"a duty of {cents}", status,
        {"INTERNAL": "The reply could not be written: is `duty` in `dutiesCents` a number, and the reply an object "
         "with a `declaration`?"}.get(call.code().name, "Up to 1000 g there is a duty, and papers to send back."),
        called=called,
    )  # fmt: skip
    wanted = customs_pb2.Declaration()
    wanted.CopyFrom(papers)
    wanted.duties_cents["customs"] = cents
    got = call.result().declaration
    actual = str(got).replace("\n", " ").strip() or "empty papers"
    expected = f"the papers as they were, with a duty `customs` of {cents}"
    if got.duties_cents.get("customs") != cents:
        why = "The duty stands in `dutiesCents`, under the name `customs`."
        if "customs" in got.duties_cents:
            why = "The duty is what `lookUp` gives for the weight in grams. Is there an `await` before it?"
            if not papers.weight_grams:
                why = (
                    "Papers of 0 g come without a weight, and their duty is 0: nothing is to take its place."
                )
        check.expect(False, expected, actual, why, called=called)
    lost = "What was in the papers before must stay: other duties, and all other fields."
    check.expect(got == wanted, expected, actual, lost, called=called)


def _expect_refused(check: Check, server: Any, office: Any, grams: int) -> None:
    called = f"declare, weight_grams={grams}"
    papers = customs_pb2.Declaration(weight_grams=grams)
    call: Any = _declare(server, office, papers, called)
    status = f"{call.code().name} {call.details() or ''}".strip()
    expected = "INVALID_ARGUMENT, with the text of the error"
    why = "Where `lookUp` fails, the papers are refused: hand over a `code` and `details`."
    if call.code() is grpc.StatusCode.UNKNOWN:
        why = "An error without a `code` becomes UNKNOWN. Hand over an object with `code` and `details`."
    check.expect(call.code() is grpc.StatusCode.INVALID_ARGUMENT, expected, status, why, called=called)
    text = "Hand the text over as `details`: it is the error's `message`."
    check.expect(call.details() == f"no duty for {grams} g", expected, status, text, called=called)


duty = WriteProgram(
    title="A handler that survives",
    task="""
        **Input:** a server with an empty handler, and `lookUp(grams)`, which asks elsewhere for the duty on a
        parcel: a promise of a number of cents, which is rejected above 1000 g.

        **Goal:** answer `declare` with the declaration as it came, and with the duty in its `dutiesCents`, under
        the name `customs`. If `lookUp` fails, refuse with `INVALID_ARGUMENT` and the text of its error.

        **Example:** 100 g come back with a duty of 200; 2000 g are refused with `no duty for 2000 g`, and the server
        lives on.
    """,
    program="duty.js",
    services=[CUSTOMS],
    check=_check_duty,
    hints=[
        "`async declare(call, callback)` may `await lookUp(…)`. What becomes of the error when it throws?",
        "Put it all into a `try`. Its `catch (error)` has "
        "`callback({ code: grpc.status.INVALID_ARGUMENT, details: error.message })`.",
        "`{ ...declaration.dutiesCents, customs }` is a copy of a map with one entry more.",
    ],
    reason="`grpc-js` does not look at what a handler returns, a promise least of all. So the handler itself is the last "
    "one who can catch its errors, and each way through it ends in one `callback`.",
    wrong_answers=[
        wrong("The server is gone").diff("""
            -    try {
            -      const customs = await lookUp(declaration.weightGrams);
            -      const dutiesCents = { ...declaration.dutiesCents, customs };
            -      callback(null, { declaration: { ...declaration, dutiesCents } });
            -    } catch (error) {
            -      callback({ code: grpc.status.INVALID_ARGUMENT, details: error.message });
            -    }
            +    const customs = await lookUp(declaration.weightGrams);
            +    const dutiesCents = { ...declaration.dutiesCents, customs };
            +    callback(null, { declaration: { ...declaration, dutiesCents } });
        """),
        wrong("Does each way through your handler end").diff("""
            -      callback({ code: grpc.status.INVALID_ARGUMENT, details: error.message });
        """),
        wrong("An error without a `code` becomes UNKNOWN").diff("""
            -      callback({ code: grpc.status.INVALID_ARGUMENT, details: error.message });
            +      callback(error);
        """),
        wrong("Hand the text over as `details`", ("details: error.message", 'details: "no duty"')),
        wrong(
            "other duties, and all other fields", ("{ ...declaration.dutiesCents, customs }", "{ customs }")
        ),
        wrong("other duties, and all other fields", ("{ ...declaration, dutiesCents }", "{ dutiesCents }")),
        wrong("under the name `customs`", ("declaration: { ...declaration, dutiesCents }", "declaration")),
        wrong("under the name `customs`", ("dutiesCents } });", "duties_cents: dutiesCents } });")),
        wrong("Is there an `await` before it", ("await lookUp", "lookUp")),
        wrong("has ended with exit code 1 before it listened", ("const { grpc,", "const { grcp,")),
        wrong("nothing is to take its place", ("declaration.weightGrams)", "declaration.weightGrams || 1)")),
    ],
)
