"""Two mistakes in one handshake: which of them is found first?"""

from __future__ import annotations

import datetime

from helpers.servers import serve

from ..engine import Check, Option, Predict
from .certificates import Parcels, company, roots, server_credentials, told
from .setup import grpc


def _observe(check: Check) -> tuple[object, str]:
    now, day = datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(days=1)
    expired = company().issue_cert("127.0.0.1", not_before=now - 2 * day, not_after=now - day)
    trust = grpc.ssl_channel_credentials(roots())
    with (
        serve(Parcels(), credentials=server_credentials(expired, asks_for=company())) as server,
        grpc.secure_channel(server.address, trust) as channel,
    ):
        details = told(channel)
    seen = next((part for part in ("certificate has expired", "Socket closed") if part in details), "OK")
    return seen, f"the client was told `{details.split('OPENSSL_internal:')[-1]}`."


who_refuses = Predict(
    title="Who refuses first?",
    task="""
        A server's certificate expired yesterday, and the server asks its clients for certificates. A client trusts the
        right CA and has no certificate to show. It calls. What is it told?
    """,
    observe=_observe,
    expected="certificate has expired",
    options=[
        Option("OK, since the client trusts the right CA", "Two checks must pass, and both fail.", "OK"),
        Option(
            "`UNAUTHENTICATED`, since it shows no certificate",
            "No handler and no interceptor is ever reached: the handshake fails, and that is UNAVAILABLE.",
            "UNAUTHENTICATED",
        ),
        Option(
            "`Socket closed`, since it shows no certificate",
            "The server would hang up on it, but does not get that far: the client looks at the server's certificate first.",
            "Socket closed",
        ),
        Option(
            "`certificate has expired`",
            "The server shows its certificate first, and the client looks at it before it says who it is itself.",
            "certificate has expired",
        ),
    ],
    hints=[
        "Who shows a certificate first in the handshake?",
        "A client does not say who it is to somebody whom it does not trust.",
    ],
    reason="The client authenticates the server before it shows a certificate of its own. That is why one mended mistake "
    "may show the next: behind `certificate has expired` waits a `Socket closed`.",
)
