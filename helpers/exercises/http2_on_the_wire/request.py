"""All the bytes of a call, written by hand; a real server answers them."""

from __future__ import annotations

from ..engine import WriteFunction, wrong
from .request_check import check_by_hand
from .setup import PARCELS, QUOTES

_SETTINGS = 'frame(4, 0, 0, b"")'

by_hand = WriteFunction(
    id="http2_on_the_wire.by_hand",
    title="A call without gRPC",
    task=r"""
        **Input:** `path`, such as `"/courier.v1.QuoteService/GetQuote"`, and `authority`, such as
        `"127.0.0.1:50051"`, both text; and `message`, the serialized request, fewer than 16,384 bytes.

        **Goal:** return, as one `bytes`, all that a client says for this call: the preface
        `b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"`, a SETTINGS frame (type 4), HEADERS (type 1) and DATA (type 0),
        both on stream 1. Headers: `:method` POST, `:scheme` http, `:path`, `:authority`, `content-type`
        application/grpc, `te` trailers. Flags: END_HEADERS is 4, END_STREAM is 1. The check sends your bytes
        to a real server: its answer counts.

        **Example:** for `GetQuoteRequest(weight_grams=1200)` the DATA frame is `00 00 08`, `00`, `01`,
        `00 00 00 01`, then the prefix `00 00 00 00 03`, then `08 b0 09`.
    """,
    services=[QUOTES, PARCELS],
    parameters=["path", "authority", "message"],
    check=check_by_hand,
    hints=[
        "Write a function for one frame first, `frame(type, flags, stream, payload)`, and use it three times. "
        '`len(payload).to_bytes(3, "big")` is its length.',
        "`hpack.Encoder().encode([(\":method\", \"POST\"), ...])` gives the payload of HEADERS. Headers with a colon come "
        "first, and all names are in lower case.",
        "The payload of DATA: `struct.pack(\">BI\", 0, len(message)) + message`. HEADERS has the flag 4, DATA the flag 1.",
    ],
    stub="""
        @http2_on_the_wire.by_hand
        def request_bytes(path, authority, message):
            # your code here
            ...
    """,
    answer=r"""
        def frame(kind, flags, stream, payload=b""):
            header = len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
            return header + payload


        @http2_on_the_wire.by_hand
        def request_bytes(path, authority, message):
            headers = [
                (":method", "POST"),
                (":scheme", "http"),
                (":path", path),
                (":authority", authority),
                ("content-type", "application/grpc"),
                ("te", "trailers"),
            ]
            prefix = struct.pack(">BI", 0, len(message))
            return (
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                + frame(4, 0, 0, b"")
                + frame(1, 4, 1, hpack.Encoder().encode(headers))
                + frame(0, 1, 1, prefix + message)
            )
    """,
    reason="That is all there is to a call: a beginning that is said once, headers that name the method, a length before "
    "the message, and a flag that says it was the last one. A library adds what a second call needs: windows, "
    "deadlines, and a table of headers that is kept.",
    wrong_answers=[
        wrong("The preface is missing", (r'b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"', 'b""')),
        wrong("The preface is not right, from byte 14", (r"\r\n\r\nSM\r\n\r\n", r"\n\nSM\n\n")),
        wrong("The preface is not right, from byte 11", ("HTTP/2.0", "HTTP/1.1")),
        wrong("After the preface comes a HEADERS frame", (f"        + {_SETTINGS}\n", "")),
        wrong("has the flag ACK", (_SETTINGS, 'frame(4, 1, 0, b"")')),
        wrong("for the whole connection", (_SETTINGS, 'frame(4, 0, 1, b"")')),
        wrong("Yours counts the 9 bytes", ("len(payload).to_bytes", "(9 + len(payload)).to_bytes")),
        wrong("its highest byte first", ('(3, "big")', '(3, "little")')),
        wrong("and yours has four", ('(3, "big")', '(4, "big")')),
        wrong("and yours has two", ('(3, "big")', '(2, "big")')),
        wrong("are 5 bytes left over",
              ("frame(0, 1, 1, prefix + message)", "frame(0, 1, 1, message)[:9] + prefix + message")),
        wrong("Yours has 1", (' + stream.to_bytes(4, "big")', ""), ("bytes([kind, flags])", "bytes([kind, flags, stream])")),
        wrong("fills up with bytes of its own",
              ('bytes([kind, flags]) + stream.to_bytes(4, "big")', 'struct.pack("BBI", kind, flags, stream)')),
        wrong("have changed places", ("bytes([kind, flags])", "bytes([flags, kind])")),
        wrong("Is a length too large", ("(0, 1, 1, prefix + message)", "(0, 1, 1, prefix + message)[:-1]")),
        wrong("which nobody knows", ("frame(0, 1, 1,", "frame(32, 1, 1,")),
        wrong("DATA comes first here", ("frame(1, 4, 1,", "frame(0, 4, 1,"), ("frame(0, 1, 1,", "frame(1, 1, 1,")),
        wrong("even numbers are the server's", ("(1, 4, 1,", "(1, 4, 2,"), ("(0, 1, 1,", "(0, 1, 2,")),
        wrong("that is the connection itself", ("(1, 4, 1,", "(1, 4, 0,"), ("(0, 1, 1,", "(0, 1, 0,")),
        wrong("All frames of a call are on one", ("(0, 1, 1,", "(0, 1, 3,")),
        wrong("without the flag END_HEADERS", ("(1, 4, 1,", "(1, 0, 1,")),
        wrong("nothing more would follow", ("(1, 4, 1,", "(1, 5, 1,")),
        wrong("No frame has the flag END_STREAM", ("(0, 1, 1,", "(0, 0, 1,")),
        wrong("Even an empty one has its prefix",
              ("frame(0, 1, 1, prefix + message)", '(frame(0, 1, 1, prefix + message) if message else b"")')),
        wrong("so the message is missing", ("        + frame(0, 1, 1, prefix + message)\n", "")),
        wrong("The headers are there as text", (
            "hpack.Encoder().encode(headers)",
            r'"".join(f"{name}: {value}\r\n" for name, value in headers).encode()',
        )),
        wrong("`te` is missing", ('        ("te", "trailers"),\n', "")),
        wrong("`:scheme` is missing", ('        (":scheme", "http"),\n', "")),
        wrong("`:authority` is missing", ('        (":authority", authority),\n', "")),
        wrong("`content-type` is missing", ('        ("content-type", "application/grpc"),\n', "")),
        wrong("`content-type` should be", ("application/grpc", "application/json")),
        wrong("lower case in HTTP/2", ('"content-type"', '"Content-Type"')),
        wrong("needs its colon", ('":method"', '"method"')),
        wrong("`POST` for every gRPC call", ('"POST"', '"GET"')),
        wrong("come before all others", ('        (":method", "POST"),\n', ""),
              ('("te", "trailers"),\n', '("te", "trailers"),\n        (":method", "POST"),\n')),
        wrong("begins with a slash", ("path),", 'path.lstrip("/")),')),
        wrong("given as `path`", ("path),", '"/courier.v1.QuoteService/GetQuote"),')),
        wrong("given as `authority`", ("authority),", '"localhost"),')),
        wrong("has no prefix", ("prefix + message", "message")),
        wrong("there is one that says whether", ('struct.pack(">BI", 0, len(message))', 'struct.pack(">I", len(message))')),
        wrong("says that the message is compressed. It is not", ('">BI", 0', '">BI", 1')),
        wrong("`struct` writes that with", ('">BI"', '"<BI"')),
        wrong("with the 5 bytes of the prefix", ("len(message))", "len(message) + 5)")),
        wrong("there are 8", ('">BI"', '"BI"')),
        wrong("Is a `return` missing", ("    return (\n", "    (\n")),
        wrong("A socket sends bytes", ("    return (\n", "    return [\n"),
              ("(0, 1, 1, prefix + message)\n    )", "(0, 1, 1, prefix + message)\n    ]")),
        wrong("Bytes go together with bytes", ("prefix + message)", "prefix + str(message))"), outcome="raised"),
        wrong("one number for each letter", ('">BI", 0,', '">BI",'), outcome="raised"),
    ],
)  # fmt: skip
