"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_NUMBER = "Nobody has read this contract before, so its numbers are the author's to choose."
_WHOLE = "Another type of whole number: the goal names no range."
_PRESENCE = "With presence the field reads and is written as before, and can be asked about besides."
_COUNTS = ("weight_grams = 2;", "shelf = 1;", "shelf = 1; #2")

EQUALS: dict[str, dict[str, str]] = {
    "own_contract": {
        "string parcel_id = [1 -> 8];": _NUMBER,
        "int32 weight_grams = [2 -> 9];": _NUMBER,
        "int32 shelf = [1 -> 8];": _NUMBER,
        "int32 shelf = [1 -> 8]; #2": _NUMBER,
        "repeated string parcel_ids = [1 -> 8];": _NUMBER,
        "- string parcel_id = 1; | int32 weight… and + string parcel_id = 2; | int32 weight…": _NUMBER,
        "[ -> optional ]string parcel_id = 1;": _PRESENCE,
        **{f"[ -> optional ]int32 {field}": _PRESENCE for field in _COUNTS},
        **{
            f"[int32 -> {kind}] {field}": _WHOLE
            for field in _COUNTS
            for kind in ("int64", "uint32", "uint64", "sint32", "sint64", "fixed64")
        },
    },
    "unknown_parcel": {
        "+ bob = quote_pb2.Parcel(parcel_id='P-… and - bob = quote_pb2.Parcel(parcel_id='P-…": (
            "Two parcels are made in the other order."
        ),
    },
    "valid_weight": {
        "+ number = f'P-{len(self.parcels) + 1}… and - number = f'P-{len(self.parcels) + 1}…": (
            "A number worked out before the check leaves no trace."
        ),
        "+ self.parcels[number] = parcel and - self.parcels[number] = parcel": (
            "The dict holds the parcel itself, so it sees what is set a line later."
        ),
        "…eight_grams must be 1 to 30000, not [{request.weight_grams} -> ]')": (
            "The text has to name the field; repeating the value is a courtesy."
        ),
    },
}

UNSOLVED: dict[str, list[str]] = {}
