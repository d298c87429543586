"""A tap that ends TLS, against TLS without a tap, and against a tap without TLS: unary latency and a stream.

python benchmarks/wire_tls.py
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

import grpc
import trustme
import wire_latency
import wire_throughput
from wire_common import channel, ratio, server, table, take_turns

from helpers.wire import Tls, tap

Timed = Callable[[grpc.Channel], Callable[[], float]]
# What is measured, how, in how many rounds, and how it is told.
MEASURED: list[tuple[str, Timed, int, Callable[[float], str]]] = [
    ("median unary latency", wire_latency.timed, 20, lambda seconds: f"{seconds * 1e6:.0f} µs"),
    ("20,000-message server stream", wire_throughput.timed, 5, lambda rate: f"{rate:,.0f} messages/s"),
]
WAYS = ("direct", "tap", "TLS", "TLS tap")


def main() -> None:
    ca = trustme.CA()
    leaf = ca.issue_cert("127.0.0.1")
    key, chain = leaf.private_key_pem.bytes(), leaf.cert_chain_pems[0].bytes()
    roots = ca.cert_pem.bytes()
    trust = grpc.ssl_channel_credentials(roots)
    ends = Tls(private_key=key, certificate_chain=chain, root_certificates=roots)
    rows = []
    with (
        server() as plain,
        server(grpc.ssl_server_credentials([(key, chain)])) as secure,
        tap(plain) as plain_tap,
        tap(secure, tls=ends) as tls_tap,
        channel(f"127.0.0.1:{plain}") as direct,
        channel(plain_tap.address) as tapped,
        channel(f"127.0.0.1:{secure}", trust) as encrypted,
        channel(tls_tap.address, trust) as opened,
    ):
        for what, timed, rounds, told in MEASURED:
            channels = zip(WAYS, (direct, tapped, encrypted, opened), strict=True)
            ways = {name: timed(each) for name, each in channels}
            for way in ways.values():
                way()  # connects, and warms up
            found = take_turns(ways, rounds)
            rows += [(f"{what}, {name}", "", told(statistics.median(found[name]))) for name in WAYS]
            rows += [
                (f"{what}, {of} to {to}", "", ratio(found, of, to))
                for of, to in (("TLS", "direct"), ("tap", "direct"), ("TLS tap", "TLS"), ("TLS tap", "tap"))
            ]
    table(rows)


if __name__ == "__main__":
    main()
