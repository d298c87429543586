"""Encrypted connections in JupyterLab: the records of a tap without keys, and the frames of one that ends TLS."""

from __future__ import annotations

from tests.browser.live_notebook import in_both_themes, open_cells

SETUP = """
import grpc, trustme
from helpers import Tls, protos, serve, tap

quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")


class Quotes(quote_pb2_grpc.QuoteServiceServicer):
    def GetQuote(self, request, context):
        return quote_pb2.GetQuoteResponse(price_cents=690)


ca = trustme.CA()
leaf = ca.issue_cert("127.0.0.1", "localhost")
key, chain, roots = leaf.private_key_pem.bytes(), leaf.cert_chain_pems[0].bytes(), ca.cert_pem.bytes()
server = serve(Quotes(), credentials=grpc.ssl_server_credentials([(key, chain)]))
trust = grpc.ssl_channel_credentials(roots)


def ask(wire, credentials=trust):
    with wire.capture() as seen, grpc.secure_channel(f"localhost:{wire.port}", credentials) as channel:
        try:
            quote_pb2_grpc.QuoteServiceStub(channel).GetQuote(quote_pb2.GetQuoteRequest(weight_grams=1200), timeout=5)
        except grpc.RpcError:
            pass
    return seen
"""
OPAQUE = "ask(tap(server))"
READABLE = "ask(tap(server, tls=Tls(private_key=key, certificate_chain=chain, root_certificates=roots)))"
REFUSED = """
ask(tap(server, tls=Tls(private_key=key, certificate_chain=chain, root_certificates=trustme.CA().cert_pem.bytes())))
"""


def test_records_without_keys_and_frames_with_them(lab):
    notebook = open_cells(lab, "tls", SETUP, OPAQUE, READABLE, REFUSED)
    notebook.run_all()
    assert notebook.errors() == []
    opaque, readable, refused = (notebook.cell(f"cell-{n}").locator(".gv-call").first for n in (1, 2, 3))
    for each in (opaque, readable, refused):
        each.wait_for()
    told = opaque.inner_text()
    assert "1 encrypted connection" in told
    assert "server name localhost" in told
    assert "Nothing more can be read without the keys." in told
    opaque.get_by_text("ClientHello").first.click()
    opaque.get_by_text("record header").first.wait_for()
    in_both_themes(notebook, "tls-records", opaque)
    assert "GetQuoteRequest" in readable.inner_text()
    in_both_themes(notebook, "tls-ended", readable)
    assert "signed by nobody whom the tap trusts" in refused.inner_text()
    in_both_themes(notebook, "tls-refused", refused)
