"""A REST edge in front of a gRPC service: JSON and HTTP statuses outside, messages and gRPC's inside."""

from __future__ import annotations

import json
import threading
from typing import Any

import grpc
from google.protobuf import json_format

from ..engine import Check, FunctionResult, Incorrect, WriteClient, raises, wrong
from ..engine.formatting import describe, is_status, shortened, show, status_text
from ..engine.function_result import MISSING
from ..engine.verdict import Raised
from .setup import QUOTES, quote_pb2, quote_pb2_grpc

_BODY = b'{"weightGrams": 1200, "distanceKm": 3.5, "speed": "SPEED_EXPRESS"}'
_SENT = quote_pb2.GetQuoteRequest(weight_grams=1200, distance_km=3.5, speed=quote_pb2.SPEED_EXPRESS)
_PATIENCE = 4.0  # seconds: what the check gives as timeout where no deadline is to be reached

# What comes back, the body that asks for it, the request that should be sent, and the timeout.
_RIGHT = (
    (930, _BODY, _SENT, _PATIENCE),
    (
        0,
        b'{"weightGrams": 300, "distanceKm": 1}',
        quote_pb2.GetQuoteRequest(weight_grams=300, distance_km=1),
        9.0,
    ),
    (930, b'{"weight_grams": "1200", "distanceKm": "3.5", "speed": 2}', _SENT, _PATIENCE),
    (450, b"{}", quote_pb2.GetQuoteRequest(), _PATIENCE),
)

_MAPPING = (
    "The JSON mapping has names in lowerCamelCase and enum values by name, and a reader takes a number in a text, an enum's "
    "number and a name as in the .proto, too. `json_format.Parse` knows all of that, and refuses what does not fit."
)
_CALLERS_FAULT = "A body that is wrong is the caller's mistake, and worth an answer: 400."
# What reading a body that is wrong may raise.
_OF_A_BODY = (json_format.Error, ValueError, TypeError, KeyError)
_NO_UTF_8 = '{"speed": "für morgen"}'.encode("latin-1")
_BAD_BODIES = {
    **dict.fromkeys(
        (b'{"weightGrams": 1200, "speed"', b'{"weightGrams": "heavy"}', b"", b"null", b"[1]"), _CALLERS_FAULT
    ),
    b'{"weightGrams": 3000000000}': _CALLERS_FAULT,
    b'{"wieghtGrams": 1200}': "A field that nobody knows is mostly one that is misspelt. Passed over in silence, this "
    "delivery would be quoted without a weight: 400.",
    b'{"speed": "SPEED_TELEPORT"}': "A speed that nobody knows is a mistake of the caller, and no speed left out: 400.",
    _NO_UTF_8: "These bytes are no UTF-8, so they are no JSON: `json_format.Parse` raises a UnicodeDecodeError for them, "
    "which is no ParseError. The answer is 400.",
}
# What the text of the error names, for some of them.
_NAMING = {b'{"wieghtGrams": 1200}': "wieghtGrams", b'{"weightGrams": "heavy"}': "heavy"}
_IN_TABLE = {
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.UNAVAILABLE: 503,
}
_OTHERWISE = (grpc.StatusCode.OK, grpc.StatusCode.DEADLINE_EXCEEDED)  # what is tried in other ways


def _check_bridge(check: Check) -> None:
    """Expects the right answer for replies, wrong bodies, statuses, and a server that is too slow."""
    _check_replies(check)
    _check_bad_bodies(check)
    once = "Ask once. The caller is told 503, and knows best whether to try again."
    for code in dict.fromkeys([*_IN_TABLE, *grpc.StatusCode]):
        if code in _OTHERWISE:
            continue
        result = _run(check, code, story=f"the server answers {code.name}")
        result.expect_attempts("GetQuote", 1, {0: "`GetQuote` was never called.", ...: once})
        if status := _IN_TABLE.get(code):
            words = f"this server answers {code.name} for now"
            _expect_problem(
                result, status, code.name, f"{code.name} stands in `HTTP_STATUS`: {status}.", words
            )
        else:
            # What a server says about its own faults may be kept inside.
            table = "Every status that is not in the table is told as 500: something is wrong inside, whatever it is."
            _expect_problem(result, 500, code.name, table)
    result = _run(check, _wait, timeout=0.2, story="the server takes longer than that")
    _expect_problem(result, 504, "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED stands in `HTTP_STATUS`: 504.")


