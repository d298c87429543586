"""A question on the flags that `buf curl` needs for a server without reflection."""

from __future__ import annotations

from ..engine import Choose, Option

right_flags = Choose(
    title="The right flags",
    task="""
        A gRPC server at `10.0.0.7:50051` speaks no TLS and has no reflection. Its contract lies in the folder `protos`, and
        every call must bring a token in its metadata. Which command makes the call?
    """,
    options=[
        Option(
            '`buf curl --protocol grpc --http2-prior-knowledge -H "authorization: Bearer T" --data "{}" '
            "http://10.0.0.7:50051/courier.v1.QuoteService/GetQuote`",
            "All is right but one thing: without reflection the command needs the contract from somewhere.",
        ),
        Option(
            '`buf curl --schema protos --http2-prior-knowledge -H "authorization: Bearer T" --data "{}" '
            "http://10.0.0.7:50051/courier.v1.QuoteService/GetQuote`",
            "Without `--protocol grpc` the command speaks Connect, a protocol that a gRPC server does not know.",
        ),
        Option(
            '`buf curl --schema protos --protocol grpc --http2-prior-knowledge -H "authorization: Bearer T" --data "{}" '
            "http://10.0.0.7:50051/courier.v1.QuoteService/GetQuote`",
            "Right: the contract from the folder, gRPC over HTTP/2 without TLS, and the token as a header.",
            True,
        ),
        Option(
            '`buf curl --schema protos --protocol grpc --reflect-header "authorization: Bearer T" --data "{}" '
            "http://10.0.0.7:50051/courier.v1.QuoteService/GetQuote`",
            "That header goes along with questions to reflection, which this server has not. The call itself has no token.",
        ),
        Option(
            '`buf curl --schema protos --protocol grpc -H "authorization: Bearer T" --data "{}" '
            "https://10.0.0.7:50051/courier.v1.QuoteService/GetQuote`",
            "`https` stands for TLS, which this server does not speak.",
        ),
    ],
    hints=[
        "Go through the sentence: no TLS, no reflection, a folder, a token. Each asks for a flag, or for a letter less.",
        "The output of `buf curl --help` says which protocol it speaks if it is told nothing.",
    ],
    reason="Reflection would make `--schema` superfluous, and nothing else: protocol, transport and metadata are the "
    "caller's to know.",
)
