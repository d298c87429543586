"""The record of what a learner has solved: one file, never half written, never lost to a second kernel, never fatal."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock
import platformdirs

VARIABLE = "HANDS_ON_GRPC_PROGRESS"
VERSION = 1
_PATIENCE = 5.0  # seconds to wait for another kernel that is writing

# What has moved to another lesson, and the name under which older files have it.
_FORMER = {
    "grpc_by_hand.messages": "http2_on_the_wire.messages",
    "grpc_by_hand.by_hand": "http2_on_the_wire.by_hand",
    "measure_both.told_apart": "grpc_or_rest.told_apart",
    "measure_both.lines": "grpc_or_rest.lines",
}

Entries = dict[str, dict[str, object]]


def path() -> Path:
    """Where it is kept: the file named by HANDS_ON_GRPC_PROGRESS, or one in the folder for the user's data.

    A file that an earlier version has put into the home folder stays in use.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named).expanduser()
    former = Path.home() / ".hands-on-grpc" / "progress.json"
    return (
        former if former.exists() else platformdirs.user_data_path("hands-on-grpc", False) / "progress.json"
    )


def add_try(exercise: str, *, passed: bool) -> str:
    """Counts a try, and remembers a pass for good. Returns a note for the learner, mostly empty."""

    def count(entries: Entries) -> None:
        entry = entries.setdefault(exercise, {})
        tries = entry.get("tries")
        entry["tries"] = tries + 1 if isinstance(tries, int) else 1
        if passed and not entry.get("passed"):
            entry["passed"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

    return update(count)


def is_passed(exercise: str) -> bool:
    """Whether an exercise, named `"unary.minimum_price"`, has been solved; not where the file cannot be read."""
    try:
        return has_passed(_parsed(path()), exercise)
    except (OSError, _Damaged):
        return False


def has_passed(entries: Entries, exercise: str) -> bool:
    """The same, by what has been read."""
    names = (exercise, _FORMER.get(exercise, exercise))
    return any(entries.get(name, {}).get("passed") for name in names)


def forget(exercise: str) -> None:
    """Forgets one exercise."""
    names = (exercise, _FORMER.get(exercise, exercise))
    update(lambda entries: [entries.pop(name, None) for name in names])


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
        with _locked(file):
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
def _locked(file: Path) -> Iterator[None]:
    """Holds the lock of a file; goes on without it where locks do not work, or another holds it too long."""
    lock = filelock.FileLock(f"{file}.lock", timeout=_PATIENCE)
    with contextlib.suppress(filelock.Timeout, NotImplementedError):
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
