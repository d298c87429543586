"""Where the console calls, and the channel it keeps for it."""

from __future__ import annotations

from typing import Any

import grpc


def address_of(target: Any) -> str:
    """The address of a server, of a tap, or given as text.

    Raises:
        TypeError: there is none.
    """
    address = target if isinstance(target, str) else getattr(target, "address", None)
    if not isinstance(address, str) or ":" not in address:
        raise TypeError(f"the console takes a server or an address such as '127.0.0.1:50051', not {target!r}")
    return address


class KeptChannel:
    """A channel that is opened when it is needed, with a connection of its own."""

    def __init__(self) -> None:
        self._address = ""
        self._channel: grpc.Channel | None = None

    def open(self, address: str, last: grpc.StatusCode | None) -> grpc.Channel:
        """The channel to an address.

        Args:
            address: where to, ``"127.0.0.1:50051"``.
            last: how the newest call over it has ended. A channel that could not connect waits, longer each
                time, before it tries again, so after UNAVAILABLE there is a new one.
        """
        if address != self._address or last is grpc.StatusCode.UNAVAILABLE:
            self.close()
        if self._channel is None:
            self._address = address
            # Channels to one address share a connection, and how long it waits, unless told otherwise.
            own = [("grpc.use_local_subchannel_pool", 1)]
            self._channel = grpc.insecure_channel(address, options=own)
        return self._channel

    def close(self) -> None:
        """Closes the channel; `open` makes another."""
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()