def _check_replies(check: Check) -> None:
    for cents, body, sent, patience in _RIGHT:
        reply = quote_pb2.GetQuoteResponse(price_cents=cents)
        result = _run(check, reply, body=body, timeout=patience, story=f"price_cents={cents} comes back")
        answer = {"priceCents": str(cents)}
        causes = dict.fromkeys((TypeError, ValueError, KeyError), _MAPPING)
        status, actual = _read(result, f"(200, {json.dumps(answer).encode()!r})", causes)
        never = "`GetQuote` was never called. This body is right: " + _MAPPING
        result.expect_attempts("GetQuote", 1, {0: never, ...: "Ask once."})
        other = "The request is not what the body says, no less and no more. " + _MAPPING
        result.expect_sent("GetQuote", sent, diagnosis=other)
        success = "Here a reply is a success and nothing else: 200."
        result.expect(status == 200, "status 200", f"status {status}", success)
        result.expect(actual == answer, json.dumps(answer), json.dumps(actual), _diagnosis(actual, cents))
        left, wanted = result.received("GetQuote")[0].deadline, f"a deadline of {patience:g} s"
        missing = (
            "No deadline went along. The HTTP caller has a limit to its patience, and gRPC carries it on: "
            "`timeout=timeout`."
        )
        result.expect(left is not None, wanted, "none", missing)
        # Whatever the machine is busy with, a call arrives before half of its time is over.
        right = left is None or 0.5 * patience < left < 1.25 * patience
        changed = "The deadline is not the one that was given: `timeout=timeout`, in seconds."
        result.expect(right, wanted, f"one of {left or 0:.2g} s", changed)


def _diagnosis(actual: object, cents: int) -> str:
    if not isinstance(actual, dict):
        return "The body of the answer is a JSON object."
    if "price_cents" in actual:
        return "Field names are in lowerCamelCase in JSON: priceCents. `json_format.MessageToJson` writes them so."
    if actual.get("priceCents") == cents:
        return (
            "An int64 is a text in protobuf's JSON: a number in JavaScript is exact up to 2⁵³ only. "
            "`json_format.MessageToJson` writes it so."
        )
    if not actual and not cents:
        return (
            "A price of 0 is gone: protobuf leaves out what is zero, and a reader of JSON does not know. "
            "`always_print_fields_with_no_presence=True` writes it."
        )
    return "Let `json_format.MessageToJson` write the reply."


def _check_bad_bodies(check: Check) -> None:
    for body, diagnosis in _BAD_BODIES.items():
        result = _run(check, quote_pb2.GetQuoteResponse(price_cents=930), body=body)
        if result.error is None:
            result.expect_attempts("GetQuote", 0, diagnosis)
        _expect_problem(result, 400, "INVALID_ARGUMENT", diagnosis, naming=_NAMING.get(body, ""))


def _run(
    check: Check, answer: object, *, body: bytes = _BODY, timeout: float = _PATIENCE, story: str = ""
) -> FunctionResult:
    called = f"quote_over_http(quotes, {body!r}, {timeout:g}){', ' if story else ''}{story}"
    with check.fake_server(GetQuote=answer) as server:
        quotes = quote_pb2_grpc.QuoteServiceStub(server.channel)
        return check.run(quotes, body, timeout, called=called, within=5.0)


def _wait(request, context: grpc.ServicerContext):
    gone = threading.Event()
    context.add_callback(gone.set)
    gone.wait(10)
    return quote_pb2.GetQuoteResponse()


def _expect_problem(
    result: FunctionResult, status: int, code: str, diagnosis: str, words: str = "", naming: str = ""
) -> None:
    """Expects an error's status and JSON; `words` must be its message, and `naming` a part of it."""
    wanted = {"code": code, "message": words or (f"... {naming} ..." if naming else "...")}
    expected = f"{status} and {json.dumps(wanted)}"
    came_status, actual = _read(result, expected, dict.fromkeys(_OF_A_BODY, diagnosis))
    told = f"{came_status} and {shortened(json.dumps(actual))}"
    result.expect(came_status == status, expected, told, diagnosis)
    whole = isinstance(actual, dict) and actual.get("code") == code and isinstance(actual.get("message"), str)
    shape = (
        "The body of an error is an object with `code` and `message`: the name of gRPC's status, and a text."
    )
    result.expect(whole, expected, told, shape)
    message, cause = actual["message"], "The error that was caught says what is wrong."
    if words:
        cause = "`error.details()` has the server's own words."
    right = message == words if words else bool(message)
    result.expect(right, expected, told, f"A message without a cause helps nobody. {cause}")
    named = f"The text that came with the error names `{naming}`, which is what is wrong here. Hand it on: `str(error)`."
    result.expect(naming in message, expected, told, named)


def _read(result: FunctionResult, expected: str, diagnosis: dict) -> tuple[int, Any]:
    """Status and decoded JSON of what the bridge returned; anything else is told."""
    if is_status(result.error):
        actual = f"an RpcError with {status_text(result.error.code(), result.error.details())}"
        caught = "To an HTTP client an RpcError is no answer: catch it, and return a status and a body."
        raise Incorrect(caught, called=result.text, expected=expected, actual=actual)
    if result.error is not None:
        cause = next((diagnosis[cls] for cls in type(result.error).__mro__ if cls in diagnosis), "")
        if "not JSON serializable" in str(result.error):
            cause = "`json.dumps` takes dicts, lists, texts and numbers. `json_format.MessageToJson` writes a message."
        raise Raised(result.error, cause, called=result.text, expected=expected)
    value, shown = result.value, show(result.value)
    result.expect(value is not None, expected, shown, MISSING)
    is_pair = isinstance(value, tuple) and len(value) == 2
    result.expect(is_pair, expected, shown, "Return two values: an HTTP status, and the body.")
    status, body = value
    text = (
        f"What goes over HTTP are bytes, and your body is {describe(body)}. A text has `.encode()`, and `json.dumps` "
        "makes a text of a dict."
    )
    result.expect(isinstance(body, bytes), expected, shown, text)
    try:
        return int(status), json.loads(body)
    except (ValueError, TypeError):
        no_json = "The body is not JSON, or the status no number."
        raise Incorrect(no_json, called=result.text, expected=expected, actual=shown) from None


