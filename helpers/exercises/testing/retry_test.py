"""Tests of a client that tries again, with a fake in the place of its server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc

from ..engine import WriteTests, wrong
from .workshop import as_it_is, quote_pb2

_AWAY = grpc.StatusCode.UNAVAILABLE
_MOST = 20  # attempts of a client that would never end


def _client(attempts: int, *again: grpc.StatusCode, timeout: float = 1) -> Callable[[Any, str], Any]:
    """A client that makes so many attempts, and repeats what ends with one of these statuses."""

    def fetch(parcels: Any, parcel_id: str) -> Any:
        for left in reversed(range(attempts)):
            try:
                request = quote_pb2.GetParcelRequest(parcel_id=parcel_id)
                return parcels.GetParcel(request, timeout=timeout).parcel
            except grpc.RpcError as error:
                if not left or error.code() not in again:
                    raise
        return None

    return fetch


class _Renamed(grpc.RpcError):
    def __init__(self, code: grpc.StatusCode) -> None:
        self._code = code

    def code(self) -> grpc.StatusCode:
        return self._code


def _renaming(code: grpc.StatusCode) -> Callable[[Any, str], Any]:
    """A client that has a status of its own for a server that is not there."""

    def fetch(parcels: Any, parcel_id: str) -> Any:
        try:
            return _client(3, _AWAY)(parcels, parcel_id)
        except grpc.RpcError as error:
            raise error if error.code() is not _AWAY else _Renamed(code) from None

    return fetch


def _empty(parcels: Any, parcel_id: str) -> Any:
    _client(3, _AWAY)(parcels, parcel_id)
    return quote_pb2.Parcel()


def _recursive(parcels: Any, parcel_id: str, left: int = 2) -> Any:
    call = parcels.GetParcel.future(quote_pb2.GetParcelRequest(parcel_id=parcel_id), timeout=1)
    if call.code() is _AWAY and left:
        return _recursive(parcels, parcel_id, left - 1)
    return call.result().parcel


def _hushing(parcels: Any, parcel_id: str) -> Any:
    try:
        return _client(3, _AWAY)(parcels, parcel_id)
    except grpc.RpcError as error:
        if error.code() is not _AWAY:
            raise
        return quote_pb2.Parcel()


def _forgetful(parcels: Any, parcel_id: str) -> Any:
    try:
        return _client(1)(parcels, parcel_id)
    except grpc.RpcError as error:
        if error.code() is not _AWAY:
            raise
        return _client(2, _AWAY)(parcels, "")


retry_test = WriteTests(
    title="A fake that fails twice",
    task="""
        **Input:** the fixture `fetch`, a client: `fetch(parcels, parcel_id)` calls `GetParcel` of a stub, and returns
        the parcel.

        **Goal:** test that it tries again after `UNAVAILABLE`, and after no other status; that it makes 3 attempts
        at most, each for the same parcel; and that the status of the last one goes to its caller. `serving` and
        `Scripted` are those of the lesson.

        **Example:** two times `UNAVAILABLE` and then a parcel: `fetch` returns it. Three times: `UNAVAILABLE` is raised.
    """,
    fixture="fetch",
    provide=as_it_is,
    good={"A client that does so": _client(3, _AWAY), "A client that does so in other ways": _recursive},
    broken={
        "A client that gives up at the first UNAVAILABLE": _client(1),
        "A client that gives up at the second UNAVAILABLE": _client(2, _AWAY),
        "A client that makes a fourth attempt": _client(4, _AWAY),
        "A client that never gives up": _client(_MOST, _AWAY),
        "A client that repeats a call that ended with NOT_FOUND": _client(
            3, _AWAY, grpc.StatusCode.NOT_FOUND
        ),
        "A client that repeats a call whatever its status": _client(3, *grpc.StatusCode),
        "A client that finds a parcel and returns an empty one": _empty,
        "A client that hushes up the last UNAVAILABLE and returns an empty parcel": _hushing,
        "A client that has forgotten the number at its second attempt": _forgetful,
        **{
            f"A client that makes {code.name} of the last UNAVAILABLE": _renaming(code)
            for code in grpc.StatusCode
            if code not in (grpc.StatusCode.OK, _AWAY)
        },
    },
    hints=[
        "Three stories: it works at the third attempt; it never works; it fails with another status.",
        "`fake = Scripted(UNAVAILABLE, UNAVAILABLE, reply)`, and `with serving(fake) as parcels:` around the call.",
        "After the call `fake.requests` has what it was asked: how often, and for which parcel.",
    ],
    reason="The client talks to a real server, so its errors are real: with codes, details and deadlines. The server is "
    "fake, so it fails on command, and can say how often it was asked.",
    wrong_answers=[
        wrong("gives up at the first UNAVAILABLE").whole("""
            class TestFetch:
                def test_gives_up(self, fetch):
                    with serving(Scripted(grpc.StatusCode.UNAVAILABLE)) as parcels, pytest.raises(grpc.RpcError) as caught:
                        fetch(parcels, "P-1")
                    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        """),
        wrong("makes a fourth attempt", ("        assert len(fake.requests) == 3\n", "")),
        wrong(
            "of the last UNAVAILABLE gets past",
            ("        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE\n", ""),
        ),
        wrong("ended with NOT_FOUND").diff("""
            -        assert len(fake.requests) == 1
            +        assert fake.requests
        """),
        wrong("has forgotten the number").diff("""
            -        assert [request.parcel_id for request in fake.requests] == ["P-1"] * 3
            +        assert len(fake.requests) == 3
        """),
        wrong("hushes up the last UNAVAILABLE").diff("""
            -        with serving(fake) as parcels, pytest.raises(grpc.RpcError) as caught:
            -            fetch(parcels, "P-1")
            -        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
            -        assert len(fake.requests) == 3
            +        with serving(fake) as parcels:
            +            try:
            +                fetch(parcels, "P-1")
            +            except grpc.RpcError as error:
            +                assert error.code() is grpc.StatusCode.UNAVAILABLE
            +        assert len(fake.requests) == 3
        """),
        wrong("is refused by your test", ("len(fake.requests) == 3", "len(fake.requests) == 4")),
        wrong(
            "there is none named `client`",
            ("def test_gives_up(self, fetch)", "def test_gives_up(self, client)"),
        ),
    ],
)
