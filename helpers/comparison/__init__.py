"""gRPC and REST, measured against each other on this machine: `comparison.run()`.

- `business`: what the service does; `with_grpc`, `with_fastapi`, `with_starlette`: how it is served.
- `server` runs one of them in a process of its own, `processes` starts and ends these processes.
- `clients` and its likes ask, and check what comes against what is `expected`; `candidates` has who takes part in what.
- `rounds` measures time and processor time, `sizes` bytes; `runner` does everything in turn.
- `results` stands on top: the plain `values`, their `ranking`, the `findings`, the `report` and its `export`.

Each name is imported when it is asked for, from where ``__init__.pyi`` says: no other lesson waits for it.
"""

from __future__ import annotations

from helpers import lazy

__getattr__, __dir__, __all__ = lazy.attach(__name__, __file__)
