"""What lessons import to run gRPC inside a notebook.

Schemas are compiled on the fly (`protos`), servers live in this process (`serve`), and what happens is drawn.
Importing this makes loopback work behind an HTTP proxy and keeps gRPC's own log out of the cells. A lesson
loads what it uses: each name is imported when it is asked for, from where `__init__.pyi` says.
"""

from __future__ import annotations

import os
import sys

from . import cells, display, lazy

os.environ.setdefault("GRPC_VERBOSITY", "NONE")
for _name in ("no_proxy", "NO_PROXY"):
    _hosts = [host for host in os.environ.get(_name, "").split(",") if host]
    # gRPC would send even a call to 127.0.0.1 through `http_proxy`.
    os.environ[_name] = ",".join(dict.fromkeys([*_hosts, "127.0.0.1", "localhost"]))

__getattr__, __dir__, __all__ = lazy.attach(__name__, __file__)
display.LOADED_BY["helpers.wire.capture.Capture"] = "helpers.views.capture"
display.LOADED_BY["helpers.wire.pasted.reading.PastedBytes"] = "helpers.views.bytes"


def stop_all() -> None:
    """Stops everything that a lesson has started: experiments and calls in views, taps, and servers.

    In a notebook also what its own names hold: channels, and servers and processes that were started by hand.
    What has not been loaded has started nothing, and is not loaded for this.
    """
    _stop("views.kit.lifecycle", "stop_all")
    if (shell := cells.shell()) is not None:
        _stop("servers.unmanaged", "stop", shell.user_ns.values())
    _stop("wire.taps.open_taps", "close_all")
    _stop("servers.registry", "stop_all")
    _stop("comparison.processes", "stop_all")


def _stop(module: str, function: str, *arguments: object) -> None:
    if (loaded := sys.modules.get(f"{__name__}.{module}")) is not None:
        getattr(loaded, function)(*arguments)


if (_running := cells.shell()) is not None:
    from . import notebook

    notebook.load_ipython_extension(_running)
