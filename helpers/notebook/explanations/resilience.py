"""Service configs that gRPC refuses, and connections that are ended on purpose: by pings, by age, by health."""

from __future__ import annotations

import re

from ..error_context import ErrorContext
from .statuses import row


def _refused(_: ErrorContext, found: re.Match[str]) -> str:
    if found["errors"] is None:
        return (
            "The service config of this channel is no JSON, so gRPC refuses all its calls.\n"
            "Make the text with json.dumps(config), where the channel is made, and make the channel again."
        )
    causes = [
        f"{field or 'the config'} {problem}"
        for field, problem in re.findall(r"field:(\S*) error:(.*?)(?=; field:|$)", found["errors"])
    ]
    return (
        f"gRPC refuses the service config of this channel, and so all its calls: {'; '.join(causes) or found['errors']}.\n"
        "Mend it where the channel is made, and make the channel again. check_service_config(config) says more of it."
    )


TABLE = (
    row(
        r"^(?:INVALID_ARGUMENT|UNAVAILABLE): .*?"
        r"(?:errors validating service config: \[(?P<errors>.*)\]$|JSON parsing failed)",
        _refused,
    ),
    row(
        r"^UNAVAILABLE: Too many pings",
        "The server has ended this connection, because its client sent more keepalive pings than the server allows.\n"
        "Ping less (grpc.keepalive_time_ms), or allow more where the server is started "
        "(grpc.http2.min_ping_interval_without_data_ms).",
    ),
    row(
        r"^UNAVAILABLE: .*\(ping timeout\)",
        "The other side did not answer a ping in time, so gRPC has given the connection up. The handler may have run, or "
        "not.\nWhere that is harmless, ask again: the channel connects anew by itself.",
    ),
    row(
        r"^UNAVAILABLE: max connection age",
        "The server ends connections of a certain age, and this call was still running when the grace was over.\n"
        "Raise grpc.max_connection_age_grace_ms where the server is started, or ask again.",
    ),
    row(
        r"^UNAVAILABLE: .*backend unhealthy",
        "All servers of this channel are unhealthy: each says NOT_SERVING, or knows nothing of the service that "
        "healthCheckConfig names.\n"
        'An empty serviceName, "", asks for the server as a whole.',
    ),
    row(
        r"^RESOURCE_EXHAUSTED: Concurrent RPC limit exceeded!",
        "The server has as many calls as it takes at a time (maximum_concurrent_rpcs), and refuses the others.\n"
        "Ask again after a pause, or let the server take more.",
    ),
)
