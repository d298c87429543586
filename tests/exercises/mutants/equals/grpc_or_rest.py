"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

EQUALS: dict[str, dict[str, str]] = {
    "checked_quote": {
        "+ if not 0 <= request.distance_km < fl… and - if not 0 <= request.distance_km < fl…": (
            "The fields are looked at in another order, and the task names none."
        ),
        "+ if request.speed not in (quote_pb2.S… and - if request.speed not in (quote_pb2.S…": (
            "The fields are looked at in another order, and the task names none."
        ),
        "+ faults.append('weight_grams must be …": ("The text names the field twice, and no other one."),
        "+ faults.append('distance_km must be f…": ("The text names the field twice, and no other one."),
        "+ faults.append('speed must be standar…": ("The text names the field twice, and no other one."),
        "if request.speed [== -> >=] quote_pb2.SPEED_EXPRESS:": (
            "Only standard and express get here, and express is the greater one."
        ),
        "…(grpc.StatusCode.INVALID_ARGUMENT, '[;  -> ]'.join(faults))": (
            "Between the faults stands another mark, in a text for people."
        ),
        "…rpc.StatusCode.INVALID_ARGUMENT, '; [ -> x]'.join(faults))": (
            "Between the faults stands another mark, in a text for people."
        ),
    },
    "bridge": {
        "- HTTP_STATUS = {grpc.StatusCode.INVAL… and + HTTP_STATUS = {grpc.StatusCode.INVAL…": (
            "The table is looked up when the function is called, wherever in the cell it stands."
        ),
        "except [(json_format.ParseError, UnicodeDeco… -> Exception] as error:": (
            "Only reading the body can fail there, and it fails for whatever reason."
        ),
        "except [grpc.RpcError -> Exception] as error:": (
            "What a stub raises for a call that failed is an RpcError."
        ),
    },
}

UNSOLVED: dict[str, list[str]] = {}
