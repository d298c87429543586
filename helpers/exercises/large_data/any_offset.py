"""A servicer that streams a file from any place on, in pieces of the size that is asked for."""

from __future__ import annotations

import grpc
from google.protobuf.message import Message

from ..engine import CallResult, Check, Raised, WriteServicer, raises, wrong
from .setup import ARCHIVE, archive_pb2

# As in the stub.
_FILES = {"hello.txt": b"Hello from the depot", "empty.txt": b"", "film.bin": bytes(range(256)) * 1000}
_NEW = b"written a moment ago, and longer than any other text"
_DEFAULT, _MOST = 65_536, 1_048_576
_AT_THE_END = "A client that has all of the file asks for what follows: nothing, and that is no mistake."


def _check_any_offset(check: Check) -> None:
    with check.serve() as archive:

        def expect(name: str, offset: int, chunk: int, content: bytes, diagnosis: str = "") -> None:
            call = archive.call("DownloadFile", _request(name, offset, chunk))
            _expect_chunks(call, content[offset:], chunk or _DEFAULT, diagnosis)

        def expect_refusal(
            name: str, offset: int, chunk: int, code: grpc.StatusCode, naming: str, why: str
        ) -> None:
            call = archive.call("DownloadFile", _request(name, offset, chunk))
            raised = "What you raise reaches the client as UNKNOWN. `context.abort(code, text)` says whose mistake it is."
            call.expect_status(code, naming=naming, diagnosis={Raised: raised, ...: why})
            sent = len(call.replies)
            call.expect(not sent, "no chunk before the status", f"{sent} before it", "Look first, then send.")

        hello, film = _FILES["hello.txt"], _FILES["film.bin"]
        expect("hello.txt", 0, 8, hello)
        expect(
            "hello.txt", 6, 8, hello, "The first `offset_bytes` bytes are there already: begin after them."
        )
        expect("hello.txt", 0, 5, hello, "The file ends where a chunk ends. No empty chunk comes after it.")
        expect("hello.txt", 19, 1, hello)
        expect("hello.txt", 20, 8, hello, _AT_THE_END)
        expect("empty.txt", 0, 8, b"", "An empty file has no chunks, and the stream ends with OK.")
        unset = "`chunk_bytes` was not set, so it reads as 0: take 65,536 then."
        expect("film.bin", 0, 0, film, unset)
        expect("film.bin", 1000, _MOST, film, "1 MiB, 1,048,576 bytes, is still allowed.")
        absent = "There is no such file, and the client cannot know that from this."
        for name in ("nothing.bin", "film"):
            expect_refusal(name, 0, 8, grpc.StatusCode.NOT_FOUND, name, absent)
        beyond = "The file ends before this offset. OUT_OF_RANGE is made for it."
        expect_refusal("hello.txt", 21, 8, grpc.StatusCode.OUT_OF_RANGE, "20", beyond)
        expect_refusal("empty.txt", 1, 8, grpc.StatusCode.OUT_OF_RANGE, "0", beyond)
        negative = (
            "Before the first byte there is nothing: OUT_OF_RANGE, too. Python would count from the end."
        )
        expect_refusal("hello.txt", -1, 8, grpc.StatusCode.OUT_OF_RANGE, "20", negative)
        large = "A chunk of more than 1 MiB is refused: with INVALID_ARGUMENT, since no state of the file would allow it."
        expect_refusal("film.bin", 0, _MOST + 1, grpc.StatusCode.INVALID_ARGUMENT, "chunk_bytes", large)
        below = "A chunk of less than one byte cannot be: INVALID_ARGUMENT."
        expect_refusal("film.bin", 0, -1, grpc.StatusCode.INVALID_ARGUMENT, "chunk_bytes", below)
        files = getattr(archive.servicer, "files", None)
        if isinstance(files, dict):
            files["new.txt"] = _NEW  # which nobody can have written into the handler
            expect("new.txt", 3, 7, _NEW, "This file was put into `self.files` a moment ago.")


def _request(name: str, offset: int, chunk: int) -> Message:
    return archive_pb2.DownloadFileRequest(name=name, offset_bytes=offset, chunk_bytes=chunk)


