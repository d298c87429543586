"""Cards below the cell that called, for what handlers and iterators of requests raised."""

from __future__ import annotations

import collections

from IPython import get_ipython
from IPython.display import display

from helpers import servers
from helpers.tracebacks import own_frames, own_text
from helpers.views.kit.card import card

from . import explanations
from .error_context import ErrorContext
from .explanations.rows import describe
from .grpc_log import client_failures

SHOWN = 3  # different failures a cell shows; the server's log has them all


def forget(*_) -> None:
    """Before a cell runs: what failed since the last one is not its own; see `pre_run_cell`."""
    servers.take_failures()
    client_failures.clear()


def show(*_) -> None:
    """After a cell has run: a card for each kind of failure; see `post_run_cell`."""
    _show_requests()
    failures: collections.Counter[tuple[str, type, str]] = collections.Counter()
    runs: dict[tuple[str, type, str], servers.HandlerRun] = {}
    for run in servers.take_failures():
        what = (run.method, type(run.error), str(run.error))
        failures[what] += 1
        runs.setdefault(what, run)
    for what, count in list(failures.items())[:SHOWN]:
        run, method = runs[what], run_name(what[0])
        often = f" in {count} calls" if count > 1 else ""
        # What is no Exception goes past gRPC, and nobody answers.
        told = "is told only a status" if isinstance(run.error, Exception) else "is told nothing, and waits"
        display(
            card(
                "raised",
                f"{type(run.error).__name__} in the handler of `{method}`",
                f"The server's side of the story: this was raised{often}; the client {told}.",
                details=_advice(run.error),
                code=run.traceback,
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


def _show_requests() -> None:
    """What the client's side raised, and its caller was not told."""
    # What was no iterator in the first place is told by the error itself.
    raised = [error for error in client_failures.iterating if own_frames(error.__traceback__) is not None]
    distinct = {(type(error), str(error)): error for error in raised}
    for error in list(distinct.values())[:SHOWN]:
        said = "The client's side of the story: this was raised where the next request should have come from."
        _show_error("an iterator of requests", said, error)
    others = {(where, type(error), str(error)): error for where, error in client_failures.elsewhere}
    for (where, *_), error in list(others.items())[:SHOWN]:
        if own_frames(error.__traceback__) is not None:
            _show_error(where, "gRPC ran this code and caught what it raised; nobody else is told.", error)
    for failed in client_failures.unserialized:
        if failed.quietly:
            display(
                card(
                    "warning",
                    "A request was no message",
                    f"A stub of `grpc.aio` got {describe(failed.value)}. It could not be serialized, and gRPC "
                    "went on without telling: the request that the server read, if any, was empty.",
                )
            )
            break
    client_failures.clear()


def _show_error(where: str, said: str, error: BaseException) -> None:
    title = f"{type(error).__name__} in {where}"
    display(card("raised", title, said, details=_advice(error), code=own_text(error), folded=False))


def _advice(error: BaseException | None) -> str:
    shell = get_ipython()
    return explanations.find(ErrorContext(error, shell)) if error is not None and shell is not None else ""


def run_name(method: str) -> str:
    """`/courier.v1.QuoteService/GetQuote` -> `QuoteService.GetQuote`; a web request stays `GET /quotes/7`."""
    if " " in method:
        return method
    service, _, name = method.strip("/").partition("/")
    return f"{service.rpartition('.')[2]}.{name}"
