"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_NUMBER = "Nobody has read this field or value before, so its number is the author's to choose."
_SAYS_NOTHING = "The zero that says nothing may be called as one likes; the goal names the others."
_WHOLE = "Another type of whole number that may be negative: the goal names no range."
_COUNT = "A percentage of 0 or more fits into any number; presence is what the goal asks for."
_PRESENCE = "With presence the field reads and is written as before, and can be asked about besides."

EQUALS: dict[str, dict[str, str]] = {
    "invoice": {
        "[PAYMENT_UNSPECIFIED -> PAYMENT_UNSPECIFIEDX] = 0;": _SAYS_NOTHING,
        "PAYMENT_CASH = [1 -> 8];": _NUMBER,
        "PAYMENT_CARD = [2 -> 9];": _NUMBER,
        "- PAYMENT_CASH = 1; | PAYMENT_CARD = 2… and + PAYMENT_CASH = 2; | PAYMENT_CARD = 1…": _NUMBER,
        "string text = [1 -> 8];": _NUMBER,
        "int64 cents = [2 -> 9];": _NUMBER,
        "- string text = 1; | int64 cents = 2; and + string text = 2; | int64 cents = 1;": _NUMBER,
        "repeated Line lines = [2 -> 9];": _NUMBER,
        "Payment payment = [3 -> 10];": _NUMBER,
        "optional int32 discount_percent = [4 -> 11];": _NUMBER,
        "- repeated Line lines = 2; | Payment p… and + repeated Line lines = 3; | Payment p…": _NUMBER,
        "- Payment payment = 3; | optional int3… and + Payment payment = 4; | optional int3…": _NUMBER,
        **{f"[int64 -> {kind}] cents = 2;": _WHOLE for kind in ("int32", "sint32", "sint64")},
        **{
            f"optional [int32 -> {kind}] discount_percent = 4;": _COUNT
            for kind in ("int64", "uint32", "uint64", "sint32", "sint64", "fixed64", "double")
        },
        **{
            f"[ -> optional ]{field};": _PRESENCE
            for field in (
                "string text = 1",
                "int64 cents = 2",
                "string invoice_id = 1",
                "Payment payment = 3",
            )
        },
    },
    "varint": {
        "parts.append(number & 127 [| -> ^] 128)": "The seven bits never have the eighth, so both set it.",
    },
    "safe_change": {
        "[HANDLING_UNSPECIFIED -> HANDLING_UNSPECIFIEDX] = 0;": _SAYS_NOTHING,
        "HANDLING_KEEP_DRY = [1 -> 8];": _NUMBER,
        "HANDLING_KEEP_UPRIGHT = [2 -> 9];": _NUMBER,
        "- HANDLING_KEEP_DRY = 1; | HANDLING_KE… and + HANDLING_KEEP_DRY = 2; | HANDLING_KE…": _NUMBER,
        "Handling handling = [5 -> 12];": _NUMBER,
        "[int64 -> uint64] weight_grams = 2;": "Same bytes for every weight there is; none is negative.",
        **{
            f"[ -> optional ]{field};": _PRESENCE
            for field in (
                "string parcel_id = 1",
                "int64 weight_grams = 2",
                "string recipient = 4",
                "Handling handling = 5",
            )
        },
    },
}

UNSOLVED: dict[str, list[str]] = {}
