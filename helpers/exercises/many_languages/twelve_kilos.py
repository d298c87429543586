"""A question on a value that JavaScript takes for another one, answered by running it."""

from __future__ import annotations

from ..engine import Check, Option, Predict
from .setup import CUSTOMS, customs_pb2, languages

_PROGRAM = "predicted.js"
_SOURCE = """\
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

const files = loader.loadSync("courier/v1/customs.proto", { includeDirs: ["protos"] });
const { CustomsService } = grpc.loadPackageDefinition(files).courier.v1;
const office = new CustomsService(process.argv[2], grpc.credentials.createInsecure());
office.declare({ declaration: { weightGrams: "12 kg", recipientName: "Ada" } }, (error) => {
  console.log(error ? error.details : "OK");
  office.close();
});
"""


def _observe_twelve_kilos(check: Check) -> tuple[object, str]:
    languages.save(_PROGRAM, _SOURCE)
    with check.fake_server(Declare=customs_pb2.DeclareResponse()) as server:
        told = languages.run(_PROGRAM, server.address).strip()
        read = [call.requests[0].declaration.weight_grams for call in server.received("Declare")]
    if read:
        return read[0], f"the call ended with {told}, and Python read weight_grams={read[0]}."
    return "refused", f"nothing was sent: {told}."


twelve_kilos = Predict(
    title="What twelve kilos become",
    task="""
        A form in Node.js sends what somebody has typed: `{ weightGrams: "12 kg", recipientName: "Ada" }`, by
        `grpc-js` with the usual options. `weight_grams` is an `int32`. What does a server in Python read?
    """,
    services=[CUSTOMS],
    observe=_observe_twelve_kilos,
    expected=0,
    options=[
        Option(
            "12: as `parseInt` does, it takes the digits at the beginning.",
            "`parseInt` would. But what turns a value into 32 bits here takes the whole text for a number, or for none.",
            12,
        ),
        Option(
            "12000: the contract says grams.",
            "No contract knows what `kg` means; the unit stands in a comment.",
            12000,
        ),
        Option(
            "0, as if nobody had set it.",
            "Right: a text that is no number becomes `NaN`, and `NaN` in 32 bits is 0. The call ends well.",
            0,
        ),
        Option(
            "Nothing: Node.js refuses to send it.",
            "A list or bytes of a wrong type would be refused. Numbers are made of whatever is there.",
            "refused",
        ),
    ],
    hints=[
        "The table in *Follow a value across* has a text in the place of a number.",
        'Type `"12 kg" | 0` into the console of a browser: that is what becomes of it.',
    ],
    reason="A weight of 0 is fine for the server, the courier comes without a van, and no log has a word about it. Check "
    "what people type where they type it.",
)
