"""What the kernel of a notebook gains: `%%proto`, handlers' tracebacks in the right cell, short errors.

Every kernel of the course's environment loads this as an IPython extension when it starts, so that a cell
that is run too early gets an answer, too; `import helpers` loads it anywhere else.
"""

from __future__ import annotations

import builtins
import collections
import difflib
import logging
import os
import pickle
import re
import traceback
import types
from collections.abc import Callable

import grpc
from google.protobuf import json_format
from IPython import get_ipython
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from . import protos, servers
from .views.card import card

SHOWN = 3  # different failures a cell shows; the server's log has them all

_HINTS: tuple[tuple[grpc.StatusCode, str, str], ...] = (
    (
        grpc.StatusCode.UNAVAILABLE,
        r"refused|failed to connect",
        "Nobody listens at that address: the server was stopped, or was never started.\n"
        "Run the cell that starts it, and then the one that makes the channel.",
    ),
    (
        grpc.StatusCode.UNAVAILABLE,
        r"Cancelling all calls|GOAWAY|Socket closed|closed",
        "The server was stopped while the call was running.",
    ),
    (
        grpc.StatusCode.UNKNOWN,
        r"Exception iterating requests",
        "The requests are not an iterator, or the generator that makes them raised.\n"
        "Give the stub a generator, or iter([...]); a list alone is no iterator.",
    ),
    (
        grpc.StatusCode.UNIMPLEMENTED,
        r"",
        "The server has no such method: the servicer does not define it, or another service is running there.",
    ),
)


# Messages of a schema that was edited, or came from a cell, live in a descriptor pool of their own.
_POOL_HINTS = (
    (
        r"Can not find message descriptor by type_url",
        "The message inside the Any is of a schema that json_format cannot find by itself.\n"
        "Say where it is: descriptor_pool=x_pb2.DESCRIPTOR.pool, with the module of that schema for x_pb2.",
    ),
    (
        r"Can't pickle <class '[\w.]+_pb2\.",
        "Pickle wants a class that can be imported from a file, and this one was compiled on the fly.\n"
        "Protobuf has its own way: value.SerializeToString(), and Class.FromString(data) to read it.",
    ),
)
_EXPLAINED = (NameError, TypeError, KeyboardInterrupt, grpc.RpcError, json_format.Error, pickle.PicklingError)
_HELPERS = os.path.dirname(__file__) + os.sep


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Sets up a shell, once; what `%load_ext helpers.notebook` calls."""
    if getattr(shell, "_grpc_course", False):
        return
    shell._grpc_course = True
    shell.register_magic_function(proto, "cell", "proto")
    logging.getLogger("grpc._channel").addHandler(_client_failures)
    shell.events.register("pre_run_cell", _forget_failures)
    shell.events.register("post_run_cell", _show_failures)
    shell.set_custom_exc(_EXPLAINED, _explain)


def proto(line: str, cell: str) -> None:
    """`%%proto quote` compiles the schema below it into `quote_pb2` and `quote_pb2_grpc`.

    Run the cell again after an edit: the names then mean the new version, and what was made from the old
    one goes on working with it.
    """
    name = line.strip() or "schema"
    # One line more in front, so that line numbers are those of the cell.
    pb2, pb2_grpc = protos.compile_cell(name, "\n" + cell)
    get_ipython().push({f"{name}_pb2": pb2, f"{name}_pb2_grpc": pb2_grpc})
    file = pb2.DESCRIPTOR
    print(
        f"{name}_pb2: {', '.join([*file.message_types_by_name, *file.enum_types_by_name]) or 'no messages'}"
    )
    if file.services_by_name:
        print(f"{name}_pb2_grpc: {', '.join(file.services_by_name)}")


class _ClientFailures(logging.Handler):
    """What an iterator of requests raised: gRPC runs it on a thread, and tells the caller nothing but UNKNOWN."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: collections.deque[BaseException] = collections.deque(maxlen=SHOWN)

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and "iterating requests" in record.getMessage():
            self.errors.append(record.exc_info[1])


_client_failures = _ClientFailures()


def _forget_failures(*_) -> None:
    # What failed between two cells belongs to neither; a handler's failure stays in its server's log.
    servers.take_failures()
    _client_failures.errors.clear()


def _show_failures(*_) -> None:
    for error in list(_client_failures.errors):
        display(
            card(
                "raised",
                f"{type(error).__name__} in an iterator of requests",
                "The client's side of the story: this was raised where the next request should have come from.",
                code=_with_cell_names(
                    "".join(traceback.format_exception(type(error), error, _own_frames(error.__traceback__)))
                ),
                folded=False,
            )
        )
    _client_failures.errors.clear()
    failures = collections.Counter()
    runs = {}
    for run in servers.take_failures():
        what = (run.method, type(run.error), str(run.error))
        failures[what] += 1
        runs.setdefault(what, run)
    for what, count in list(failures.items())[:SHOWN]:
        run, method = runs[what], run_name(what[0])
        often = f" in {count} calls" if count > 1 else ""
        display(
            card(
                "raised",
                f"{type(run.error).__name__} in the handler of `{method}`",
                f"The server's side of the story: this was raised{often}; the client is told only a status.",
                code=_with_cell_names(run.traceback),
                folded=False,
            )
        )
    if len(failures) > SHOWN:
        display(
            card(
                "note",
                "More handlers raised",
                f"{len(failures) - SHOWN} more kinds of failure: see `server.log`.",
            )
        )


