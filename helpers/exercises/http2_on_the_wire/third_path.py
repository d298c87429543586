"""A question on what a repeated header costs, answered by running it."""

from __future__ import annotations

import grpc

from helpers.wire.http2.frames import Http2Frame
from helpers.wire.taps.open_taps import tap

from ..engine import Check, Option, Predict
from .setup import QUOTES, quote_pb2, quote_pb2_grpc


def _observe_third_path(check: Check) -> tuple[object, str]:
    with (
        check.fake_server(GetQuote=quote_pb2.GetQuoteResponse(price_cents=690)) as server,
        tap(server) as wire,
    ):
        with wire.capture() as seen:
            options = [("grpc.use_local_subchannel_pool", 1)]
            for _ in range(3):
                with grpc.insecure_channel(wire.address, options=options) as channel:
                    quotes = quote_pb2_grpc.QuoteServiceStub(channel)
                    quotes.GetQuote(quote_pb2.GetQuoteRequest(weight_grams=1200))
        blocks = [
            frame.headers
            for frame in seen.frames
            if isinstance(frame, Http2Frame) and frame.role == "request headers"
        ]
    sizes = [entry.size for entries in blocks for entry in entries if entry.name == ":path"]
    first, second, third = sizes
    whole = ", ".join(str(sum(entry.size for entry in entries)) for entries in blocks)
    account = f"`:path` took {first} bytes, then {second}, then {third}; all headers together: {whole} bytes."
    return ("all" if third == first else third), account


third_path = Predict(
    title="A channel for every call",
    task="A client calls `/courier.v1.QuoteService/GetQuote` three times. Before each call it makes a channel, with a "
    "connection of its own, and closes it afterwards. How many bytes does the header `:path` take in the third call?",
    services=[QUOTES],
    observe=_observe_third_path,
    expected="all",
    options=[
        Option(
            "As many as in the first call.",
            "Right: the table belongs to the connection, and each of the three begins with an empty one.",
            "all",
        ),
        Option(
            "0: the server remembers what this client has asked.",
            "Each request names all of its headers, and a server does not know that three connections are one client's.",
            0,
        ),
        Option(
            "1: its number in the table.",
            "So it would be with one channel for all three. Whose table is it in which the path stands?",
            1,
        ),
        Option(
            "2: a number for the name, and a number for the value.",
            "An entry of the table has both, name and value, under one number.",
            2,
        ),
    ],
    hints=[
        "An entry that is in the table is named by its number, in one byte. Who keeps that table, and for how long?",
        "Run the cell with the three calls above once more, with a new channel in the loop, and look at the sizes.",
    ],
    reason="A new connection begins with an empty table, and its first call pays for all that follow. Where none follows, "
    "it is paid every time: one more reason to make a channel once and keep it.",
)