def _expect_chunks(call: CallResult, rest: bytes, size: int, diagnosis: str) -> None:
    call.expect(
        call.code is grpc.StatusCode.OK, "OK", call.code.name, diagnosis or "This request is all right."
    )
    chunks = [reply.chunk for reply in call.replies]
    wanted = [rest[at : at + size] for at in range(0, len(rest), size)]
    if chunks == wanted:
        return
    expected, actual = _sizes(wanted), _sizes(chunks)
    if diagnosis:
        call.expect(False, expected, actual, diagnosis)
    same = b"".join(chunks) == rest
    sizes = "The bytes are right, and the chunks are not: each has `chunk_bytes` bytes, the last one what is left."
    call.expect(not same, expected, actual, sizes)
    call.expect(False, expected, actual, "These are not the bytes of the file, from the offset to its end.")


def _sizes(chunks: list[bytes]) -> str:
    shown = ", ".join(str(len(chunk)) for chunk in chunks[:4]) + (", …" if len(chunks) > 4 else "")
    return f"chunks of {shown} bytes" if chunks else "no chunks"


any_offset = WriteServicer(
    title="A file from any place on",
    task="""
        **Input:** a `DownloadFileRequest`; the files are in `self.files`, by name.

        **Goal:** stream the file from `offset_bytes` on, in chunks of `chunk_bytes` (65,536 if that is not set), the
        last one with what is left, none empty. Refuse before the first chunk: an unknown file with `NOT_FOUND` and its
        name; an offset below 0 or beyond the end with `OUT_OF_RANGE` and the file's size; chunks below 0 or above 1 MiB
        with `INVALID_ARGUMENT` and the word `chunk_bytes`.

        **Example:** `hello.txt` from 6 on in chunks of 8 gives `from the` and ` depot`; from 20 on, its end, nothing.
    """,
    services=[ARCHIVE],
    check=_check_any_offset,
    hints=[
        "`request.chunk_bytes or 65_536` is the default for what is not set.",
        "`if not 0 <= request.offset_bytes <= len(content):` has both ends; `context.abort(code, text)` refuses.",
        "`range(request.offset_bytes, len(content), size)` gives where each chunk begins, and nothing at the end.",
    ],
    reason="An offset in the request is all that a client needs to go on after a broken connection. What the server does "
    "not check, clients will send: a chunk of two gigabytes, for one.",
    wrong_answers=[
        wrong("begin after them", ("range(request.offset_bytes, ", "range(0, ")),
        wrong("no mistake", ("<= len(content)", "< len(content)")),
        wrong(
            "OUT_OF_RANGE is made for it",
            ("0 <= request.offset_bytes <= len(content)", "0 <= request.offset_bytes"),
        ),
        wrong(
            "Python would count from the end",
            ("0 <= request.offset_bytes <= len", "request.offset_bytes <= len"),
        ),
        wrong("it reads as 0", ("request.chunk_bytes or 65_536", "request.chunk_bytes or 1_048_576")),
        wrong("is refused: with INVALID_ARGUMENT", ("0 < size <= 1_048_576", "0 < size")),
        wrong("still allowed", ("size <= 1_048_576", "size <= 1_000_000")),
        wrong("cannot be", ("0 < size <= 1_048_576", "size <= 1_048_576")),
        wrong("let it name `nothing.bin`", ('f"there is no file {request.name}"', '"no such file"')),
        wrong("cannot know that", ("grpc.StatusCode.NOT_FOUND", "grpc.StatusCode.INTERNAL")),
        wrong(
            "the last one what is left", ("[start : start + size]", "[start : start + 1]"), (", size):", "):")
        ),
        wrong("This request is all right", ("if not 0 < size", "if 0 < size")),
        wrong("This file was put into").whole("""
            class Files(archive_pb2_grpc.ArchiveServiceServicer):
                def __init__(self):
                    self.files = {}

                def DownloadFile(self, request, context):
                    files = {
                        "hello.txt": b"Hello from the depot",
                        "empty.txt": b"",
                        "film.bin": bytes(range(256)) * 1000,
                    }
                    if request.name not in files:
                        context.abort(grpc.StatusCode.NOT_FOUND, f"there is no file {request.name}")
                    content, size = files[request.name], request.chunk_bytes or 65_536
                    if not 0 <= request.offset_bytes <= len(content):
                        context.abort(grpc.StatusCode.OUT_OF_RANGE, f"an offset is 0 to {len(content)}")
                    if not 0 < size <= 1_048_576:
                        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "chunk_bytes is 1 MiB at most")
                    for start in range(request.offset_bytes, len(content), size):
                        yield archive_pb2.DownloadFileResponse(chunk=content[start : start + size])
        """),
        raises(
            "reaches the client as UNKNOWN",
            ("context.abort(grpc.StatusCode.NOT_FOUND, ", "raise LookupError("),
        ),
    ],
)
