"""The mutants in the lesson on many languages that are as good as the solution."""

EQUALS = {
    "one_more": {
        "console.log(String(BigInt([String -> BigInt](reply.declaration.valueCents)) + 1n…": (
            "`BigInt` asks a `Long` for its text, so the digits are exact in this way, too."
        ),
    },
    "duty": {
        "+ callback({ code: grpc.status.INVALID…": "A call has one status: `grpc-js` ignores the second.",
    },
}
