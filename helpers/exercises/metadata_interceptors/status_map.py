"""A server interceptor that turns exceptions into statuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc

from ..engine import CallResult, Check, WriteInterceptor, wrong
from .every_kind import REPLIES, REQUESTS, STREAMED, answers
from .setup import DISPATCH, TRACKING

_SECRET = "host=10.0.0.7 password=kuckuck"
_UNMAPPED = "The exception came through as it was, and gRPC made UNKNOWN of it. Catch `{0}`, and end the call with `{1}`."
_STREAM = (
    "With a stream of replies the handler's function only makes a generator. It raises later, when a reply is taken: "
    "go through it inside of the `try`, with `yield from`."
)
_ABORT = "The handler chose this status with `abort`, which raises a bare `Exception`. Do not catch that one: `raise` it."
_AGREED_ON = (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT)
_AGREED = "Only `KeyError` and `ValueError` have a status of their own. All others are accidents, their relatives too."
_LEAK = "A stranger can read this. For what nobody expected, the text is `internal error` and nothing else."
_ANSWER = "Nothing was raised here, so the answers are the handler's."
_ACCIDENTS = [kind(_SECRET) for kind in (RuntimeError, ZeroDivisionError, OSError, IndexError, TypeError)]


def _check_status_map(check: Check) -> None:
    with check.intercepted(**answers()) as client:
        for method in REQUESTS:
            client.call(method, REQUESTS[method]).expect_replies(REPLIES[method], _ANSWER)
    for method in REQUESTS:
        _ends(check, method, KeyError("P-404"), grpc.StatusCode.NOT_FOUND, "P-404")
        _ends(check, method, KeyError("P-7"), grpc.StatusCode.NOT_FOUND, "P-7")
        _ends(check, method, ValueError("weight is -3"), grpc.StatusCode.INVALID_ARGUMENT, "weight is -3")
        _ends(check, method, ValueError("no street"), grpc.StatusCode.INVALID_ARGUMENT, "no street")
        if method in STREAMED:
            _ends(check, method, KeyError("P-9"), grpc.StatusCode.NOT_FOUND, "P-9", late=True)
        for accident in _ACCIDENTS:
            result = _ends(check, method, accident, grpc.StatusCode.INTERNAL, "internal error")
            result.expect(result.details == "internal error", "internal error", result.details, _LEAK)
        for code in (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.UNAVAILABLE):
            _keeps(check, method, code)


def _raising(error: Exception) -> Callable[[str, Any], object]:
    def before(method: str, context: Any) -> object:
        raise error.with_traceback(None)

    return before


def _ends(
    check: Check, method: str, error: Exception, code: grpc.StatusCode, naming: str, *, late: bool = False
) -> CallResult:
    unmapped = _STREAM if method in STREAMED else _UNMAPPED.format(type(error).__name__, code.name)
    with check.intercepted(**answers(_raising(error), late=late)) as client:
        result = client.call(method, REQUESTS[method])
        result.text = f"{method}, whose handler raises {type(error).__name__}({error.args[0]!r})"
        result.text += " after its first reply" if late else ""
        mapped = _AGREED if code is grpc.StatusCode.INTERNAL else ""
        causes = {grpc.StatusCode.UNKNOWN: unmapped, **dict.fromkeys(_AGREED_ON, mapped)}
        return result.expect_status(code, naming, causes)


def _keeps(check: Check, method: str, code: grpc.StatusCode) -> None:
    def before(method: str, context: Any) -> object:
        return context.abort(code, "come back tomorrow")

    with check.intercepted(**answers(before)) as client:
        result = client.call(method, REQUESTS[method])
        result.text = f"{method}, whose handler aborts with {code.name}"
        result.expect_status(code, "come back tomorrow", {...: _ABORT})


status_map = WriteInterceptor(
    title="Exceptions become statuses",
    task="""
        **Input:** handlers of all four kinds that raise what Python raises.

        **Goal:** a server interceptor that ends the call with a status when a handler raises. A `KeyError`
        becomes `NOT_FOUND` and a `ValueError` `INVALID_ARGUMENT`, both with the exception's text. Whatever
        else becomes `INTERNAL` with the text `internal error`, and tells nothing more. A handler's own
        `context.abort` stays what it is.

        **Example:** the handler of `TrackParcel` raises `KeyError("P-404")`: the client gets `NOT_FOUND: 'P-404'`.
    """,
    bases=[grpc.ServerInterceptor],
    services=[TRACKING, DISPATCH],
    check=_check_status_map,
    hints=[
        "Two functions, as in the stopwatch: one that returns `function(request, context)`, one that does "
        "`yield from function(request, context)`. The `try` goes around either.",
        "`with` keeps the `try` in one place: a function with `@contextlib.contextmanager` and a `yield` inside.",
        "`context.code()` is not `None` where `abort` was called before. Then a bare `raise` lets it pass.",
    ],
    reason="Handlers raise what suits them, and one place decides what a client may read. The accident's own text "
    "belongs into the server's log.",
    wrong_answers=[
        wrong(
            "Catch `KeyError`, and end the call with `NOT_FOUND`",
            ("self.statuses(context)", "contextlib.nullcontext()"),
        ),
        wrong(
            "A stranger can read this",
            ("Exception:", "Exception as error:"),
            ('"internal error"', 'f"internal error: {error}"'),
        ),
        wrong("A stranger can read this", ('"internal error"', 'f"internal error {id(context)}"')),
        wrong(
            "which raises a bare `Exception`", ("            if context.code():\n                raise\n", "")
        ),
        wrong(
            "go through it inside of the `try`",
            ("return replies if handler.response_streaming else reply", "return reply"),
        ),
        wrong(
            "their relatives too",
            ("except KeyError as", "except LookupError as"),
        ),
        wrong(
            "go through it inside of the `try`",
        ).diff("""
                             with self.statuses(context):
            -                    yield from function(request, context)
            +                    found = function(request, context)
            +                    first = next(found)
            +                yield first
            +                yield from found
        """),
        wrong(
            "Its text should help",
            (
                "context.abort(grpc.StatusCode.NOT_FOUND, str(error))",
                "context.abort(grpc.StatusCode.NOT_FOUND, '')",
            ),
        ),
        wrong("Is a `return` missing", ("return around(", "around(")),
    ],
)