def run_name(method: str) -> str:
    """`/courier.v1.QuoteService/GetQuote` -> `QuoteService.GetQuote`; a web request stays `GET /quotes/7`."""
    if " " in method:
        return method
    service, _, name = method.strip("/").partition("/")
    return f"{service.rpartition('.')[2]}.{name}"


def _with_cell_names(text: str) -> str:
    compiler = getattr(get_ipython(), "compile", None)

    def name(match: re.Match) -> str:
        label = compiler.format_code_name(match[1]) if hasattr(compiler, "format_code_name") else None
        return " ".join(label) if label else match[0]

    return re.sub(r'File "([^"]*ipykernel_[^"]*)"', name, text)


def _explain(shell: InteractiveShell, kind: type, error: BaseException, tb, tb_offset=None) -> list[str]:
    """Shows an error by the learner's own lines, with what to do about it; see `set_custom_exc`."""
    if hasattr(error, "_render_traceback_"):
        lines = error._render_traceback_()
    elif isinstance(error, KeyboardInterrupt):
        lines = [
            _where(tb),
            "KeyboardInterrupt: stopped here. The kernel, its variables and its servers go on.",
        ]
    else:
        is_of_course = isinstance(error, (NameError, grpc.RpcError))
        own = _own_frames(tb) if is_of_course else _frames(tb, lambda file: not file.startswith(_HELPERS))
        lines = list(shell.InteractiveTB.structured_traceback(kind, error, own, tb_offset=tb_offset))
        lines += _advice(shell, error)
    shell._showtraceback(kind, error, lines)
    return lines


def _advice(shell: InteractiveShell, error: BaseException) -> list[str]:
    if isinstance(error, UnboundLocalError):
        return []
    if isinstance(error, NameError):
        return ["", _name_advice(shell, error)]
    for pattern, text in _POOL_HINTS:
        if re.search(pattern, str(error)):
            return ["", text]
    if isinstance(error, TypeError):
        twins = re.search(
            r"expected <class '(?:[\w.]+\.)?(\w+)'> got <class '(?:[\w.]+\.)?(\w+)'>", str(error)
        )
        if twins and twins[1] == twins[2]:
            return [
                "",
                f"Two classes are called {twins[1]}: one from this version of the schema, one from another version or "
                "from google.protobuf.\n"
                f"Make the message where it goes, with .add(...) or by assigning its fields, or carry it over: "
                f"target.ParseFromString(value.SerializeToString()).",
            ]
        return []
    code = error.code() if hasattr(error, "code") else None
    details = (error.details() if hasattr(error, "details") else "") or ""
    hint = next(
        (text for status, pattern, text in _HINTS if status is code and re.search(pattern, details)), None
    )
    return ["", hint] if hint else []


def _name_advice(shell: InteractiveShell, error: NameError) -> str:
    name = getattr(error, "name", None) or str(error).split("'")[1]
    near = difflib.get_close_matches(
        name, [key for key in (*shell.user_ns, *dir(builtins)) if not key.startswith("_")], n=1, cutoff=0.8
    )
    if near:
        return f"Did you mean `{near[0]}`?"
    return (
        f"This kernel does not know `{name}` yet: the cell that defines it has not been run since the kernel started.\n"
        "Run the setup cell at the top and the cells in between: menu Run, then Run All Above Selected Cell."
    )


def _own_frames(tb: types.TracebackType | None) -> types.TracebackType | None:
    """The traceback without the frames of libraries, so that the learner's line stands alone."""
    return _frames(tb, lambda file: "ipykernel_" in file or "<ipython-input" in file)


def _frames(tb: types.TracebackType | None, is_wanted: Callable[[str], bool]) -> types.TracebackType | None:
    """The traceback with the wanted frames alone, by their file's name; with its last one where none is."""
    frames = []
    while tb is not None:
        frames.append(tb)
        tb = tb.tb_next
    wanted = [frame for frame in frames if is_wanted(frame.tb_frame.f_code.co_filename)]
    kept = None
    for frame in reversed(wanted or frames[-1:]):
        kept = types.TracebackType(kept, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return kept


def _where(tb: types.TracebackType | None) -> str:
    own = _own_frames(tb)
    file, line = own.tb_frame.f_code.co_filename, own.tb_lineno
    return _with_cell_names(f'File "{file}"') + f", line {line}"
