"""Tracebacks with the frames that matter to the learner, their own, and with the names that cells have in a notebook.

Part of the ground floor: every part may know it.
"""

from __future__ import annotations

import contextlib
import os
import re
import sysconfig
import traceback
import types
from collections.abc import Iterator
from pathlib import Path

from . import cells

MOST = 3
"""Frames of the learner's shown of an error that comes from a library: the first, and the last ones."""

_FOREIGN = tuple(
    {
        folder + os.sep
        for name in ("stdlib", "platstdlib", "purelib", "platlib")
        for folder in (sysconfig.get_path(name), os.path.realpath(sysconfig.get_path(name)))
    }
    | {str(Path(__file__).resolve().parent) + os.sep, str(Path(__file__).parent) + os.sep}
)
# Cells, and the code of an exercise, `<unary.minimum_price>`. The other names in angle brackets are of generated code.
_CODE_WITHOUT_FILE = re.compile(r"<ipython-input|<timed exec>|<stdin>|<(?!string>|[\w.]*\.py>)[\w.]+>$")
_CELL_FILE = re.compile(r'File "([^"]*ipykernel_[^"]*)"')


def is_own(filename: str) -> bool:
    """Whether a frame's file is the learner's: a cell, or a module that is not installed."""
    if "ipykernel_" in filename or _CODE_WITHOUT_FILE.match(filename):
        return True
    # The names that Cython's code has are relative.
    return os.path.isabs(filename) and not filename.startswith(_FOREIGN)


def each(tb: types.TracebackType | None) -> Iterator[types.TracebackType]:
    """The steps of a traceback, the outermost first."""
    while tb is not None:
        yield tb
        tb = tb.tb_next


def own_frames(tb: types.TracebackType | None) -> types.TracebackType | None:
    """The traceback with the learner's frames alone; `None` where it has none of them."""
    own = [step for step in each(tb) if is_own(step.tb_frame.f_code.co_filename)]
    if enters_library(tb) and len(own) > MOST:
        own = [own[0], *own[1 - MOST :]]
    kept = None
    for step in reversed(own):
        kept = types.TracebackType(kept, step.tb_frame, step.tb_lasti, step.tb_lineno)
    return kept


def enters_library(tb: types.TracebackType | None) -> bool:
    """Whether the learner's code called a library's, in which the error was raised or passed on."""
    owners = [is_own(step.tb_frame.f_code.co_filename) for step in each(tb)]
    return not all(owners[owners.index(True) :]) if True in owners else bool(owners)


def chain(error: BaseException | None) -> list[BaseException]:
    """The error and those that Python would show before it, the last one first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        # `except grpc.RpcError:` where `grpc` is missing, too: the last one tells enough.
        error = None if isinstance(error, NameError) and isinstance(earlier, NameError) else earlier
    return found


@contextlib.contextmanager
def reduced(error: BaseException) -> Iterator[None]:
    """For a while the error and its chain have the learner's frames alone; what was raised and caught inside
    of a library is no part of the chain then.
    """
    links = chain(error)
    before = [
        (link, link.__traceback__, link.__cause__, link.__context__, link.__suppress_context__)
        for link in links
    ]
    kept = [error, *(link for link in links[1:] if own_frames(link.__traceback__) is not None)]
    try:
        for number, link in enumerate(kept):
            earlier = kept[number + 1] if number + 1 < len(kept) else None
            was_cause = link.__cause__ is not None
            link.__traceback__ = own_frames(link.__traceback__)
            link.__cause__ = earlier if was_cause else None
            link.__context__ = earlier
            link.__suppress_context__ = earlier is None or was_cause
        yield
    finally:
        for link, tb, cause, context, suppress in before:
            link.__traceback__, link.__cause__, link.__context__ = tb, cause, context
            link.__suppress_context__ = suppress


def own_text(error: BaseException) -> str:
    """An error as Python shows it, with the learner's frames alone, and cells by their names."""
    with reduced(error):
        return with_cell_names(
            "".join(traceback.format_exception(type(error), error, error.__traceback__))
        ).rstrip()


def own_lines(error: BaseException) -> str:
    """The learner's lines that led to an error, as in a traceback; without the error itself."""
    return with_cell_names("".join(traceback.format_tb(own_frames(error.__traceback__))))


def where(tb: types.TracebackType | None) -> str:
    """The learner's innermost line as text, `Cell In[3], line 2`; empty where the traceback has none."""
    *_, last = (None, *each(own_frames(tb)))
    if last is None:
        return ""
    return with_cell_names(f'File "{last.tb_frame.f_code.co_filename}"') + f", line {last.tb_lineno}"


def with_cell_names(text: str) -> str:
    """A formatted traceback with `Cell In[3]` where Python names the file that it made of the cell."""
    return _CELL_FILE.sub(lambda match: cell_name(match[1]) or match[0], text)


def cell_name(filename: str) -> str:
    """`Cell In[3]` for the file that Python made of a cell; empty for all others."""
    format_code_name = getattr(getattr(cells.shell(), "compile", None), "format_code_name", None)
    label = format_code_name(filename) if format_code_name else None
    return " ".join(label) if label else ""