bridge = WriteClient(
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
    check=_check_bridge,
    hints=[
        "`json_format.Parse(body, quote_pb2.GetQuoteRequest())` reads the whole mapping: lowerCamelCase names, enum names, "
        "numbers in texts. It raises `json_format.ParseError`, and for bytes that are no UTF-8 a `UnicodeDecodeError`.",
        "`except grpc.RpcError as error:` around the call, and there `error.code()`, its `.name`, and `error.details()`. "
        "`HTTP_STATUS.get(code, 500)` has a number for all of them.",
        "`json_format.MessageToJson(reply, always_print_fields_with_no_presence=True)` writes a 0, too; `.encode()` makes "
        "bytes of a text.",
    ],
    reason="Inside, services keep contract, deadline and statuses; outside, anybody with curl gets an answer. grpc-gateway "
    "and Envoy's transcoder do this from annotations in the .proto, with a number for every status. A public edge would "
    "keep the text of a 500 to itself, since it may tell of the inside. The price stays a text: a number in JavaScript is "
    "exact up to 2⁵³, and an int64 goes further.",
    wrong_answers=[
        wrong("a reader takes a number in a text").diff("""
            -        request = json_format.Parse(body, quote_pb2.GetQuoteRequest())
            -    except (json_format.ParseError, UnicodeDecodeError) as error:
            +        names = {"weightGrams": "weight_grams", "distanceKm": "distance_km", "speed": "speed"}
            +        given = {names[name]: value for name, value in json.loads(body).items()}
            +        request = quote_pb2.GetQuoteRequest(**given)
            +    except Exception as error:
        """),
        raises("names in lowerCamelCase").diff("""
            -        request = json_format.Parse(body, quote_pb2.GetQuoteRequest())
            +        request = quote_pb2.GetQuoteRequest(**json.loads(body))
        """),
        wrong("The request is not what the body says").diff("""
            -        request = json_format.Parse(body, quote_pb2.GetQuoteRequest())
            +        request = quote_pb2.GetQuoteRequest(weight_grams=json.loads(body)["weightGrams"])
        """),
        wrong("is a text in protobuf's JSON").diff("""
            -    text = json_format.MessageToJson(reply, always_print_fields_with_no_presence=True)
            +    text = json.dumps({"priceCents": reply.price_cents})
        """),
        wrong("lowerCamelCase in JSON", ("=True", "=True, preserving_proto_field_name=True")),
        wrong("A price of 0 is gone", (", always_print_fields_with_no_presence=True", "")),
        wrong("No deadline", (", timeout=timeout", "")),
        wrong("not the one that was given", ("timeout=timeout", "timeout=1")),
        wrong("mostly one that is misspelt", ("())", "(), ignore_unknown_fields=True)")),
        raises("no UTF-8", ("(json_format.ParseError, UnicodeDecodeError)", "json_format.ParseError")),
        raises(
            "A body that is wrong is the caller's mistake",
            ("(json_format.ParseError, UnicodeDecodeError)", "grpc.RpcError"),
        ),
        wrong("A body that is wrong is the caller's mistake", ("return 400,", "return 500,")),
        wrong("`code` and `message`", ('"message": str(error)', '"error": str(error)')),
        wrong("`code` and `message`", ('"code": "INVALID_ARGUMENT"', '"code": 3')),
        wrong("an RpcError is no answer", ("except grpc.RpcError as error", "except ValueError as error")),
        raises("is told as 500", ("HTTP_STATUS.get(error.code(), 500)", "HTTP_STATUS[error.code()]")),
        wrong("Every status that is not in the table", ("error.code(), 500)", "error.code(), 400)")),
        wrong("stands in `HTTP_STATUS`", ("HTTP_STATUS.get(error.code(), 500)", "500")),
        wrong("the server's own words", ("error.details()", '"something went wrong"')),
        wrong("Ask once").diff("""
                 except grpc.RpcError as error:
            +        if error.code() is grpc.StatusCode.UNAVAILABLE:
            +            try:
            +                quotes.GetQuote(request, timeout=timeout)
            +            except grpc.RpcError:
            +                pass
        """),
        wrong("are bytes", ("return 200, text.encode()", "return 200, text")),
        wrong("Return two values", ("return 200, text.encode()", "return text.encode()")),
        wrong("a reply is a success", ("return 200, text", "return 201, text")),
        wrong("Is a `return` missing", ("return 200, text.encode()", "text.encode()")),
        wrong(
            "not JSON",
            ("json_format.MessageToJson(reply, always_print_fields_with_no_presence=True)", "str(reply)"),
        ),
    ],
)
