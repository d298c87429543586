"""Tests of an interceptor that lets nobody in without a token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import grpc

from ..engine import WriteTests, wrong
from .workshop import as_it_is


class _Guard(grpc.ServerInterceptor):
    code = grpc.StatusCode.UNAUTHENTICATED
    words = "no token, no parcel"

    def intercept_service(self, continuation: Callable[[Any], Any], details: Any) -> Any:
        if self.knows(dict(details.invocation_metadata)):
            return continuation(details)
        return self.instead(continuation(details))

    def knows(self, metadata: dict[str, Any]) -> bool:
        return metadata.get("token") == "secret"

    def instead(self, handler: Any) -> Any:
        return self.replaced(handler, lambda request, context: context.abort(self.code, self.words))

    def replaced(self, handler: Any, function: Callable[[Any, Any], Any]) -> Any:
        return grpc.unary_unary_rpc_method_handler(
            function, handler.request_deserializer, handler.response_serializer
        )


class _Terse(_Guard):
    words = ""


class _Open(_Guard):
    def knows(self, metadata: dict[str, Any]) -> bool:
        return True


class _Shut(_Guard):
    def knows(self, metadata: dict[str, Any]) -> bool:
        return False


class _AnyToken(_Guard):
    def knows(self, metadata: dict[str, Any]) -> bool:
        return "token" in metadata


class _Beginning(_Guard):
    def knows(self, metadata: dict[str, Any]) -> bool:
        return "secret".startswith(str(metadata.get("token", "-")))


class _Old(_Guard):
    def knows(self, metadata: dict[str, Any]) -> bool:
        return metadata.get("token") in ("secret", "guess")


class _NeedsNone(_Guard):
    def knows(self, metadata: dict[str, Any]) -> bool:
        return metadata.get("token", "secret") == "secret"


def _saying(code: grpc.StatusCode) -> type[_Guard]:
    return type("_OtherStatus", (_Guard,), {"code": code})


class _Late(_Guard):
    def instead(self, handler: Any) -> Any:
        def answer(request: Any, context: Any) -> Any:
            handler.unary_unary(request, context)
            context.abort(self.code, self.words)

        return self.replaced(handler, answer)


class _Emptying(_Guard):
    def knows(self, metadata: dict[str, Any]) -> bool:
        return True

    def intercept_service(self, continuation: Callable[[Any], Any], details: Any) -> Any:
        handler = continuation(details)
        if _Guard.knows(self, dict(details.invocation_metadata)):
            return grpc.unary_unary_rpc_method_handler(
                lambda request, context: handler.unary_unary(type(request)(), context),
                handler.request_deserializer,
                handler.response_serializer,
            )
        return self.instead(handler)


def _made(cls: Callable[[], object]) -> Iterator[object]:
    yield from as_it_is(cls())


guard_test = WriteTests(
    title="Who gets past the guard",
    task="""
        **Input:** the fixture `guard`, an interceptor of the server. It is to let a call pass unchanged if its metadata
        has the `token` `secret`. All others end with `UNAUTHENTICATED`, and never reach the handler.

        **Goal:** test that over real calls, without a token, with the right one, and with the wrong ones `guess` and
        `sec`. `serving(servicer, [guard])` runs a server with it, and `Scripted` can tell what has reached it.

        **Example:** a guard that lets the handler work, and throws its reply away afterwards, fails your tests.
    """,
    fixture="guard",
    provide=_made,
    good={"A guard that does so": _Guard, "A guard that does so without a word": _Terse},
    broken={
        "A guard that lets everybody in": _Open,
        "A guard that lets nobody in": _Shut,
        "A guard that is content with any token": _AnyToken,
        "A guard that is content with the beginning of the token": _Beginning,
        "A guard that still knows an old token, `guess`": _Old,
        "A guard that lets in whoever has no token": _NeedsNone,
        "A guard that lets the handler work before it refuses": _Late,
        "A guard that hands on an empty request": _Emptying,
        **{
            f"A guard that says {code.name}": _saying(code)
            for code in grpc.StatusCode
            if code not in (grpc.StatusCode.OK, grpc.StatusCode.UNAUTHENTICATED)
        },
    },
    hints=[
        "Two tests: one for who is let in, and one for all who are not, in a loop or with `parametrize`.",
        '`parcels.GetParcel(request, metadata=[("token", "guess")], timeout=1)` sends a token.',
        "`fake.requests` must be empty when nobody was let in, and have the request when somebody was.",
    ],
    reason="An interceptor is tried between a real client and a real server: its place in the chain, the metadata and the "
    "handler that it returns are then what they will be.",
    wrong_answers=[
        wrong(
            "lets the handler work before it refuses",
            ("    assert fake.requests == []\n", "    assert fake\n"),
        ),
        wrong("lets nobody in").whole("""
            class TestGuard:
                @pytest.mark.parametrize("metadata", [[], [("token", "guess")], [("token", "sec")]])
                def test_keeps_out(self, guard, metadata):
                    fake = Scripted(quote_pb2.GetParcelResponse())
                    with serving(fake, [guard]) as parcels, pytest.raises(grpc.RpcError) as caught:
                        parcels.GetParcel(quote_pb2.GetParcelRequest(parcel_id="P-1"), metadata=metadata, timeout=5)
                    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
                    assert fake.requests == []
        """),
        wrong("is content with any token", ('[], [("token", "guess")], [("token", "sec")]', "[]")),
        wrong("still knows an old token", (', [("token", "guess")]', "")),
        wrong("lets in whoever has no token", ("[[], ", "[")),
        wrong("is content with the beginning", (', [("token", "sec")]', "")),
        wrong("A guard that says", ("code() is grpc.StatusCode.UNAUTHENTICATED", "code()")),
        wrong(
            "is refused by your test",
            ("grpc.StatusCode.UNAUTHENTICATED", "grpc.StatusCode.PERMISSION_DENIED"),
        ),
    ],
)
