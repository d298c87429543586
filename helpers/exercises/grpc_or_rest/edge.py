"""A REST edge in front of a gRPC service: JSON and HTTP statuses outside, messages and gRPC's inside."""

from __future__ import annotations

from ..engine import WriteClient, wrong
from .edge_check import check_bridge
from .setup import QUOTES

bridge = WriteClient(
    id="grpc_or_rest.bridge",
    title="A REST edge for a gRPC service",
    task="""
        **Input:** a stub `quotes`, the `body` of an HTTP request as bytes, and a `timeout` in seconds.

        **Goal:** return `(status, body)`, an HTTP status and JSON as bytes. What comes should be a
        `GetQuoteRequest` in protobuf's JSON mapping; if it is not, for whatever reason, nothing is called, and
        the status is 400. Otherwise call `GetQuote` once, with that timeout. A reply is 200 and its JSON, a price
        of 0 included; a call that fails is its number in `HTTP_STATUS`, or 500 if it has none there.

        The JSON of every error is an object with `code`, the name of gRPC's status (`INVALID_ARGUMENT` for a
        body that is wrong), and `message`, the text that came with it.

        **Example:** `b'{"weightGrams": 1200, "speed": "SPEED_EXPRESS"}'` gives `(200, b'{"priceCents": "930"}')`;
        a server that is away gives 503 and `{"code": "UNAVAILABLE", "message": "..."}`.
    """,
    services=[QUOTES],
    parameters=["quotes", "body", "timeout"],
    check=check_bridge,
    hints=[
        "`json_format.Parse(body, quote_pb2.GetQuoteRequest())` reads the whole mapping: lowerCamelCase names, enum names, "
        "numbers in texts. It raises `json_format.ParseError`, and for bytes that are no UTF-8 a `UnicodeDecodeError`.",
        "`except grpc.RpcError as error:` around the call, and there `error.code()`, its `.name`, and `error.details()`. "
        "`HTTP_STATUS.get(code, 500)` has a number for all of them.",
        "`json_format.MessageToJson(reply, always_print_fields_with_no_presence=True)` writes a 0, too; `.encode()` makes "
        "bytes of a text.",
    ],
    stub="""
        HTTP_STATUS = {
            grpc.StatusCode.INVALID_ARGUMENT: 400,
            grpc.StatusCode.NOT_FOUND: 404,
            grpc.StatusCode.UNAVAILABLE: 503,
            grpc.StatusCode.DEADLINE_EXCEEDED: 504,
        }


        @grpc_or_rest.bridge
        def quote_over_http(quotes, body, timeout):
            # your code here
            ...
    """,
    answer="""
        HTTP_STATUS = {
            grpc.StatusCode.INVALID_ARGUMENT: 400,
            grpc.StatusCode.NOT_FOUND: 404,
            grpc.StatusCode.UNAVAILABLE: 503,
            grpc.StatusCode.DEADLINE_EXCEEDED: 504,
        }


        @grpc_or_rest.bridge
        def quote_over_http(quotes, body, timeout):
            try:
                request = json_format.Parse(body, quote_pb2.GetQuoteRequest())
            except (json_format.ParseError, UnicodeDecodeError) as error:
                return 400, json.dumps({"code": "INVALID_ARGUMENT", "message": str(error)}).encode()
            try:
                reply = quotes.GetQuote(request, timeout=timeout)
            except grpc.RpcError as error:
                problem = {"code": error.code().name, "message": error.details()}
                return HTTP_STATUS.get(error.code(), 500), json.dumps(problem).encode()
            text = json_format.MessageToJson(reply, always_print_fields_with_no_presence=True)
            return 200, text.encode()
    """,
    reason="Inside, services keep contract, deadline and statuses; outside, anybody with curl gets an answer. grpc-gateway "
    "and Envoy's transcoder do this from annotations in the .proto, with a number for every status. A public edge would "
    "keep the text of a 500 to itself, since it may tell of the inside. The price stays a text: a number in JavaScript is "
    "exact up to 2⁵³, and an int64 goes further.",
    wrong_answers=[
        wrong(
            "names in lowerCamelCase",
            (
                "json_format.Parse(body, quote_pb2.GetQuoteRequest())",
                "quote_pb2.GetQuoteRequest(**json.loads(body))",
            ),
            outcome="raised",
        ),
        wrong("The request lacks something", ("json_format.Parse(body, quote_pb2.GetQuoteRequest())",
              'quote_pb2.GetQuoteRequest(weight_grams=json.loads(body)["weightGrams"])')),
        wrong(
            "is a text in protobuf's JSON",
            (
                "json_format.MessageToJson(reply, always_print_fields_with_no_presence=True)",
                'json.dumps({"priceCents": reply.price_cents})',
            ),
        ),
        wrong(
            "lowerCamelCase in JSON",
            (
                "always_print_fields_with_no_presence=True",
                "always_print_fields_with_no_presence=True, preserving_proto_field_name=True",
            ),
        ),
        wrong("A price of 0 is gone", (", always_print_fields_with_no_presence=True", "")),
        wrong("No deadline", (", timeout=timeout", "")),
        wrong("not the one that was given", ("timeout=timeout", "timeout=1")),
        wrong(
            "mostly one that is misspelt",
            ("GetQuoteRequest())", "GetQuoteRequest(), ignore_unknown_fields=True)"),
        ),
        wrong("no UTF-8", ("(json_format.ParseError, UnicodeDecodeError)", "json_format.ParseError"), outcome="raised"),
        wrong(
            "A body that is wrong is the caller's mistake",
            ("(json_format.ParseError, UnicodeDecodeError)", "grpc.RpcError"),
            outcome="raised",
        ),
        wrong("A body that is wrong is the caller's mistake", ("return 400,", "return 500,")),
        wrong("`code` and `message`", ('"message": str(error)', '"error": str(error)')),
        wrong("`code` and `message`", ('"code": "INVALID_ARGUMENT"', '"code": 3')),
        wrong("an RpcError is no answer", ("except grpc.RpcError as error", "except ValueError as error")),
        wrong("is told as 500", ("HTTP_STATUS.get(error.code(), 500)", "HTTP_STATUS[error.code()]"), outcome="raised"),
        wrong("Every status that is not in the table", ("error.code(), 500)", "error.code(), 400)")),
        wrong("stands in `HTTP_STATUS`", ("HTTP_STATUS.get(error.code(), 500)", "500")),
        wrong("the server's own words", ("error.details()", '"something went wrong"')),
        wrong(
            "Ask once",
            ("        problem =", "        if error.code() is grpc.StatusCode.UNAVAILABLE:\n            try:\n"
             "                quotes.GetQuote(request, timeout=timeout)\n            except grpc.RpcError:\n"
             "                pass\n        problem ="),
        ),
        wrong("are bytes", ("return 200, text.encode()", "return 200, text")),
        wrong("Return two values", ("return 200, text.encode()", "return text.encode()")),
        wrong("a reply is a success", ("return 200, text", "return 201, text")),
        wrong("Is a `return` missing", ("return 200, text.encode()", "text.encode()")),
        wrong("not JSON", ("json_format.MessageToJson(reply, always_print_fields_with_no_presence=True)", "str(reply)")),
    ],
)  # fmt: skip
