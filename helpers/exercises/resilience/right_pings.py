"""A question on keepalive for a stream that is quiet for long."""

from __future__ import annotations

from ..engine import Choose, Option

right_pings = Choose(
    title="Choose the keepalive",
    task="""
        A courier's app follows a parcel over a stream on which nothing comes for minutes, and that is as it should be. If
        the server hangs, the app should know within half a minute, however long the stream has been quiet. Which options
        do that?
    """,
    options=[
        Option(
            "The app: `grpc.keepalive_time_ms` 20,000 and `grpc.keepalive_timeout_ms` 5,000. The server: none.",
            "The second option has no say in how long the app waits for an answer; that is a minute.",
        ),
        Option(
            "The app: `grpc.keepalive_time_ms` 20,000 and `grpc.http2.ping_timeout_ms` 5,000. The server: none.",
            "By default the app sends two PINGs without data in between and then no more for a while. After minutes of "
            "quiet nobody is asking.",
        ),
        Option(
            "The app: `grpc.keepalive_time_ms` 20,000, `grpc.http2.ping_timeout_ms` 5,000 and "
            "`grpc.http2.max_pings_without_data` 0. The server: none.",
            "The app asks as it should, and the server hangs up on it: it minds PINGs that come more often than every five "
            "minutes.",
        ),
        Option(
            "The app: `grpc.keepalive_time_ms` 20,000, `grpc.http2.ping_timeout_ms` 5,000 and "
            "`grpc.http2.max_pings_without_data` 0. The server: `grpc.http2.min_ping_interval_without_data_ms` 15,000.",
            "Right: a PING every 20 s for as long as it is quiet, an answer within 5 s, and a server that has agreed to it.",
            True,
        ),
        Option(
            "The app: none. The server: `grpc.max_connection_age_ms` 30,000.",
            "A server that hangs ends no connections either. And one that does not would break off the stream.",
        ),
    ],
    hints=[
        "Three things have to be right: how long the app waits for an answer, how long it goes on asking, and whether the "
        "server bears it.",
        "Under *Too many pings* look at how many PINGs the first connection sent.",
    ],
    reason="Half a minute is 20 s until the next PING and 5 s for its answer. Without an agreement with the server, a "
    "worried client does more harm than a silent server.",
)
