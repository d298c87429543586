"""A guard against stubs over a channel that is closed: gRPC 1.85 crashes there, and the kernel with it.

    channel.close()                              # as a lesson's last cell does
    quote_pb2_grpc.QuoteServiceStub(channel)     # Segmentation fault

A call over a closed channel raises ValueError. Here making the stub does, too; with trailing metadata that
cannot be sent (`helpers.servers`) this is where gRPC is not left as it is, since nothing can be learned from a
kernel that is gone.
"""

from __future__ import annotations

import functools

from grpc import _channel


def guard() -> None:
    """Makes a stub over a closed channel raise ValueError instead of ending the process."""
    register = getattr(_channel.Channel, "_get_registered_call_handle", None)
    if register is None or hasattr(register, "__wrapped__"):
        return

    @functools.wraps(register)
    def registered(channel, method):
        # Says "Channel closed!" of one that is; does not connect.
        channel._channel.check_connectivity_state(False)
        return register(channel, method)

    setattr(_channel.Channel, "_get_registered_call_handle", registered)  # noqa: B010 (types: a method)
