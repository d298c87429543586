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

from . import comparison, protos, servers, views, wire  # noqa: E402
from .course import course_map, setup_check  # noqa: E402
from .measure import compare  # noqa: E402
from .servers import serve, serve_aio, serve_http  # noqa: E402
from .views.browsercheck import BrowserCheck  # noqa: E402
from .views.bytelab import ByteLab  # noqa: E402
from .views.bytemap import bytes_of  # noqa: E402
from .views.calls import render, show  # noqa: E402
from .views.citymap import CityMap  # noqa: E402
from .views.console import Console  # noqa: E402
from .views.drawn import WidgetCheck  # noqa: E402
from .views.feed import Panels  # noqa: E402
from .views.guide import DecisionGuide  # noqa: E402
from .views.hpack import header_tables  # noqa: E402
from .views.pool_lab import PoolLab  # noqa: E402
from .views.progressbar import ProgressBar  # noqa: E402
from .views.table import Table  # noqa: E402
from .views.whiteboard import Whiteboard  # noqa: E402
from .wire import tap  # noqa: E402

__all__ = [
    "BrowserCheck", "ByteLab", "CityMap", "Console", "DecisionGuide", "Panels", "PoolLab", "ProgressBar", "Table",
    "Whiteboard", "WidgetCheck", "bytes_of", "compare", "comparison", "course_map", "header_tables", "protos", "serve",
    "serve_aio", "serve_http", "servers", "setup_check", "show", "stop_all", "tap", "views", "wire",
]  # fmt: skip

# A capture is a value and knows nothing of pictures; here it learns how to be drawn.
wire.set_renderer(render)


def stop_all() -> None:
    """Stops everything that a lesson has started: experiments and calls in views, taps, and servers."""
    views.stop_all()
    wire.close_all()
    servers.stop_all()
    comparison.stop_all()


if (_shell := getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()) is not None:
    from . import notebook

    notebook.load_ipython_extension(_shell)
