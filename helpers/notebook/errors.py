"""Errors in a cell, shown by the learner's own lines, with the cause and what to do about it.

One door for all: `shell.showtraceback`, by which cells, awaited cells, `interact` and Output widgets show errors;
and one for the learner's own threads.
`%tb` shows the whole traceback afterwards, and `%debug` goes into it.
"""

from __future__ import annotations

import asyncio
import functools
import re
import sys
import threading
import traceback
from collections.abc import Iterator

import grpc
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from helpers.text import visible
from helpers.tracebacks import each, enters_library, own_frames, own_text, reduced, where, with_cell_names

from . import explanations
from .error_context import ErrorContext

LONGEST_LINE = 600  # characters; some errors of gRPC's list objects by their addresses
LEFT_OUT = "What the libraries did is left out here: `%tb` shows it."


def install(shell: InteractiveShell) -> None:
    """Makes a shell show errors this way."""
    as_ever = shell.showtraceback

    @functools.wraps(as_ever)
    def showtraceback(exc_tuple=None, *args, **options):
        error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
        if error is None or isinstance(error, (SyntaxError, UsageError, SystemExit)):
            return as_ever(exc_tuple, *args, **options)  # `%tb`, and what says all in one line
        # For `%tb` and `%debug`.
        sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
        sys.last_exc = error
        try:
            lines = shown(shell, error, options.get("tb_offset"))
        except Exception:  # never worse than what IPython itself would show
            return as_ever(exc_tuple, *args, **options)
        shell._showtraceback(type(error), error, _to_be_seen(error, lines))
        if shell.call_pdb:
            shell.debugger(force=True)
        return None

    setattr(shell, "showtraceback", showtraceback)  # noqa: B010 (types: a method)
    _install_for_threads(shell)


def _install_for_threads(shell: InteractiveShell) -> None:
    as_ever = threading.excepthook

    def excepthook(args: threading.ExceptHookArgs) -> None:
        error = args.exc_value
        if error is None or isinstance(error, SystemExit) or own_frames(error.__traceback__) is None:
            as_ever(args)
            return
        name = args.thread.name if args.thread is not None else "a thread"
        advice = explanations.find(ErrorContext(error, shell))
        print(visible("\n".join(filter(None, (f"In {name}:", own_text(error), advice)))), file=sys.stderr)

    threading.excepthook = excepthook


def shown(shell: InteractiveShell, error: BaseException, tb_offset: int | None = None) -> list[str]:
    """The lines that tell a learner of an error."""
    if hasattr(error, "_render_traceback_"):
        advice = explanations.find(ErrorContext(error, shell))
        # What our own errors propose is for those who have no notebook to look into.
        rendered = "\n".join(error._render_traceback_()).removesuffix(
            getattr(error, "cure", "") if advice else ""
        )
        return [*rendered.rstrip("\n").split("\n"), *(advice.split("\n") if advice else [])]
    advice = next(filter(None, (explanations.find(ErrorContext(leaf, shell)) for leaf in _leaves(error))), "")
    if isinstance(error, (KeyboardInterrupt, asyncio.CancelledError)):
        last = f"{type(error).__name__}: {advice or error}"
        return [line for line in (where(error.__traceback__), *last.split("\n")) if line]
    lines = _group(error) if hasattr(error, "exceptions") else _single(shell, error)
    if not advice and enters_library(error.__traceback__) and not _says_all(error):
        advice = LEFT_OUT
    return [*map(_shortened, lines), *(["", *advice.split("\n")] if advice else [])]


_COLORS = re.compile(r"(\x1b\[[0-9;]*m)")


def _to_be_seen(error: BaseException, lines: list[str]) -> list[str]:
    """The lines with no character that a page or a terminal obeys, but for the colors that IPython gives them.

    A status comes from a server, which may put anything into it.
    """
    raw = {str(each) for each in _chain(error)}
    shown = []
    for line in lines:
        for text in raw:
            if text and (safe := visible(text)) != text:
                line = line.replace(text, safe)
        parts = _COLORS.split(line)
        shown.append("".join(part if number % 2 else visible(part) for number, part in enumerate(parts)))
    return shown


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it was raised from, or while they were handled."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield from _leaves(error)
        error = error.__cause__ or error.__context__


def _says_all(error: BaseException) -> bool:
    """Whether an error's own words are for learners: ours are, and a call's status is the whole story."""
    *_, last = each(error.__traceback__)
    return isinstance(error, grpc.RpcError) or last.tb_frame.f_globals.get("__name__", "").startswith(
        "helpers"
    )


def _single(shell: InteractiveShell, error: BaseException) -> list[str]:
    with reduced(error):
        if error.__traceback__ is None:
            return shell.InteractiveTB.get_exception_only(type(error), error)
        # Its own offset would take the first of the learner's frames for one of IPython's.
        return shell.InteractiveTB.structured_traceback(type(error), error, error.__traceback__, tb_offset=0)


def _leaves(error: BaseException) -> list[BaseException]:
    """The error itself, or what a group holds."""
    inner = getattr(error, "exceptions", None)
    return [leaf for each in inner for leaf in _leaves(each)] if isinstance(inner, tuple) else [error]


def _group(error: BaseException) -> list[str]:
    """A group, as of `asyncio.TaskGroup`: IPython leaves these to Python."""

    def lines_of(each: BaseException, depth: int) -> list[str]:
        with reduced(each):
            frames = traceback.format_tb(each.__traceback__) if each.__traceback__ else []
        lines = [*frames, *traceback.format_exception_only(type(each), each)[:1]]
        text = with_cell_names("".join(lines)).rstrip()
        found = ["  " * depth + line for line in text.split("\n")]
        for inner in getattr(each, "exceptions", ()):
            found += lines_of(inner, depth + 1)
        return found

    return lines_of(error, 0)


def _shortened(text: str) -> str:
    return "\n".join(
        line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} … ({len(line):,} characters)"
        for line in text.split("\n")
    )
