"""What the lessons use to run gRPC inside a notebook: schemas on the fly, and servers in this process.

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

from . import protos, servers  # noqa: E402
from .servers import serve, serve_aio, stop_all  # noqa: E402

__all__ = ["protos", "serve", "serve_aio", "servers", "stop_all"]

if (_shell := getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()) is not None:
    from . import notebook

    notebook.load_ipython_extension(_shell)
