"""A watch over calls that block the event loop on which their own server runs, and so wait for ever.

    server = await serve_aio(Quotes())
    quotes.GetQuote(request)                # the loop cannot run the handler while this line waits

While a cell runs a thread looks whether this is what the cell does, and ends the wait as the stop button would.
"""

from __future__ import annotations

import _thread
import sys
import threading
import types
from collections.abc import Collection

from helpers import servers, wire

PATIENCE = 3.0
"""Seconds that the loop may stand still: a call with a deadline below that ends by itself, and shows it."""
STEP = 0.25  # seconds

_found: list[str] = []


class DeadlockWatch:
    """Looks after one run of one cell."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, info: object = None) -> None:
        """Starts to look, if the cell can meet a server of asyncio; see `pre_run_cell`."""
        self.end()
        _found.clear()
        if _aio_servers() or "aio" in str(getattr(info, "raw_cell", "")):
            self._over = threading.Event()
            self._thread = threading.Thread(
                target=self._look, args=(self._over,), name="deadlock watch", daemon=True
            )
            self._thread.start()

    def end(self, *_) -> None:
        """The cell is over; see `post_run_cell`."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _look(self, over: threading.Event) -> None:
        blocked, waiting_for = 0.0, None
        while not over.wait(STEP):
            call = _blocking_call(sys._current_frames().get(threading.main_thread().ident or 0))
            server = _aio_server_at(call, _aio_servers()) if call is not None else None
            blocked = blocked + STEP if server is not None and server is waiting_for else 0.0
            waiting_for = server
            if blocked >= PATIENCE and server is not None:
                _found.append(_advice(server))
                _thread.interrupt_main()
                return


def take() -> str:
    """What to tell of the wait that was ended; `""` where nobody has ended one. Asked once for each."""
    return _found.pop() if _found else ""


def _advice(server: servers.AioServer) -> str:
    return (
        f"this call waits for {server.address}, a server on the event loop that this very line blocks.\n"
        "Use a stub over grpc.aio.insecure_channel and `await` the call, or let a thread wait for it: "
        "await asyncio.to_thread(stub.Method, request)."
    )


def _aio_servers() -> list[servers.AioServer]:
    """Those whose loop runs on the main thread, as a notebook's does."""
    main = threading.main_thread().ident
    return [
        server
        for server in servers.running()
        if isinstance(server, servers.AioServer) and getattr(server.loop, "_thread_id", main) == main
    ]


def _blocking_call(frame: types.FrameType | None) -> types.FrameType | None:
    """The frame of gRPC's synchronous client in which a thread waits, if it does."""
    while frame is not None:
        if frame.f_code.co_filename.replace("\\", "/").endswith("/grpc/_channel.py"):
            this = frame.f_locals.get("self")
            if hasattr(this, "_target") or hasattr(this, "_state"):
                return frame
        frame = frame.f_back
    return None


def _aio_server_at(call: types.FrameType, running: Collection[servers.AioServer]) -> servers.AioServer | None:
    this = call.f_locals["self"]
    target = getattr(this, "_target", None) or getattr(this._state, "target", None) or ""
    target = target.decode(errors="replace") if isinstance(target, bytes) else target
    address = wire.behind(target.rpartition("/")[2].replace("localhost:", "127.0.0.1:"))
    return next((server for server in running if server.address == address), None)
