"""Tests of a method that finds parcels, for statuses and for what is in a reply."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import grpc

from ..engine import WriteTests, raises, wrong
from .workshop import ParcelServiceServicer, quote_pb2, serving

_ADA = quote_pb2.Parcel(parcel_id="P-1", recipient="Ada")


class _Right(ParcelServiceServicer):
    words = "there is no such parcel"
    unknown = grpc.StatusCode.NOT_FOUND

    def GetParcel(self, request: Any, context: Any) -> Any:
        if request.parcel_id == "P-1":
            return self.known(context)
        return self.missing(context)

    def known(self, context: Any) -> Any:
        return quote_pb2.GetParcelResponse(parcel=_ADA)

    def missing(self, context: Any) -> Any:
        context.abort(self.unknown, self.words)


class _Silent(_Right):
    words = ""


class _Empty(_Right):
    def missing(self, context: Any) -> Any:
        return quote_pb2.GetParcelResponse()


class _Raising(_Right):
    def missing(self, context: Any) -> Any:
        context.abort(grpc.StatusCode.UNKNOWN, "Exception calling application: 'P-404'")


def _saying(code: grpc.StatusCode) -> type[_Right]:
    return type("_OtherStatus", (_Right,), {"unknown": code})


class _Deaf(_Right):
    def known(self, context: Any) -> Any:
        context.abort(grpc.StatusCode.NOT_FOUND, self.words)


class _Stranger(_Right):
    def known(self, context: Any) -> Any:
        return quote_pb2.GetParcelResponse(parcel=quote_pb2.Parcel(parcel_id="P-1", recipient="Grace"))


class _Mute(_Right):
    def GetParcel(self, request: Any, context: Any) -> Any:
        over = threading.Event()
        context.add_callback(over.set)
        over.wait(20)


def _stub(servicer: Any) -> Iterator[Any]:
    with serving(servicer()) as parcels:
        yield parcels


status_test = WriteTests(
    title="A test for each answer",
    task="""
        **Input:** the fixture `parcels`, a stub of a server that has one parcel: `P-1`, for `Ada`.

        **Goal:** test `GetParcel`. The contract says: `P-1` is answered with the parcel and its recipient, and every
        other number ends with `NOT_FOUND`, in words of the server's choice. A server that keeps to it must pass, and
        every other must not: one that never answers, too. A test may take 3 seconds.

        **Example:** a server that answers `P-404` with an empty reply fails your tests.
    """,
    fixture="parcels",
    provide=_stub,
    good={"A server that keeps to the contract": _Right, "A server that finds no words for it": _Silent},
    broken={
        "A server that answers an unknown number with an empty reply": _Empty,
        "A server whose handler raises a KeyError for an unknown number": _Raising,
        "A server that finds no parcel at all": _Deaf,
        "A server that gives Ada's parcel to Grace": _Stranger,
        "A server that never answers": _Mute,
        **{
            f"A server that calls an unknown number {code.name}": _saying(code)
            for code in grpc.StatusCode
            if code not in (grpc.StatusCode.OK, grpc.StatusCode.NOT_FOUND)
        },
    },
    hints=[
        "Two tests: one looks at a reply, the other at a status.",
        "`with pytest.raises(grpc.RpcError) as caught:` takes the error, and after it `caught.value.code()` is the status.",
        "`timeout=1.5` on every call: whoever never answers ends with `DEADLINE_EXCEEDED`, and the test fails.",
    ],
    reason="A status is part of the contract, its words are not. That an error came says little: a handler that raises, a "
    "server that is not there and a deadline are all an `RpcError`.",
    wrong_answers=[
        wrong("A server whose handler raises a KeyError").diff("""
            -        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
            +        assert caught.value.code() is not grpc.StatusCode.OK
        """),
        wrong("A server that finds no words for it is refused").diff("""
            -        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
            +        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
            +        assert "parcel" in caught.value.details()
        """),
        wrong("gives Ada's parcel to Grace", ('.recipient == "Ada"', '.parcel_id == "P-1"')),
        wrong("without a `timeout`", (", timeout=1.5)\n        assert reply", ")\n        assert reply")),
        wrong("answers an unknown number with an empty reply").diff("""
            -        with pytest.raises(grpc.RpcError) as caught:
            -            parcels.GetParcel(quote_pb2.GetParcelRequest(parcel_id="P-404"), timeout=1.5)
            -        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
            +        try:
            +            parcels.GetParcel(quote_pb2.GetParcelRequest(parcel_id="P-404"), timeout=1.5)
            +        except grpc.RpcError as error:
            +            assert error.code() is grpc.StatusCode.NOT_FOUND
        """),
        wrong("names begin with `Test`", ("class TestGetParcel", "class Parcels")),
        raises("AttributeError", ("caught.value.code()", "caught.code()")),
    ],
)
