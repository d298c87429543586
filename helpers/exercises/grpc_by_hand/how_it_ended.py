"""A call's status, read out of the header blocks of its response."""

from __future__ import annotations

from collections.abc import Iterator

import grpc

from helpers.wire.http2.frames import Http2Frame

from ..engine import Case, Check, Incorrect, WriteFunction, raises, wrong
from ..engine.diagnosis import Diagnosis
from ..engine.formatting import shortened, show
from ..engine.raw_exchange import request_bytes, send_bytes
from .setup import QUOTES

Block = list[tuple[str, str]]

# The table of the task, from gRPC's "HTTP to gRPC Status Code Mapping".
_OF_HTTP = {"400": 13, "401": 16, "403": 7, "404": 12, "429": 14, "502": 14, "503": 14, "504": 14}

_OPENING: Block = [(":status", "200"), ("content-type", "application/grpc")]
_SAYS_NOTHING = "The last block has no `grpc-status`. Then the table says what `:status` means, and 2 stands for the rest."
_LAST_ONLY = (
    "Status and text are those of the last block, `blocks[-1]`: what gRPC says in another block does not count, and without "
    "`grpc-status` in the last one the text is empty."
)
_PERCENT = (
    "`grpc-message` is percent-encoded UTF-8: `%C3%B6` is ö, and `%25` is the percent sign. "
    "`urllib.parse.unquote` decodes it."
)


def _cases() -> Iterator[Case]:
    yield _case([_OPENING, [("grpc-status", "0"), ("grpc-message", "")]], (0, ""), {
        ("0", ""): "The status is a number here: `int(...)`.",
        ...: "`grpc-status` and `grpc-message` stand in the last block, the trailers.",
    })  # fmt: skip
    yield _case([_OPENING, [("grpc-message", "no parcel P-404"), ("grpc-status", "5")]], (5, "no parcel P-404"), {
        (0, ""): "The status is in the trailers, whatever the HTTP status says: a gRPC call that failed has 200, too.",
        ...: "Look for the headers by their names: nobody has promised their order.",
    })  # fmt: skip
    yield _case([_OPENING, [("grpc-status", "13")]], (13, ""), {
        KeyError: "`grpc-message` may be missing. Then the text is empty.",
        ...: "Where there is no `grpc-message` the text is empty.",
    })  # fmt: skip
    for sent, text in (("Malm%C3%B6 is closed", "Malmö is closed"), ("100%25 full", "100% full")):
        yield _case([_OPENING, [("grpc-status", "9"), ("grpc-message", sent)]], (9, text), {
            (9, sent): _PERCENT, ...: _PERCENT,
        })  # fmt: skip
    yield _case([_OPENING, [("grpc-status", "3"), ("grpc-message", "1+1 = %32")]], (3, "1+1 = 2"), {
        (3, "1 1 = 2"): "A plus sign is a plus sign here. `unquote_plus` is for the forms of web pages; take `unquote`.",
        ...: _PERCENT,
    })  # fmt: skip
    only = [(":status", "200"), ("grpc-status", "12"), ("grpc-message", "no such method")]
    yield _case([only], (12, "no such method"), {
        IndexError: "A response may have one block only, with the status in it: it is the last one, and the first.",
        ...: "A response that fails at once has one block only, and the status is in it.",
    })  # fmt: skip
    yield _case([[(":status", "503"), ("grpc-status", "8")]], (8, ""), {
        (14, ""): "There is a `grpc-status`, so it counts. What HTTP says is asked only where gRPC says nothing.",
        ...: "There is a `grpc-status`, so it counts.",
    })  # fmt: skip
    for status, code in (*_OF_HTTP.items(), ("418", 2), ("200", 2)):
        block = [(":status", status), ("content-type", "text/html")]
        yield _case([block], (code, ""), {
            (0, ""): "200 without a `grpc-status` is no success: nobody has said so. UNKNOWN, 2.", ...: _SAYS_NOTHING,
        })  # fmt: skip
    yield _case([_OPENING, [("x-cache", "miss")]], (2, ""), {
        (0, ""): "There are trailers, and `grpc-status` is not among them. Nobody has said that all went well.",
        KeyError: "The last block has no `:status`: the first one has.",
        ...: _SAYS_NOTHING,
    })  # fmt: skip
    yield _case([[(":status", "502")], [("x-cache", "miss")]], (14, ""), {
        (2, ""): "The last block has no `:status`: the first one has, and it is 502 here.",
        ...: _SAYS_NOTHING,
    })  # fmt: skip
    for blocks, truth in (
        ([[*_OPENING, ("grpc-message", "early")], [("grpc-status", "5")]], (5, "")),
        ([[(":status", "103")], _OPENING, [("grpc-status", "7")]], (7, "")),
        ([[*_OPENING, ("grpc-status", "0"), ("grpc-message", "early")], [("x-cache", "miss")]], (2, "")),
        ([[(":status", "503")], [("grpc-message", "late")]], (14, "")),
        ([_OPENING, [("grpc-status", "0"), ("grpc-message", "done")]], (0, "done")),
    ):
        yield _case(blocks, truth, {...: _LAST_ONLY})


