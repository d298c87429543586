"""gRPC and REST, measured against each other on this machine: `comparison.run()`.

- ``business``: what the service does; ``with_grpc``, ``with_fastapi``, ``with_starlette``: how it is served.
- ``server`` runs one of them in a process of its own, ``children`` starts and ends these processes.
- ``clients_…``: who asks, and checks each of the ``answers``; ``contenders``: who meets whom, in which cases.
- ``rounds`` measures time and processor time, ``sizes`` bytes; ``runner`` does everything in turn.
- ``values`` is what comes out; ``judging``, ``words``, ``face`` and ``export`` are what becomes of it.

All this is imported when it is asked for, since a kernel that compares nothing should not wait for it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import business, with_fastapi, with_grpc, with_starlette
    from .children import stop_all
    from .contenders import CASES, CONTENDERS
    from .runner import ComparisonError, run
    from .values import Case, Contender, Measurement, Results

__all__ = [
    "CASES", "CONTENDERS", "Case", "ComparisonError", "Contender", "Measurement", "Results",
    "business", "run", "stop_all", "with_fastapi", "with_grpc", "with_starlette",
]  # fmt: skip

_HOME = {
    "CASES": "contenders",
    "CONTENDERS": "contenders",
    "Case": "values",
    "ComparisonError": "runner",
    "Contender": "values",
    "Measurement": "values",
    "Results": "values",
    "run": "runner",
    "stop_all": "children",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f".{_HOME.get(name, name)}", __name__)
    return getattr(module, name) if name in _HOME else module


def __dir__() -> list[str]:
    return __all__
