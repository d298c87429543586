"""A port that is kept for a server that is still to come."""

from __future__ import annotations

import contextlib
import socket
import threading

_lock = threading.Lock()
_reserved: dict[int, socket.socket] = {}
_REUSE = getattr(socket, "SO_REUSEPORT", None)


def reserve_port() -> int:
    """Keeps a free port of 127.0.0.1: until `serve(..., port=...)` takes it, nobody listens there and nobody else can.

    A socket is bound to the port and does not listen, so whoever connects is refused, as on any port without
    a server. It stands back when `serve` has bound the port for its server.
    """
    keeper = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if _REUSE is not None:
        # The server will share the port with this socket for a moment; both sides have to agree to that.
        keeper.setsockopt(socket.SOL_SOCKET, _REUSE, 1)
    keeper.bind(("127.0.0.1", 0))
    port: int = keeper.getsockname()[1]
    with _lock:
        _reserved[port] = keeper
    return port


class Handover:
    """The moment in which a server takes a port over; a context manager around the binding.

    Attributes:
        options: channel arguments with which the server may bind the port.
    """

    def __init__(self, port: int):
        with _lock:
            self._keeper = _reserved.pop(port, None)
        self.options = [("grpc.so_reuseport", int(self._keeper is not None and _REUSE is not None))]

    def __enter__(self) -> Handover:
        if self._keeper is not None and _REUSE is None:
            self._keeper.close()  # where ports cannot be shared, it is free for a moment
        return self

    def __exit__(self, *_: object) -> None:
        if self._keeper is not None:
            with contextlib.suppress(OSError):
                self._keeper.close()
