"""A client interceptor that gives every call an id of its own."""

from __future__ import annotations

from typing import Any

from ..engine import CallResult, Check, WriteInterceptor, raises, wrong
from .every_kind import REPLIES, REQUESTS, answers
from .setup import CLIENT_INTERCEPTORS, DISPATCH, TRACKING

_KEY = "x-request-id"
_ABSENT = "Give `details._replace(metadata=...)` to `continuation`, with the caller's pairs and one more."
_LOST = "What the caller sends along is the caller's: put it into the new list, `[*(details.metadata or ()), ...]`."
_OWN = "An id that the caller has chosen ties this call to others. Look for it before you add one."
_SAME = "Make the id where the call is made: each call needs a new one, such as `str(uuid.uuid4())`."


_ACCOUNT = ("account-id", "A-7")
_WITHOUT: list[list[tuple[str, str | bytes]]] = [
    [],
    [_ACCOUNT, ("scan-bin", b"\x00\xff"), ("stop", "1"), ("stop", "2")],
]
_WITH: list[list[tuple[str, str | bytes]]] = [[(_KEY, "ada-1"), _ACCOUNT], [_ACCOUNT, (_KEY, "bob-2")]]


def _check_request_id(check: Check) -> None:
    ids: list[Any] = []
    for method in REQUESTS:
        with check.intercepted(**answers()) as client:
            for sent in _WITHOUT:
                result = client.call(method, REQUESTS[method], metadata=sent)
                ids.append(_read(result, method, f"an {_KEY}", sent).get(_KEY))
                result.expect(bool(ids[-1]), f"an {_KEY}", "none", _ABSENT)

            for sent in _WITH:
                result, own = client.call(method, REQUESTS[method], metadata=sent), dict(sent)[_KEY]
                pairs = _pairs(result, _KEY)
                _read(result, method, f"{_KEY}: {own!s}", [_ACCOUNT])
                result.expect(
                    pairs == [own], f"{_KEY}: {own!s}, once", f"{_KEY}: {', '.join(map(str, pairs))}", _OWN
                )
    once = len(set(ids)) == len(ids)
    check.expect(once, "a new id for each", "one that came before", _SAME, called="eight calls without an id")


def _pairs(result: CallResult, name: str) -> list[Any]:
    received = result.received
    return [value for key, value in received.pairs if key == name] if received else []


def _read(
    result: CallResult, method: str, wanted: str, sent: list[tuple[str, str | bytes]]
) -> dict[str, Any]:
    """The metadata that came with a call, which was answered as by the server and has what the caller sent."""
    result.expect_replies(REPLIES[method])
    read = result.received.metadata if result.received else {}
    for name in dict(sent):
        values = [value for key, value in sent if key == name]
        told = ", ".join(map(str, _pairs(result, name))) or f"no {name}"
        result.expect(_pairs(result, name) == values, f"{wanted}, and the caller's {name}", told, _LOST)
    return read


request_id = WriteInterceptor(
    title="An id for every call",
    task="""
        **Input:** calls of all four kinds, some with metadata and some without.

        **Goal:** a client interceptor that sends an `x-request-id` with every call, a new one each time. All
        that the caller sends stays. A call that has an `x-request-id` already keeps it, and gets no second
        one. The caller gets the call, as without an interceptor.

        **Example:** a call with `account-id: A-7` arrives with `account-id: A-7` and
        `x-request-id: 0b4d…`; one with `x-request-id: ada-1` arrives with just that.
    """,
    bases=CLIENT_INTERCEPTORS,
    services=[TRACKING, DISPATCH],
    check=_check_request_id,
    hints=[
        "`details.metadata` is what the caller sends: a list of pairs, or `None`.",
        "`any(name == 'x-request-id' for name, _ in metadata)` tells whether there is one.",
        "`continuation(details._replace(metadata=[*metadata, ('x-request-id', str(uuid.uuid4()))]), request)` is the "
        "call to return.",
    ],
    reason="An id that is made where the call begins, once, ties all log lines of a request together. Who makes a "
    "second one on the way cuts the thread.",
    wrong_answers=[
        wrong("Give `details._replace(metadata=...)`", ("details._replace(metadata=metadata)", "details")),
        wrong("What the caller sends along", ("[*metadata, (", "[(")),
        wrong(
            "What the caller sends along",
            ("= details.metadata or ()", "= tuple(dict(details.metadata or ()).items())"),
        ),
        wrong("`timeout` is in `details`, too", ("metadata=metadata)", "metadata=metadata, timeout=None)")),
        wrong(
            "Look for it before you add one",
            ('if not any(name == "x-request-id" for name, _ in metadata)', "if True"),
        ),
        wrong("each call needs a new one").whole("""
            SESSION = str(uuid.uuid4())


            @metadata_interceptors.request_id
            class RequestId(
                grpc.UnaryUnaryClientInterceptor,
                grpc.UnaryStreamClientInterceptor,
                grpc.StreamUnaryClientInterceptor,
                grpc.StreamStreamClientInterceptor,
            ):
                def intercept(self, continuation, details, request):
                    metadata = list(details.metadata or ())
                    if not any(name == "x-request-id" for name, _ in metadata):
                        metadata.append(("x-request-id", SESSION))
                    return continuation(details._replace(metadata=metadata), request)

                intercept_unary_unary = intercept_unary_stream = intercept
                intercept_stream_unary = intercept_stream_stream = intercept
        """),
        wrong(
            "A `yield` makes a generator",
            (
                "return continuation(details._replace(metadata=metadata), request)",
                "yield from continuation(details._replace(metadata=metadata), request)",
            ),
        ),
        wrong(
            "let yours derive from `grpc.StreamStreamClientInterceptor`",
            ("    grpc.StreamStreamClientInterceptor,\n", ""),
        ),
        wrong(
            "returns the call that `continuation` gave it",
            (
                "    return continuation(details._replace(metadata=metadata), request)",
                "    continuation(details._replace(metadata=metadata), request)",
            ),
        ),
        raises("TypeError", ("details.metadata or ()", "details.metadata")),
    ],
)
