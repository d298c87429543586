"""The file that keeps a learner's progress: never half written, never lost to a second kernel, never fatal."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

VARIABLE = "HANDS_ON_GRPC_PROGRESS"
VERSION = 1
_PATIENCE = 2.0  # seconds to wait for another kernel that is writing

Entries = dict[str, dict[str, object]]


def path() -> Path:
    """Where progress is kept: the file named by HANDS_ON_GRPC_PROGRESS, or one in the home folder."""
    named = os.environ.get(VARIABLE)
    return Path(named).expanduser() if named else Path.home() / ".hands-on-grpc" / "progress.json"


def peek() -> Entries:
    """What is kept; empty where the file cannot be read or understood."""
    try:
        return _parsed(path())
    except (OSError, _Damaged):
        return {}


def read() -> tuple[Entries, str]:
    """What is kept, and a note for the learner, empty if all is well.

    A file that cannot be understood is set aside, not deleted.
    """
    file = path()
    try:
        return _parsed(file), ""
    except FileNotFoundError:
        return {}, ""
    except OSError as error:
        return {}, f"Your progress could not be read: {error.strerror} (`{file}`)."
    except _Damaged:
        kept: Entries = {}
        return kept, update(kept.update)


def update(change: Callable[[Entries], object]) -> str:
    """Lets `change` alter what is kept, and saves it. Returns a note for the learner, empty if all is well."""
    file, note = path(), ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _locked(file.with_name(f"{file.name}.lock")):
            try:
                entries = _parsed(file)
            except FileNotFoundError:
                entries = {}
            except _Damaged:
                entries, note = {}, _set_aside(file)
            change(entries)
            _replace(file, json.dumps({"version": VERSION, "exercises": entries}, indent=1, sort_keys=True))
    except OSError as error:
        return f"Your progress could not be saved: {error.strerror} (`{file}`)."
    return note


class _Damaged(Exception):
    """Something other than this program has written the file, or it is cut off."""


def _parsed(file: Path) -> Entries:
    try:
        content = json.loads(file.read_bytes())
        entries = content["exercises"]
        whole = content["version"] == VERSION and all(isinstance(entry, dict) for entry in entries.values())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _Damaged from None
    if not whole:
        raise _Damaged
    return entries


def _replace(file: Path, text: str) -> None:
    # A reader sees the old file or the new one, never a part of it.
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as temporary:
            temporary.write(text)
        os.replace(name, file)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _set_aside(file: Path) -> str:
    damaged = file.with_name(f"{file.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    try:
        os.replace(file, damaged)
    except OSError:
        return f"The file with your progress is damaged and could not be moved away (`{file}`)."
    return f"The file with your progress was damaged. It is set aside as `{damaged}`, and a new one begins."


@contextlib.contextmanager
def _locked(lock: Path) -> Iterator[None]:
    """Holds the lock file; goes on without it where locks do not work or another holds it too long."""
    with lock.open("a+b") as file:
        until = time.monotonic() + _PATIENCE
        while not _try_lock(file.fileno()) and time.monotonic() < until:
            time.sleep(0.02)
        yield  # closing the file releases the lock


try:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            pass  # a file system without locks, as some network homes are
        return True

except ImportError:  # Windows
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
