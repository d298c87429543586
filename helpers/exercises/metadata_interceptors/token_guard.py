"""A server interceptor that refuses whoever has no token."""

from __future__ import annotations

import grpc

from ..engine import Check, WriteInterceptor, raises, wrong
from .every_kind import REPLIES, REQUESTS, answers
from .setup import DISPATCH, TRACKING

_REFUSED = grpc.StatusCode.UNAUTHENTICATED
_OPEN = "A call without the right token came through. What `continuation` returns lets everybody in."
_CLOSED = "This call has the token, so it is the handler's: return what `continuation` gave you."
_EMPTY = (
    "This client streams and sends no request at all. A handler for one request refuses it with UNIMPLEMENTED; make one "
    "of the method's own kind, as `around` does."
)
_RAN = "The call was refused, but its handler ran before that."
_STRANGERS: list[list[tuple[str, str]]] = [
    [],
    [("token", "Sesame")],
    [("token", "")],
    [("token", "sesame2")],
    [("token", "open sesame")],
    [("account-id", "sesame")],
    [("my-token", "sesame")],
]


def _check_token_guard(check: Check) -> None:
    for method in REQUESTS:
        with check.intercepted(**answers()) as client:
            let_in = client.call(
                method, REQUESTS[method], metadata=[("account-id", "A-7"), ("token", "sesame")]
            )
            let_in.expect_replies(REPLIES[method], _CLOSED)
            for sent in _STRANGERS:
                ran = len(client.received)
                refused = client.call(method, REQUESTS[method], metadata=sent)
                refused.expect_status(_REFUSED, "token", {grpc.StatusCode.OK: _OPEN})
                refused.expect(len(client.received) == ran, "no handler to run", "one that ran", _RAN)
            if isinstance(REQUESTS[method], list):
                empty = client.call(method, [])
                empty.expect_status(_REFUSED, "token", {grpc.StatusCode.UNIMPLEMENTED: _EMPTY})


token_guard = WriteInterceptor(
    title="Nobody in without a token",
    task="""
        **Input:** calls of all four kinds, some of them with `token: sesame` in their metadata.

        **Goal:** a server interceptor that lets calls with this token go to their handlers. It refuses all
        others with `UNAUTHENTICATED` and a text that names `token`, and their handlers do not run. That
        goes for a client, too, that streams its requests and has none to send.

        **Example:** without metadata, `GetPosition` ends with `UNAUTHENTICATED: the token is missing or wrong`.
    """,
    bases=[grpc.ServerInterceptor],
    services=[TRACKING, DISPATCH],
    check=_check_token_guard,
    hints=[
        "`dict(details.invocation_metadata)` has what the client sent, before any handler is there.",
        "What refuses is a handler as well: a function of `request` and `context` that calls `context.abort`.",
        "`around(handler, lambda function: refuse)` makes of `refuse` a handler of the kind of `handler`.",
    ],
    reason="One place refuses for all methods, also for those that somebody adds next year. The handler that refuses is "
    "of the method's kind, or a client that streams would hear of a wrong number of requests.",
    wrong_answers=[
        wrong("lets everybody in", ('.get("token") == "sesame"', '.get("token") != "open"')),
        wrong("lets everybody in", ('.get("token") == "sesame"', '.get("token")')),
        wrong("let it name `token`", ("the token is missing or wrong", "go away")),
        wrong(
            "so it is the handler's",
            ('if dict(details.invocation_metadata).get("token") == "sesame":', "if False:"),
        ),
        wrong(
            "make one of the method's own kind",
            ("around(handler, lambda function: refuse)", "grpc.unary_unary_rpc_method_handler(refuse)"),
        ),
        wrong("Is a `return` missing", ("return around(", "around(")),
        wrong("its handler ran before that").whole("""
            class TokenGuard(grpc.ServerInterceptor):
                def intercept_service(self, continuation, details):
                    handler = continuation(details)
                    has_token = dict(details.invocation_metadata).get("token") == "sesame"

                    def guarded(function):
                        def checked(request, context):
                            replies = function(request, context)
                            replies = list(replies) if handler.response_streaming else replies
                            if not has_token:
                                context.abort(grpc.StatusCode.UNAUTHENTICATED, "no token")
                            return iter(replies) if handler.response_streaming else replies

                        return checked

                    return around(handler, guarded)
        """),
        raises("PermissionError").diff("""
            -        def refuse(request, context):
            -            context.abort(grpc.StatusCode.UNAUTHENTICATED, "the token is missing or wrong")
            -
            -        return around(handler, lambda function: refuse)
            +        raise PermissionError("the token is missing or wrong")
        """),
    ],
)
