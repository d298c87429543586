"""A client that goes on where the connection broke, and knows when to give up."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import grpc

from ..engine import Check, FunctionResult, WriteClient, raises, wrong
from .setup import ARCHIVE, archive_pb2, archive_pb2_grpc

_FILM = random.Random(5).randbytes(5120)
_CHUNK = 256
_AWAY = grpc.StatusCode.UNAVAILABLE

_GAP = "The file has bytes twice, or not at all. Ask for what is missing: `offset_bytes=file.tell()`, anew for each call."
_GAVE_UP = "The connection broke, and the server was there again. With UNAVAILABLE ask once more, from where the file ends."
_TOO_SOON = (
    "This call did bring something, or one before it in the row did. Give up only where three calls, one after the "
    "other, have brought nothing."
)
_FOR_EVER = "Three calls in a row have brought nothing. Give up, with the last one's error."
_NOT_THIS = "{} does not go away by asking again. Only UNAVAILABLE says that the server may be back soon."
_DONE = "The stream ended with OK: the file is complete. Asking again is a call for nothing."
_BEGIN = "The file has its first half already. Ask for what follows, and write behind it."


def _check_go_on(check: Check) -> None:
    _expect_film(check, "all is well", [_serve(20)], calls=1, otherwise=_DONE)
    _expect_film(
        check, "the file has 2,560 bytes already", [_serve(20)], have=2560, calls=1, otherwise=_BEGIN
    )
    _expect_film(check, "a break after 5 chunks", [_serve(5, _AWAY), _serve(20)], calls=2)
    _expect_film(check, "two breaks", [_serve(5, _AWAY), _serve(3, _AWAY), _serve(20)], calls=3)
    _expect_film(
        check, "the server is away for two calls", [_AWAY, _AWAY, _serve(20)], calls=3, otherwise=_TOO_SOON
    )
    slow = [_serve(1, _AWAY)] * 5
    _expect_film(
        check, "a break after each of five chunks", [*slow, _serve(20)], calls=6, otherwise=_TOO_SOON
    )
    nothing_twice = [_AWAY, _AWAY, _serve(1, _AWAY), _AWAY, _AWAY, _serve(20)]
    _expect_film(check, "away, back for one chunk, and away", nothing_twice, calls=6, otherwise=_TOO_SOON)
    _expect_film(check, "the break comes at the very end", [_serve(20, _AWAY), _serve(20)], calls=2)

    for script, calls, story in (
        ([_AWAY], 3, "the server is away for good"),
        ([_serve(2, _AWAY), _AWAY], 4, "two chunks, and then it is away for good"),
    ):
        result, _ = _run(check, script, story)
        result.expect_error(_AWAY, _FOR_EVER)
        result.expect_attempts("DownloadFile", calls, _FOR_EVER)
    others = [code for code in grpc.StatusCode if code not in (grpc.StatusCode.OK, _AWAY)]
    for code in sorted(others, key=lambda code: code is not grpc.StatusCode.NOT_FOUND):
        result, _ = _run(check, [_serve(2, code), _serve(20)], f"{code.name} after 2 chunks")
        result.expect_error(code, _NOT_THIS.format(code.name))
        result.expect_attempts("DownloadFile", 1, _NOT_THIS.format(code.name))


def _expect_film(
    check: Check, story: str, script: Sequence[Any], *, calls: int, have: int = 0, otherwise: str = _GAVE_UP
) -> None:
    result, file = _run(check, script, story, have)
    result.expect_return("a return", {_AWAY: otherwise if otherwise != _DONE else _GAVE_UP})
    begin = result.received()[0].requests[0].offset_bytes
    result.expect(
        begin == have, f"offset_bytes={have} first", f"offset_bytes={begin}", _BEGIN if have else _GAP
    )
    content = file.getvalue()
    wrong_start = have and not content.startswith(_FILM[:have])
    same = content == _FILM
    result.expect(
        same, f"all {len(_FILM):,} bytes", f"{len(content):,} bytes", _BEGIN if wrong_start else _GAP
    )
    result.expect_attempts("DownloadFile", calls, _DONE)
    for received in result.received():
        request = received.requests[0]
        named = request.name == f"film-{have}.bin"
        result.expect(
            named, f"name='film-{have}.bin'", f"name={request.name!r}", "Ask for the file that was named."
        )


def _run(check: Check, script: Sequence[Any], story: str, have: int = 0) -> tuple[FunctionResult, io.BytesIO]:
    file, name = io.BytesIO(), f"film-{have}.bin"
    file.write(_FILM[:have])
    endless = "Your function asks again and again. When should it give up?"
    result = check.run_client(name, file, story=story, within=8, stuck=endless, DownloadFile=tuple(script))
    return result, file


def _serve(count: int, end: grpc.StatusCode | None = None) -> Callable:
    """A handler that sends so many chunks from the offset on, and then ends with a status."""

    def download(request, context: grpc.ServicerContext) -> Iterator:
        start = request.offset_bytes
        for at in range(start, min(start + count * _CHUNK, len(_FILM)), _CHUNK):
            yield archive_pb2.DownloadFileResponse(chunk=_FILM[at : at + _CHUNK])
        if end is not None:
            context.abort(end, "the line broke")

    return download


go_on = WriteClient(
    title="Go on where it broke",
    task="""
        **Input:** the stub `archive`, a `name`, and `file`, open for writing bytes. It may have the first part already,
        and stands at its end.

        **Goal:** write what is missing. When a call ends with `UNAVAILABLE`, ask again, from where the file ends. Give
        up when three calls in a row have brought nothing: then the last error goes to the caller. Every other error goes
        there at once. Return when a stream ends with OK.

        **Example:** a break after 5 chunks of 256 bytes: the second call has `offset_bytes=1280`.
    """,
    services=[ARCHIVE],
    stubs=[archive_pb2_grpc.ArchiveServiceStub],
    check=_check_go_on,
    hints=[
        "A `while True:` around the call; `return` behind the `for` that reads the stream: there it has ended with OK.",
        "`before = file.tell()` ahead of the call: if the file has not grown when it fails, it has brought nothing.",
        "In the `except`: a bare `raise` for any code but UNAVAILABLE, and for the third failure in a row.",
    ],
    reason="A call that brought something is progress, and progress is a reason to go on however often the line breaks. "
    "A call that brings nothing, three times, is not. At work, wait a little longer before each attempt, or let "
    "`wait_for_ready` do it.",
    wrong_answers=[
        wrong("The file has its first half already", ("offset_bytes=before", "offset_bytes=0")),
        wrong("the server was there again", ("error.code() is not grpc.StatusCode.UNAVAILABLE", "True")),
        wrong(
            "does not go away by asking again", ("error.code() is not grpc.StatusCode.UNAVAILABLE or ", "")
        ),
        wrong("When should it give up", (" or fruitless == 3", "")),
        wrong("did bring something", (" if file.tell() == before else 0", "")),
        wrong("did bring something", ("fruitless == 3", "fruitless == 2")),
        wrong("Three calls in a row", ("fruitless == 3", "fruitless == 4")),
        wrong("the file that was named", ("name=name", 'name="film"')),
        wrong("bytes twice, or not at all").diff("""
            -    fruitless = 0
            +    fruitless, before = 0, file.tell()
                 while True:
            -        before = file.tell()
                     request = archive_pb2.DownloadFileRequest(name=name, offset_bytes=before)
        """),
        wrong("The file has its first half already").diff("""
            -    fruitless = 0
            +    fruitless = file.seek(0)
        """),
        raises("raised NameError", ("fruitless = fruitless + 1", "fruitless = failures + 1")),
    ],
)
