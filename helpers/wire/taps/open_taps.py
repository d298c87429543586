"""The taps that are open, and the cells of a notebook that made them."""

from __future__ import annotations

import atexit
import ipaddress
import threading
from typing import Any

from helpers import cells

from ..recording import DEFAULT_LIMIT
from .tap import Tap
from .termination import Tls

_lock = threading.Lock()
_taps: list[Tap] = []


_places: cells.Registry[Tap] = cells.Registry()
"""The taps of each cell, by their places in the order of its calls."""


def tap(server: Any, *, limit: int = DEFAULT_LIMIT, delay: float = 0.0, tls: Tls | None = None) -> Tap:
    """Put a recording relay in front of a server.

    Calling it again for the same target gives the same tap, so re-running a cell is harmless; when a cell
    is run again and its target has moved, the tap it made before is closed. A tap of something that has
    ``on_stop(callback)`` ends with it.

    Args:
        server: What `serve` returns, or anything with an `address` such as ``"127.0.0.1:50051"``; or such
            a string; or a port number. Also for servers in other processes and languages, and for HTTP/1.1.
        limit: Most bytes that the recording keeps; when there are more, the oldest go.
        delay: Seconds that every byte is on the way, in each direction, as over a long cable.
        tls: How the tap ends TLS, for a server with credentials: clients reach the tap by TLS and trust its
            certificate, the tap reaches the server by TLS of its own, and records what passes in the clear. Without
            it, all that a tap on an encrypted connection sees are TLS records.

            >>> ca = trustme.CA()
            >>> mine = ca.issue_cert("127.0.0.1")
            >>> seen = tap(server, tls=Tls(
            ...     private_key=mine.private_key_pem.bytes(),  # what the tap shows to clients, as in
            ...     certificate_chain=mine.cert_chain_pems[0].bytes(),  # grpc.ssl_server_credentials
            ...     root_certificates=ca.cert_pem.bytes(),  # whom it trusts, as in grpc.ssl_channel_credentials
            ... ))

            For mutual TLS add ``client_private_key=`` and ``client_certificate_chain=``, and ``server_name=`` where
            the server's certificate is made for another name than the host of its address.

    Returns:
        A running tap; connect clients to its `address`.

    Raises:
        ValueError: The address is not on loopback, or no address; the delay is negative; `tls` is none, or the server
            has no credentials.
    """
    if not delay >= 0:
        raise ValueError(f"delay is a number of seconds, 0 or more, not {delay!r}")
    if tls is not None and not isinstance(tls, Tls):
        raise ValueError(f"tls is Tls(private_key=..., certificate_chain=..., ...), not {type(tls).__name__}")
    if tls is not None and getattr(server, "secure", None) is False:
        raise ValueError(
            "this server speaks no TLS, so there is none to end: leave `tls` out, or start it with serve(..., "
            "credentials=grpc.ssl_server_credentials(...))"
        )
    target = parse_target(server)
    made = _reuse_or_make(target, limit, delay, tls)
    made.end_with(server)
    return made


def parse_target(server: Any) -> tuple[str, int]:
    """Host and port of what `tap` was given; raises ValueError where it is not on loopback."""
    address = server if isinstance(server, (str, int)) else getattr(server, "address", None)
    if isinstance(address, bool) or address is None:
        raise ValueError(f"tap() takes a server, 'host:port' or a port number, not {server!r}")
    host, colon, port = str(address).rpartition(":")
    host = host.strip("[]") if colon else "127.0.0.1"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"no port in {address!r}: tap() takes something like '127.0.0.1:50051'")
    if not _on_loopback(host):
        raise ValueError(
            f"tap() reaches servers on this machine only (127.0.0.1, localhost, ::1), and {host!r} is elsewhere: "
            "it records plain bytes, so it stays off the network"
        )
    return host, int(port)


def _reuse_or_make(target: tuple[str, int], limit: int, delay: float, tls: Tls | None) -> Tap:
    """The open tap of a target, or a new one; closes the one that it replaces.

    When a cell is run again, its first call of `tap` replaces what its first call gave before, its second
    what its second gave, and so on, unless that is the same tap.
    """
    with _lock:
        wanted = (target, limit, delay, tls)
        found = next(
            (t for t in _taps if (t.target, t.recording.limit, t.delay, t.tls) == wanted and not t.closed),
            None,
        )
        if found is None:
            found = Tap(target, limit=limit, delay=delay, tls=tls, ended=_forget)
            _taps.append(found)
        replaced = _take_place(found)
    for earlier in replaced:
        if earlier not in _places:
            earlier.close()
    return found


def _take_place(found: Tap) -> list[Tap]:
    """Note the next tap of a cell; returns the one that an earlier run of the cell had in its place."""
    if cells.running() is None:
        return []
    place = str(len(_places.of_this_run()))
    replaced = _places.take_earlier(place)
    _places.keep(found, place)
    return replaced


def behind(address: str) -> str:
    """The address to which an open tap at this one passes its calls on; the address itself without a tap."""
    with _lock:
        found = next((tap for tap in _taps if not tap.closed and tap.address == address), None)
    return f"{found.target[0]}:{found.target[1]}" if found else address


def rejection_at(address: str) -> str:
    """Why the newest connection to an open tap at this address, which ends TLS, came to nothing; else nothing."""
    with _lock:
        return next((tap.rejection for tap in _taps if not tap.closed and tap.address == address), "")


def close_all() -> None:
    """Close every open tap of this process; captures stay."""
    with _lock:
        taps = list(_taps)
        _places.clear()
    for tap in taps:
        tap.close()


def _forget(tap: Tap) -> None:
    with _lock:
        if tap in _taps:
            _taps.remove(tap)


def _on_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


atexit.register(close_all)