def _check_how_it_ended(check: Check) -> None:
    from_a_server = "These blocks are what a server has just sent. Look at their names."
    check.expect_values(*_cases(), _case(*_from_a_server(check), from_a_server), accept=_pair, within=2.0)


def _from_a_server(check: Check) -> tuple[list[Block], tuple[int, str]]:
    def refuse(request: object, context: grpc.ServicerContext) -> None:
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "the depot in Łódź is 100% full")

    with check.fake_server(GetQuote=refuse) as server:
        actual = send_bytes(
            server.address, request_bytes("/courier.v1.QuoteService/GetQuote", server.address, b"")
        ).received
    blocks = [
        [(entry.name, entry.value.decode("latin-1")) for entry in frame.headers]
        for frame in actual
        if isinstance(frame, Http2Frame) and frame.name == "HEADERS"
    ]
    return blocks, (8, "the depot in Łódź is 100% full")


def _case(blocks: list[Block], ended: tuple[int, str], diagnosis: Diagnosis) -> Case:
    return Case((blocks,), ended, diagnosis, called=f"how_it_ended({shortened(repr(blocks), 200)})")


def _pair(value: object) -> tuple[object, ...]:
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        missing = " Is a `return` missing?" if value is None else ""
        raise Incorrect(
            f"Give back two values, a number and a text: `return code, message`.{missing}", actual=show(value)
        )
    if isinstance(value[0], grpc.StatusCode):
        raise Incorrect("The status is a number here, such as 5 for NOT_FOUND.", actual=show(value))
    return tuple(value)


how_it_ended = WriteFunction(
    title="How did it end?",
    task="""
        **Input:** `blocks`, the header blocks of a response in order, at least one. A block is a list of pairs
        `(name, value)`, both text. The first has `:status`, the status of HTTP.

        **Goal:** return `(code, message)`, the number of gRPC's status and its text. Both are in the last block,
        in `grpc-status` and `grpc-message`; the text is percent-encoded UTF-8, and may be missing, which means
        empty. If the last block has no `grpc-status`, what answered was not a gRPC server: then the code is that of
        the HTTP status in `OF_HTTP`, or 2 (UNKNOWN) if it is not there, and the text is empty.

        **Example:** the blocks `[(":status", "200")]` and `[("grpc-status", "9"), ("grpc-message", "Malm%C3%B6")]`
        give `(9, "Malmö")`; the one block `[(":status", "503")]` gives `(14, "")`.
    """,
    services=[QUOTES],
    check=_check_how_it_ended,
    hints=[
        "`dict(blocks[-1])` is the last block by name. With one block only, the last is the first.",
        '`if "grpc-status" in last:` comes before everything else; what HTTP says is asked only where it is missing.',
        '`int(last["grpc-status"]), urllib.parse.unquote(last.get("grpc-message", ""))`, and otherwise '
        '`OF_HTTP.get(dict(blocks[0])[":status"], 2), ""`.',
    ],
    reason="The status comes last, so the last block counts. The table is gRPC's own (*HTTP to gRPC Status Code Mapping*), "
    "for what proxies and load balancers answer in the place of a server. 200 is not in it: without a `grpc-status` "
    "nobody has said that the call went well.",
    wrong_answers=[
        wrong(
            "Status and text are those of the last block",
            ("dict(blocks[-1])", "dict(pair for block in blocks for pair in block)"),
        ),
        wrong("Status and text are those of the last block", ("dict(blocks[-1])", "dict(blocks[:2][-1])")),
        wrong("stand in the last block", ("blocks[-1]", "blocks[0]")),
        wrong("The status is a number here", ('int(last["grpc-status"])', 'last["grpc-status"]')),
        raises("may be missing", ('last.get("grpc-message", "")', 'last["grpc-message"]')),
        wrong(
            "is percent-encoded",
            ('urllib.parse.unquote(last.get("grpc-message", ""))', 'last.get("grpc-message", "")'),
        ),
        wrong("A plus sign is a plus sign", ("unquote(", "unquote_plus(")),
        raises("one block only", ("blocks[-1]", "blocks[1]")),
        wrong("What HTTP says is asked only", ("in last", 'in last and dict(blocks[0])[":status"] == "200"')),
        wrong("no success", ('[":status"], 2)', '[":status"], 0)')),
        raises("the first one has", ("blocks[0]", "blocks[-1]")),
        wrong("Is a `return` missing", ("return int", "(int"), ('""))', '"")))'), ("return ", "")),
        wrong("nobody has promised their order").whole("""
            def how_it_ended(blocks):
                code, message = (value for _, value in blocks[-1])
                return int(code) if code.isdigit() else code, message
        """),
    ],
)
