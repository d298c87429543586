"""What the lessons use to run gRPC inside a notebook.

Schemas are compiled on the fly (`protos`), servers live in this process (`serve`), and what happens is drawn.
Importing this makes loopback work behind an HTTP proxy and keeps gRPC's own log out of the cells.
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("GRPC_VERBOSITY", "NONE")
for _name in ("no_proxy", "NO_PROXY"):
    _hosts = [host for host in os.environ.get(_name, "").split(",") if host]
    # gRPC would send even a call to 127.0.0.1 through `http_proxy`.
    os.environ[_name] = ",".join(dict.fromkeys([*_hosts, "127.0.0.1", "localhost"]))

from . import protos, servers, views  # noqa: E402
from .course import course_map, setup_check  # noqa: E402
from .servers import serve, serve_aio  # noqa: E402
from .views import PoolLab  # noqa: E402

__all__ = [
    "PoolLab",
    "course_map",
    "protos",
    "serve",
    "serve_aio",
    "servers",
    "setup_check",
    "stop_all",
    "views",
]


def stop_all() -> None:
    """Stops everything that a lesson has started: experiments in views, and servers."""
    views.stop_all()
    servers.stop_all()


if (_shell := getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()) is not None:
    from . import notebook

    notebook.load_ipython_extension(_shell)
