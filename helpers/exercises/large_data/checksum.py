"""A client that believes a download only if the checksum is right."""

from __future__ import annotations

import hashlib
import io
import random
import threading

import grpc

from ..engine import Check, FunctionResult, WriteClient, raises, wrong
from .setup import ARCHIVE, archive_pb2, archive_pb2_grpc

_FILM = random.Random(4).randbytes(10_240)
_SWAPPED = _FILM[4096:8192] + _FILM[:4096] + _FILM[8192:]
_ALTERED = b"\x07" + _FILM[1:]

_BELIEVED = "These are not the bytes that `DescribeFile` has promised, and your function said nothing."
_DOUBTED = "All of it has come, and it was refused. `hashlib.sha256(...).hexdigest()` is what `sha256` has."
_WRITTEN = "What came is not what is in `file`. Write each chunk as it comes: `file.write(response.chunk)`."
_COUNT = "Return how many bytes were written."
_LET_THROUGH = "The call's own error says what went wrong. Let it go on to the caller."
_HELD = "Your function holds all chunks before it writes the first. Write each as it comes: a film does not fit into memory."


class _Film(io.BytesIO):
    """A file that knows how large the largest piece was that was written at once."""

    largest = 0

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()

    def write(self, data) -> int:
        self.largest = max(self.largest, len(data))
        self.begun.set()
        return super().write(data)


def _check_checksum(check: Check) -> None:
    for content in (_FILM, b"", b"x"):
        result, file = _run(
            check, f"film-{len(content)}.bin", content, content, f"{len(content):,} bytes, all is well"
        )
        value = result.expect_return(str(len(content)), {ValueError: _DOUBTED})
        result.expect(
            file.getvalue() == content, "the file's bytes", f"{len(file.getvalue()):,} others", _WRITTEN
        )
        result.expect(file.largest <= 1024, "a chunk at a time", f"{file.largest:,} bytes at once", _HELD)
        result.expect(value == len(content), str(len(content)), repr(value), _COUNT)
    for came, story in (
        (_FILM[:-1], "the last byte is missing"),
        (_ALTERED, "the first byte is another"),
        (_SWAPPED, "the right bytes in another order"),
        (b"", "nothing came"),
        (_FILM + b"!", "a byte too many"),
    ):
        result, _ = _run(check, "film.bin", _FILM, came, story)
        result.expect_raised(ValueError, _BELIEVED)
        named = "film.bin" in str(result.error)
        result.expect(
            named, "a text that names film.bin", str(result.error) or "no text", "Which file is it? Say it."
        )
    for code in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.UNAVAILABLE):
        result = check.run_client(
            "film.bin",
            _Film(),
            story=f"{code.name} at once",
            DescribeFile=_description(_FILM),
            DownloadFile=code,
        )
        result.expect_error(code, _LET_THROUGH)


def _run(check: Check, name: str, promised: bytes, came: bytes, story: str) -> tuple[FunctionResult, _Film]:
    file = _Film()
    chunks = [
        archive_pb2.DownloadFileResponse(chunk=came[at : at + 1024]) for at in range(0, len(came), 1024)
    ]
    in_time = []

    def download(request, context):
        for number, chunk in enumerate(chunks):
            if number == 5:
                in_time.append(file.begun.wait(2))
            yield chunk

    result = check.run_client(
        name, file, story=story, DescribeFile=_description(promised), DownloadFile=download
    )
    if result.error is None or isinstance(result.error, ValueError):
        for method in ("DescribeFile", "DownloadFile"):
            result.expect_attempts(method, 1, {0: f"`{method}` was never called.", ...: "Once is enough."})
            asked = result.received(method)[0].requests[0].name
            result.expect(
                asked == name, f"name={name!r}", f"name={asked!r}", "Ask for the file that was named."
            )
        result.expect(
            all(in_time) or not file.getvalue(), "a chunk in the file while more come", "an empty file", _HELD
        )
        begin = result.received("DownloadFile")[0].requests[0].offset_bytes
        result.expect(begin == 0, "offset_bytes=0", f"offset_bytes={begin}", "All of the file is wanted.")
    return result, file


def _description(content: bytes) -> object:
    return archive_pb2.DescribeFileResponse(
        size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest()
    )


checksum = WriteClient(
    title="Believe the checksum",
    task="""
        **Input:** the stub `archive`, a `name`, and `file`, open for writing bytes.

        **Goal:** ask `DescribeFile` for the SHA-256 of the file, download it from its beginning, and write each chunk as
        it comes. Return how many bytes were written. If what came has another checksum, raise a `ValueError` that names
        the file. Errors of the calls go to the caller as they are.

        **Example:** the last byte is missing: `ValueError: film.bin is not the file that was described`.
    """,
    services=[ARCHIVE],
    stubs=[archive_pb2_grpc.ArchiveServiceStub],
    check=_check_checksum,
    hints=[
        "`digest = hashlib.sha256()`, then `digest.update(chunk)` for each chunk, and `digest.hexdigest()` at the end.",
        "The loop does three things with a chunk: write it, update the digest, count.",
        'With another digest: `raise ValueError(f"{name} is not the file that was described")`.',
    ],
    reason="TCP has a checksum of sixteen bits, and a stream that ended with OK may be of another file than the first half. "
    "The digest is made as the chunks pass, so nothing has to be read again.",
    wrong_answers=[
        wrong("your function said nothing", ("digest.hexdigest() != described.sha256", "False")),
        wrong(
            "your function said nothing",
            ("digest.hexdigest() != described.sha256", "count != described.size_bytes"),
        ),
        raises("All of it has come", ("!= described.sha256", "== described.sha256")),
        raises("All of it has come", ("digest.hexdigest()", "digest.digest()")),
        wrong("is not what is in `file`", ("        file.write(response.chunk)\n", "")),
        wrong("how many bytes were written", ("return count", "return digest.hexdigest()")),
        wrong("Which file is it", ('f"{name} is not the file that was described"', '"another file"')),
        wrong(
            "the file that was named", ("DescribeFileRequest(name=name)", 'DescribeFileRequest(name="film")')
        ),
        wrong(
            "All of the file is wanted",
            ("DownloadFileRequest(name=name)", "DownloadFileRequest(name=name, offset_bytes=1)"),
        ),
        wrong("holds all chunks").whole("""
            def verified(archive, name, file):
                described = archive.DescribeFile(archive_pb2.DescribeFileRequest(name=name))
                request = archive_pb2.DownloadFileRequest(name=name)
                content = b"".join(response.chunk for response in archive.DownloadFile(request))
                file.write(content)
                if hashlib.sha256(content).hexdigest() != described.sha256:
                    raise ValueError(f"{name} is not the file that was described")
                return len(content)
        """),
        wrong("Let it go on to the caller").diff("""
            -    for response in archive.DownloadFile(archive_pb2.DownloadFileRequest(name=name)):
            -        file.write(response.chunk)
            -        digest.update(response.chunk)
            -        count += len(response.chunk)
            +    try:
            +        for response in archive.DownloadFile(archive_pb2.DownloadFileRequest(name=name)):
            +            file.write(response.chunk)
            +            digest.update(response.chunk)
            +            count += len(response.chunk)
            +    except grpc.RpcError:
            +        return 0
        """),
        raises(
            "raised TypeError", ("file.write(response.chunk)", "file.write(str(response.chunk), 'utf-8')")
        ),
    ],
)
