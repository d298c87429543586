"""Two questions, answered by running them: what a repeated header costs, and when a sender has to stop."""

from __future__ import annotations

import grpc

from ...wire.tap import tap
from ..engine import Check, Option, Predict
from .setup import PARCELS, QUOTES, quote_pb2, quote_pb2_grpc
from .visit import request_bytes, visit

_LONG = 200_000  # characters of a recipient's name: far more than a window


def _observe_third_path(check: Check) -> tuple[object, str]:
    with check.desk(GetQuote=quote_pb2.GetQuoteResponse(price_cents=690)) as desk, tap(desk) as wire:
        with wire.capture() as seen:
            options = [("grpc.use_local_subchannel_pool", 1)]
            for _ in range(3):
                with grpc.insecure_channel(wire.address, options=options) as channel:
                    quotes = quote_pb2_grpc.QuoteServiceStub(channel)
                    quotes.GetQuote(quote_pb2.GetQuoteRequest(weight_grams=1200))
        blocks = [frame.headers for frame in seen.frames if frame.role == "request headers"]
    sizes = [entry.size for entries in blocks for entry in entries if entry.name == ":path"]
    first, second, third = sizes
    whole = ", ".join(str(sum(entry.size for entry in entries)) for entries in blocks)
    account = f"`:path` took {first} bytes, then {second}, then {third}; all headers together: {whole} bytes."
    return ("all" if third == first else third), account


third_path = Predict(
    id="http2_on_the_wire.third_path",
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


def _observe_unread_reply(check: Check) -> tuple[object, str]:
    parcel = quote_pb2.Parcel(parcel_id="P-7", recipient="A" * _LONG)
    with check.desk(GetParcel=quote_pb2.GetParcelResponse(parcel=parcel)) as desk:
        sent = request_bytes("/courier.v1.ParcelService/GetParcel", desk.address, b"")
        came = visit(desk.address, sent, patience=1.0).came
    data = [frame for frame in came if frame.name == "DATA"]
    size = sum(end - start for start, end in (frame.body for frame in data))
    end = "and the status after it" if any(frame.end_stream for frame in came) else "and then nothing for 1 s"
    account = f"{size:,} bytes came, in {len(data)} DATA frame{'' if len(data) == 1 else 's'}, {end}."
    return ("all" if size > _LONG else size), account


unread_reply = Predict(
    id="http2_on_the_wire.unread_reply",
    title="A client that gives nothing back",
    task="A client of a few lines, with a socket, asks for a parcel, and its answer has 200,000 bytes. The client reads "
    "all that comes, but it never sends a WINDOW_UPDATE, and its SETTINGS is empty. How many bytes of DATA does it get?",
    services=[PARCELS],
    observe=_observe_unread_reply,
    expected=65_535,
    options=[
        Option(
            "All: the client does read, so the way is free.",
            "That is so for TCP, which sees the bytes leave. HTTP/2 counts for itself, and only WINDOW_UPDATE gives "
            "room back.",
            "all",
        ),
        Option(
            "16,384, one frame of the usual size, and then the server waits.",
            "That is the largest frame, if nothing else is agreed. One may follow on the other without an answer.",
            16_384,
        ),
        Option(
            "65,535, and then the server waits.",
            "Right: that is the window of a stream, and of the connection, if nothing else is agreed.",
            65_535,
        ),
        Option(
            "0: the client has to grant a window first.",
            "A window is open from the start. Without that, every connection would begin with a wait.",
            0,
        ),
    ],
    hints=[
        "Who decides how much may be on the way: the kernel's TCP, or HTTP/2, or both?",
        "What is the window of a stream where nobody has set INITIAL_WINDOW_SIZE? Its size is a power of two, less one.",
    ],
    reason="A receiver that is slow, or forgets to give back, stops the sender, and nobody's memory fills up. The server's "
    "call stays open meanwhile: without a deadline, for ever.",
)
