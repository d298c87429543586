"""The progress of a comparison, shown where somebody can see it."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

Progress = Callable[[float, str], None]

STEP = 1.0
"""Percent by which the bar moves, at least."""


@contextlib.contextmanager
def shown(progress: Progress | None) -> Iterator[Progress]:
    """Gives what is to be told of the progress.

    That is `progress` where there is one; in a notebook else a bar; and else nobody.
    """
    if progress is not None:
        yield progress
    elif not _in_a_notebook():
        yield lambda done, text: None
    else:
        with _bar() as tell:
            yield tell


@contextlib.contextmanager
def _bar() -> Iterator[Progress]:
    from IPython.display import display

    from helpers.views.progressbar import ProgressBar

    began = time.monotonic()
    bar = ProgressBar(100, "Servers start", unit="%")
    display(bar)

    def tell(done: float, text: str) -> None:
        if text == bar.label and done < 1 and 100 * done - bar.value < STEP:
            return
        bar.label = text or bar.label
        bar.advance(100 * done - bar.value)
        # Sent now, and by no thread that would still be busy with it when the clock runs.
        bar.stop()

    try:
        yield tell
    except BaseException as error:
        bar.failed("interrupted" if isinstance(error, KeyboardInterrupt) else "failed")
        raise
    else:
        took = f"{time.monotonic() - began:.0f} s"
        bar.label = "All measured" if bar.value >= 100 else "Interrupted"
        (bar.done if bar.value >= 100 else bar.failed)(took)
    finally:
        bar.stop()


def _in_a_notebook() -> bool:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None
