"""protoc in a process of its own: kept warm, so that it is fast, and apart, so that it can die alone.

On some schemas protoc does not report a mistake but aborts the process that it runs in. Here that is a small
process that waits for work on a pipe. It ends with the kernel, however that ends: its pipe is closed then.
It is no part of the kernel's process group: what is in there ipykernel ends first when it is told to shut down,
and waits for it, up to half a minute, as long as nobody has reaped it.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import BinaryIO, NamedTuple

# `run_main` is what `grpc_tools.protoc.main` calls; the module around it takes three times as long to import.
# The stop button is for the kernel (where no session keeps it from here), and nobody reads a core dump.
_PROGRAM = r"""
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, OSError, ValueError):
    pass
sys.path.append(sys.argv[1])
from grpc_tools._protoc_compiler import run_main
def answer(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
answer("ready")
for line in sys.stdin.buffer:
    answer(run_main([bytes.fromhex(part) for part in line.decode().split()]))
os._exit(0)
"""


class Outcome(NamedTuple):
    """How a run of protoc ended.

    Attributes:
        code: protoc's exit code; `None` where the process died.
        messages: what it wrote to standard error.
    """

    code: int | None
    messages: str


class Worker:
    """A process that runs protoc, started when it is first needed and again after it died.

    One run at a time: whoever uses it, and the files in its folder, holds `lock`.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._owner = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self._messages: BinaryIO | None = None
        self._folder: Path | None = None
        atexit.register(self.stop)

    @property
    def folder(self) -> Path:
        """A folder for what goes in and what comes out; removed when the kernel ends."""
        self._leave_parent()
        if self._folder is None or not self._folder.is_dir():
            self._folder = Path(tempfile.mkdtemp(prefix="protoc-"))
        return self._folder

    def run(self, arguments: list[str], again: bool = True) -> Outcome:
        """Runs protoc once.

        Args:
            arguments: as on its command line, with absolute paths.
            again: whether a process that died is replaced and asked once more: it may have been killed
                from outside.

        Raises:
            RuntimeError: the process cannot be started.
        """
        request = (
            " ".join(os.fsencode(argument).hex() for argument in ["protoc", *arguments]).encode() + b"\n"
        )
        outcome = self._ask(request)
        return self._ask(request) if outcome.code is None and again else outcome

    def start(self) -> None:
        """Starts the process, if there is none. It gets ready while the caller goes on."""
        self._leave_parent()
        if self._process is not None and self._process.poll() is None:
            return
        self._end_process()
        package = importlib.util.find_spec("grpc_tools")
        if package is None or package.origin is None:
            raise ModuleNotFoundError("grpc_tools is not installed here: pip install grpcio-tools")
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _PROGRAM, str(Path(package.origin).parents[1])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._messages,
            cwd=sys.prefix,  # where no schema lies: protoc prefers those in its own folder
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def stop(self) -> None:
        """Ends the process and removes its folder."""
        self._leave_parent()
        self._end_process()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _ask(self, request: bytes) -> Outcome:
        self.start()
        process, messages = self._process, self._messages
        assert process is not None
        assert messages is not None
        try:
            if not self._is_ready and not self._exchange(process, b""):
                raise RuntimeError(
                    f"protoc cannot be started: {_read(messages).strip() or 'it ends at once'}"
                )
            self._is_ready = True
            # Both processes have the same open file, with one position.
            messages.seek(0)
            messages.truncate()
            answer = self._exchange(process, request)
            outcome = Outcome(int(answer) if answer else None, _read(messages))
        except BaseException:
            self._end_process()  # the stop button: nobody knows what is still in the pipe
            raise
        if outcome.code is None:
            self._end_process()
        return outcome

    @staticmethod
    def _exchange(process: subprocess.Popen[bytes], request: bytes) -> bytes:
        """One line there, one line back; nothing where the process has died."""
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(request)
            process.stdin.flush()
            return process.stdout.readline()
        except OSError:
            return b""

    def _end_process(self) -> None:
        process, messages = self._process, self._messages
        self._process, self._messages, self._is_ready = None, None, False
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):  # what it could not be told is lost with it
                    pipe.close()  # type: ignore[union-attr]
        if messages is not None:
            messages.close()

    def _leave_parent(self) -> None:
        # After a fork all of this belongs to the process that has started it.
        if self._owner != os.getpid():
            self._owner, self._process, self._messages, self._folder = os.getpid(), None, None, None
            self._is_ready = False


def _read(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


worker = Worker()
