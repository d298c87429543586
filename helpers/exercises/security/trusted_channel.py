"""A channel that trusts one authority and shows a certificate of its own."""

from __future__ import annotations

import trustme

from helpers.servers import serve

from ..engine import Check, Incorrect, WriteFunction, wrong
from ..engine.formatting import describe
from .certificates import Parcels, pair, roots, server_credentials, stranger, told
from .certificates import company as _ca
from .setup import PARCELS, grpc

_CALLED = "connect(address, ca_certificate, private_key, certificate), and a call to {}"

_CAUSES = {
    "Socket closed": "The server speaks TLS, and this channel does not. `grpc.secure_channel` takes an address and "
    "credentials.",
    "CERTIFICATE_VERIFY_FAILED": "The channel does not trust the CA that has signed the server's certificate: "
    "`ca_certificate` is what `root_certificates` wants.",
    "security handshaker": "gRPC cannot use what it was given as PEM. The order is `grpc.ssl_channel_credentials("
    "root_certificates, private_key, certificate_chain)`.",
}
_ASKED = _CAUSES | {
    "Socket closed": "This server asks for a certificate, and got none. Give `grpc.ssl_channel_credentials` the private key "
    "and the certificate, too.",
}


def _check_connect(check: Check) -> None:
    # Two companies, each with programs of its own: what is trusted and shown is what was given.
    for company, name in (
        (_ca("Courier CA"), "ada.courier.example"),
        (_ca("Harbor CA"), "crane.harbor.example"),
    ):
        own, good = company.issue_cert(name), company.issue_cert("127.0.0.1")
        _tried(check, company, own, "a server of the company", good, _CAUSES)
        servicer = _tried(
            check, company, own, "a server that asks for a certificate", good, _ASKED, asks=True
        )
        seen, wanted = servicer.identities[-1], [name.encode()]
        check.expect(seen == wanted, f"the server sees {wanted}", f"it sees {seen}")
        _tried(
            check, company, own, "a server with a stranger's certificate", stranger().issue_cert("127.0.0.1"),
            "A server was trusted whose certificate another CA has signed. Trust `ca_certificate`, and nothing else.",
        )  # fmt: skip
        _tried(
            check, company, own, "a server with the depot's certificate", company.issue_cert("depot.courier.example"),
            "The certificate of this server is made for another name than the one that was called. Let gRPC check the name.",
        )  # fmt: skip


def _tried(
    check: Check,
    company: trustme.CA,
    own: trustme.LeafCert,
    story: str,
    leaf: trustme.LeafCert,
    causes: dict[str, str] | str,
    asks: bool = False,
) -> Parcels:
    """Lets the learner's channel call a server; with causes as a dict the call should succeed, otherwise fail."""
    servicer, called = Parcels(), _CALLED.format(story)
    with serve(servicer, credentials=server_credentials(leaf, asks_for=company if asks else None)) as server:
        result = check.run(server.address, roots(company), *pair(own), called=called)
        result.expect(result.error is None, "a channel", "an exception")
        if not isinstance(result.value, grpc.Channel):
            missing = " Is a `return` missing?" if result.value is None else ""
            raise Incorrect(
                f"Give back the channel.{missing}",
                called=called,
                expected="a grpc.Channel",
                actual=describe(result.value),
            )
        with result.value:
            actual = told(result.value)
    if isinstance(causes, str):
        check.expect(actual != "OK", "a refusal by the client", actual, causes, called=called)
    else:
        cause = next((causes[part] for part in causes if part in actual), "")
        check.expect(actual == "OK", "OK", actual, cause, called=called)
    return servicer


trusted_channel = WriteFunction(
    title="A channel that trusts one CA",
    task="""
        **Input:** `address`, a host and a port; `ca_certificate`, the certificate of the company's CA; and
        `private_key` and `certificate`, which the company has given to this program. These three are PEM, as bytes.

        **Goal:** return a channel to that address that encrypts, trusts servers that the company's CA has
        signed and no others, and shows the program's own certificate to a server that asks for one.

        **Example:** a call over it reaches a server with mutual TLS, which sees `ada.courier.example`. A server
        with a stranger's certificate is refused.
    """,
    services=[PARCELS],
    check=_check_connect,
    hints=[
        "A channel with TLS is made in two steps: credentials first, then the channel with them.",
        "`grpc.ssl_channel_credentials` takes whom to trust, and then what to show: a key, and its certificate.",
        "`grpc.secure_channel(address, grpc.ssl_channel_credentials(ca_certificate, private_key, certificate))`.",
    ],
    reason="Three arguments say all: whom to trust, what to show, and how to prove it. With `root_certificates` given, the "
    "CAs of the system are not trusted, so a certificate that one of them issues by mistake is of no use to anybody.",
    wrong_answers=[
        wrong(
            "this channel does not",
            ("grpc.secure_channel(address, credentials)", "grpc.insecure_channel(address)"),
        ),
        wrong(
            "asks for a certificate, and got none",
            ("(ca_certificate, private_key, certificate)", "(ca_certificate)"),
        ),
        wrong("does not trust the CA", ("(ca_certificate, private_key", "(certificate, private_key")),
        wrong(
            "The order is", ("private_key, certificate)\n    return", "certificate, private_key)\n    return")
        ),
        wrong("Is a `return` missing", ("return ", "")),
        wrong("Give back the channel", ("grpc.secure_channel(address, credentials)", "credentials")),
    ],
)
