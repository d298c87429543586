"""A server interceptor that notes every call: method, status, time."""

from __future__ import annotations

import time
from typing import Any

import grpc

from ..engine import CallResult, Check, Incorrect, WriteInterceptor, wrong
from .every_kind import REPLIES, REQUESTS, STREAMED, answers
from .setup import DISPATCH, TRACKING

_TAKES = 0.15  # seconds that the handlers of this check take
_MISSING = "Put the line into `self.lines` when the call is over, in a `finally`, so that no end is missed."
_STREAM = (
    "With a stream of replies the handler's function only makes a generator, and its work is done later: go through it "
    "inside of what you measure, with `yield from`."
)
_SECONDS = "The time is that of the handler, in seconds, from its beginning to its last reply."
_STATUS = "The status is that of the call. `context.code()` is None until the handler has set one."
_PASSED = "The log only listens: what the handler raised goes on, with a bare `raise`."
_METHOD = "`details.method` is the whole name, as the task has it."


def _check_call_log(check: Check) -> None:
    def works(method: str, context: Any) -> None:
        time.sleep(_TAKES)

    with check.intercepted(**answers(works)) as client:
        for method in REQUESTS:
            began = time.monotonic()
            result = client.call(method, REQUESTS[method]).expect_replies(REPLIES[method], _PASSED)
            at_most = time.monotonic() - began
            seconds = _line(client.servicer, result, method, "OK")
            diagnosis = _STREAM if method in STREAMED else _SECONDS
            in_time = isinstance(seconds, (int, float)) and _TAKES * 0.9 <= seconds <= at_most
            result.expect(in_time, f"about {_TAKES:g} s", _shown(seconds), diagnosis)
    with check.intercepted(**answers(works, late=True)) as client:
        for method in STREAMED:
            result = client.call(method, REQUESTS[method]).expect_replies(REPLIES[method], _PASSED)
            seconds = _line(client.servicer, result, method, "OK")
            in_time = isinstance(seconds, (int, float)) and seconds >= _TAKES * 0.9
            result.expect(in_time, f"about {_TAKES:g} s", _shown(seconds), _STREAM)
    for method in REQUESTS:
        _ends(check, method, grpc.StatusCode.NOT_FOUND)
        _ends(check, method, grpc.StatusCode.FAILED_PRECONDITION)
        _ends(check, method, None)


def _shown(seconds: Any) -> str:
    return f"{seconds:.3g} s" if isinstance(seconds, (int, float)) else repr(seconds)


def _ends(check: Check, method: str, code: grpc.StatusCode | None) -> None:
    """A handler that aborts with this status, or has a bug."""

    def before(method: str, context: Any) -> None:
        if code is None:
            raise KeyError("no such shelf")
        context.abort(code, "not today")

    with check.intercepted(**answers(before)) as client:
        result = client.call(method, REQUESTS[method])
        result.text = f"{method}, whose handler {f'aborts with {code.name}' if code else 'raises KeyError'}"
        wanted = code or grpc.StatusCode.UNKNOWN
        result.expect_status(wanted, "not today" if code else "no such shelf", {...: _PASSED})
        _line(client.servicer, result, method, wanted.name)


def _line(interceptor: Any, result: CallResult, method: str, status: str) -> Any:
    """The seconds of the only line that a call has left, which is taken out."""
    lines = _lines(interceptor)
    until = time.monotonic() + 2
    while not lines and time.monotonic() < until:  # the client may hear of the end a moment before the log
        time.sleep(0.005)
    name = f"/courier.v1.{'DispatchService' if method == 'Talk' else 'TrackingService'}/{method}"
    wanted = f"one line, ({name!r}, {status!r}, …)"
    result.expect(len(lines) == 1, wanted, f"{len(lines)} lines", _MISSING)
    line = lines.pop()
    result.expect(
        isinstance(line, tuple) and len(line) == 3, wanted, repr(line), "A line has method, status, seconds."
    )
    result.expect(line[0] == name, wanted, repr(line), _METHOD)
    result.expect(line[1] == status, wanted, repr(line), _STATUS)
    return line[2]


def _lines(interceptor: Any) -> list[Any]:
    lines = getattr(interceptor, "lines", None)
    if not isinstance(lines, list):
        raise Incorrect("Keep the lines in `self.lines`, a list.", called="CallLog().lines", expected="a list",
                        actual=type(lines).__name__)  # fmt: skip
    return lines


call_log = WriteInterceptor(
    title="A log of every call",
    task="""
        **Input:** calls of all four kinds.

        **Goal:** a server interceptor that keeps one line for each call in `self.lines`, added when its
        handler is done: `(method, status, seconds)`. The method is `details.method`, the status a name such
        as `OK`, the seconds are those of the handler. A handler that has aborted has its own status, one
        that has raised something else has `UNKNOWN`. The client gets what it would get without a log.

        **Example:** `("/courier.v1.TrackingService/TrackParcel", "OK", 0.302)`
    """,
    bases=[grpc.ServerInterceptor],
    services=[TRACKING, DISPATCH],
    check=_check_call_log,
    hints=[
        "The lesson's stopwatch has the two functions that it takes, and the `with` around the call.",
        "`except Exception:` in it sees what the handler raises, `abort` included, and lets it go on with `raise`.",
        "After an `abort`, `context.code()` is the status. After any other exception it is None.",
    ],
    reason="A line that is written in `finally` misses no end, and a status that is taken where the exception passes is "
    "the one that the client gets.",
    wrong_answers=[
        wrong(
            "go through it inside of what you measure",
            ("return replies if handler.response_streaming else reply", "return reply"),
        ),
        wrong(
            "The status is that of the call",
            ("(context.code() or grpc.StatusCode.UNKNOWN).name", '"UNKNOWN"'),
        ),
        wrong("The status is that of the call", ("context.code() or ", "")),
        wrong(
            "in a `finally`", ("        finally:\n            seconds", "        else:\n            seconds")
        ),
        wrong("the whole name", ("append((method,", 'append((method.rpartition("/")[2],')),
        wrong(
            "The log only listens",
            ("            raise\n", "            context.set_code(grpc.StatusCode.INTERNAL)\n"),
        ),
        wrong("in seconds", ("seconds = time.perf_counter() - started", "seconds = time.perf_counter()")),
        wrong("Keep the lines in `self.lines`").whole("""
            class CallLog(grpc.ServerInterceptor):
                def intercept_service(self, continuation, details):
                    return continuation(details)
        """),
    ],
)
