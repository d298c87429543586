"""The kernel's IPython extension: `%%proto` and `%%project`, handlers' tracebacks in the right cell, short errors.

Every kernel of the course's environment loads this as an IPython extension when it starts, so that a cell
that is run too early gets an answer, too; `import helpers` loads it anywhere else.
"""

from __future__ import annotations

from IPython.core.interactiveshell import InteractiveShell

from helpers.servers import lone_keys

from . import (
    closed_channels,
    deadlock,
    errors,
    failure_cards,
    project_magic,
    proto_magic,
    stale_names,
    stop_button,
)
from .failure_cards import run_name
from .grpc_log import client_failures

__all__ = ["load_ipython_extension", "run_name"]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Sets up a shell, once; what `%load_ext helpers.notebook` calls."""
    if getattr(shell, "_grpc_course", False):
        return
    setattr(shell, "_grpc_course", True)  # noqa: B010 (types: not an attribute of its class)
    shell.register_magic_function(proto_magic.proto, "cell", "proto")  # type: ignore[arg-type]
    shell.register_magic_function(project_magic.write, "cell", "project")  # type: ignore[arg-type]
    shell.input_transformers_cleanup.append(proto_magic.below_comments)
    client_failures.install()
    closed_channels.guard()
    lone_keys.guard()
    shell.events.register("pre_run_cell", failure_cards.forget)
    shell.events.register("post_run_cell", failure_cards.show)
    for part in (deadlock.DeadlockWatch(), stop_button.StopButton(), stale_names.StaleNames(shell)):
        shell.events.register("pre_run_cell", part.begin)
        shell.events.register("post_run_cell", part.end)
    errors.install(shell)
