"""A question on when a sender has to stop, answered by running it."""

from __future__ import annotations

from ..engine import Check, Option, Predict
from ..engine.raw_exchange import request_bytes, send_bytes
from .setup import PARCELS, quote_pb2

_LONG = 200_000  # characters of a recipient's name: far more than a window


def _observe_unread_reply(check: Check) -> tuple[object, str]:
    parcel = quote_pb2.Parcel(parcel_id="P-7", recipient="A" * _LONG)
    with check.fake_server(GetParcel=quote_pb2.GetParcelResponse(parcel=parcel)) as server:
        sent = request_bytes("/courier.v1.ParcelService/GetParcel", server.address, b"")
        actual = send_bytes(server.address, sent, patience=1.0).received
    data = [frame for frame in actual if frame.name == "DATA"]
    size = sum(end - start for start, end in (frame.body for frame in data))
    end = (
        "and the status after it" if any(frame.end_stream for frame in actual) else "and then nothing for 1 s"
    )
    account = f"{size:,} bytes came, in {len(data)} DATA frame{'' if len(data) == 1 else 's'}, {end}."
    return ("all" if size > _LONG else size), account


unread_reply = Predict(
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
