"""A call of any unary method of any server, without generated code."""

from __future__ import annotations

from typing import Any

from ..engine import Check, WriteFunction, wrong
from ..engine.formatting import show
from .setup import grpc, reflection
from .unknown_server import PILOT, TOWER, unknown_server

_LISTED = [TOWER, PILOT, reflection.SERVICE_NAME]
_CALLS: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    (f"{TOWER}/GetTide", {"pierName": "east", "hoursAhead": 3}, {"pierName": "east", "levelMm": "304"}),
    (f"{TOWER}/GetTide", {"pier_name": "n"}, {"pierName": "n", "levelMm": "1"}),
    (f"{PILOT}/Bring", {"ships": ["Ada", "Grace"]}, {"brought": 2}),
    (f"{PILOT}/Bring", {}, {}),
)
_NOT_SENT = (
    "The fields that were given did not arrive. `json_format.ParseDict(fields, Request())` fills them in."
)


def _check_dynamic_call(check: Check) -> None:
    for _ in range(2):  # servers that have nothing to do with each other
        _check_server(check)


def _check_server(check: Check) -> None:
    with unknown_server(_LISTED) as (channel, received):
        for method, fields, expected in _CALLS:
            received.clear()
            called = f'call(channel, "{method}", {fields})'
            result = check.run(channel, method, dict(fields), called=called)
            if isinstance(result.error, grpc.RpcError) and fields:
                cause = {
                    grpc.StatusCode.UNIMPLEMENTED: "The path of a call begins with `/`: `/package.Service/Method`.",
                    grpc.StatusCode.INVALID_ARGUMENT: _NOT_SENT,
                }
                result.expect_return(show(expected), cause)
            value = result.expect_return(show(expected))
            result.expect(
                isinstance(value, dict), show(expected), show(value),
                "Return the reply as a dict: `json_format.MessageToDict(reply)`." if value is not None else
                "Your function gave back None. Is a `return` missing?",
            )  # fmt: skip
            result.expect(
                len(received) == 1, "1 call", f"{len(received)} calls", "Call the method, and call it once."
            )
            result.expect_value(
                expected, "Return the reply's fields as `json_format.MessageToDict` writes them."
            )
        check.run(
            channel, f"{TOWER}/GetTide", {}, called=f'call(channel, "{TOWER}/GetTide", {{}})'
        ).expect_error(
            grpc.StatusCode.INVALID_ARGUMENT, "An error of the call belongs to the caller: let it through."
        )


dynamic_call = WriteFunction(
    title="Call what you do not know",
    task="""
        **Input:** a channel to a server with reflection, a method as `package.Service/Method`, and the fields of the
        request as a dict in the form of JSON. The method is unary.

        **Goal:** call it once, and return the reply as a dict in the form of JSON. An error of the call goes to the caller.

        **Example:** `call(channel, "harbor.v1.PilotService/Bring", {"ships": ["Ada"]})` gives `{"brought": 1}`.
    """,
    check=_check_dynamic_call,
    hints=[
        'The service stands before the `/`, the method behind it: `service, name = method.split("/")`.',
        "A pool over `ProtoReflectionDescriptorDatabase(channel)` finds the service, its `methods_by_name[name]` has "
        "`input_type` and `output_type`, and `GetMessageClass` makes classes of them.",
        "`json_format.ParseDict(fields, Request())` makes the request, and `json_format.MessageToDict(reply)` the dict.",
    ],
    reason="This function is a command-line tool without its command line. Everything in it that is special to one "
    "server came over the wire a moment before.",
    wrong_answers=[
        wrong("begins with `/`", ('f"/{method}"', "method")),
        wrong("did not arrive", ("json_format.ParseDict(fields, Request())", "Request()")),
        wrong("Return the reply as a dict", ("json_format.MessageToDict(call(request))", "call(request)")),
        wrong("Is a `return` missing", ("return json_format", "json_format")),
        wrong("Call the method, and call it once", ("    return json", "    call(request)\n    return json")),
        wrong("as `json_format.MessageToDict` writes them",
              ("MessageToDict(call(request))", "MessageToDict(call(request), preserving_proto_field_name=True)")),
    ],
)  # fmt: skip
