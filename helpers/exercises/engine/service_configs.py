"""What clients with a learner's service config do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc

from .check import Check
from .fake_server import FakeServer


def channel_with(text: str, *servers: FakeServer) -> grpc.Channel:
    """A channel of its own to all of these servers, with a service config in JSON."""
    options = [("grpc.service_config", text), ("grpc.use_local_subchannel_pool", 1)]
    return grpc.insecure_channel("ipv4:" + ",".join(server.address for server in servers), options)


def expect_turns(
    check: Check, text: str, stub: Callable[[grpc.Channel], Any], request: Any, reply: Any, cause: str
) -> None:
    """Expects that of 40 calls of `GetQuote` each of two servers gets some.

    Args:
        check: the check that is under way.
        text: the service config, in JSON.
        stub: the class of the quote service's stub.
        request: what is sent.
        reply: what both servers answer.
        cause: what the learner is told if one of them gets them all.
    """
    with (
        check.fake_server(GetQuote=reply) as one,
        check.fake_server(GetQuote=reply) as two,
        channel_with(text, one, two) as channel,
    ):
        quotes = stub(channel)
        for _ in range(40):  # until both connections stand
            quotes.GetQuote(request, timeout=5, wait_for_ready=True)
        shares = [len(server.received()) for server in (one, two)]
        check.expect(
            min(shares) > 3, "both servers get calls", f"{shares} calls", cause, called="40 × GetQuote"
        )
