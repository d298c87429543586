"""Records out of a stream of bytes: what a length in front of each message does for gRPC."""

from __future__ import annotations

from ..engine import WriteFunction, wrong
from .ndjson_check import check_lines

lines = WriteFunction(
    id="grpc_or_rest.lines",
    title="Where does a record end?",
    task="""
        **Input:** `chunks`, the body of a response as it arrives: pieces of bytes, cut anywhere. The body is
        NDJSON, one JSON object a line, and a line ends with `b"\\n"`.

        **Goal:** a generator of the objects as dicts, each handed over as soon as its line is complete. Empty
        lines are skipped (servers send them so that a quiet connection stays open). The last line may come
        without `b"\\n"`. If the body ends in the middle of an object, let the error of `json.loads` through.

        **Example:** the chunks `b'{"n": 1}\\n{"n"'` and `b': 2}\\n'` give `{"n": 1}` and `{"n": 2}`, the
        first of them before the second chunk has been asked for.
    """,
    parameters=["chunks"],
    check=check_lines,
    is_generator=True,
    hints=[
        'A chunk is not a line. Keep what has come so far in a variable, `rest = b""`, and add each chunk to it.',
        'Stay with bytes: `json.loads` takes them, and a letter that was cut is whole again once its line is. '
        '`while b"\\n" in rest:` there is a line to hand over.',
        '`line, _, rest = rest.partition(b"\\n")` takes the first line off. After the loop over the chunks, `rest` is '
        "the last line, if there is one.",
    ],
    stub="""
        @grpc_or_rest.lines
        def records(chunks):
            # your code here
            ...
    """,
    answer="""
        @grpc_or_rest.lines
        def records(chunks):
            rest = b""
            for chunk in chunks:
                rest += chunk
                while b"\\n" in rest:
                    line, _, rest = rest.partition(b"\\n")
                    if line.strip():
                        yield json.loads(line)
            if rest.strip():
                yield json.loads(rest)
    """,
    reason="In a gRPC stream five bytes in front of each message say how long it is, and the library does all of this; a "
    "stream that breaks off ends with a status. For NDJSON use a tested reader if you have one, and try it with U+2028: "
    "`iter_lines` of httpx takes that letter for the end of a line.",
    wrong_answers=[
        wrong(
            "may hold several lines",
            source="""
            @grpc_or_rest.lines
            def records(chunks):
                for chunk in chunks:
                    yield json.loads(chunk)
        """,
            outcome="raised",
        ),
        wrong(
            "may hold a part of a line",
            source="""
            @grpc_or_rest.lines
            def records(chunks):
                for chunk in chunks:
                    for line in chunk.splitlines():
                        yield json.loads(line)
        """,
            outcome="raised",
        ),
        wrong(
            "may hold a part of a line",
            source="""
            @grpc_or_rest.lines
            def records(chunks):
                for chunk in chunks:
                    for line in chunk.splitlines():
                        try:
                            yield json.loads(line)
                        except ValueError:
                            pass
        """,
        ),
        wrong(
            "may hold several lines",
            ('while b"\\n" in rest', 'if b"\\n" in rest'),
            outcome="raised",
        ),
        wrong(
            "The chunk ends inside a letter",
            ('rest = b""', 'rest = ""'), ("rest += chunk", "rest += chunk.decode()"), ('b"\\n"', '"\\n"'),
            outcome="raised",
        ),
        wrong(
            "The chunk ends inside a letter",
            ('rest = b""', 'rest = ""'), ("rest += chunk", 'rest += chunk.decode(errors="ignore")'), ('b"\\n"', '"\\n"'),
        ),
        wrong("An empty line is no record", ("if line.strip():", "if True:"), outcome="raised"),
        wrong("even without a line end", ("    if rest.strip():\n        yield json.loads(rest)", "    return")),
        wrong(
            "Half a record",
            (
                "    if rest.strip():\n        yield json.loads(rest)",
                "    try:\n        yield json.loads(rest)\n    except ValueError:\n        pass",
            ),
        ),
        wrong(
            "as soon as its line is complete",
            ("    for chunk in chunks:", '    for chunk in [b"".join(chunks)]:'),
        ),
        wrong(
            "one chunk too late",
            source="""
            @grpc_or_rest.lines
            def records(chunks):
                rest = b""
                for chunk in chunks:
                    *whole, last = rest.split(b"\\n")
                    for line in filter(None, whole):
                        yield json.loads(line)
                    rest = last + chunk
                for line in filter(None, rest.split(b"\\n")):
                    yield json.loads(line)
        """,
        ),
        wrong(
            "U+2028",
            source="""
            @grpc_or_rest.lines
            def records(chunks):
                rest = b""
                for chunk in chunks:
                    head, end, tail = (rest + chunk).rpartition(b"\\n")
                    for line in filter(str.strip, head.decode().splitlines()):
                        yield json.loads(line)
                    rest = tail
                if rest:
                    yield json.loads(rest)
        """,
            outcome="raised",
        ),
        wrong("as a dict", ("yield json.loads(line)", "yield line")),
        wrong("as a dict", ("yield json.loads(line)", "yield json.loads(line).values()")),
        wrong("goes on without an end", ("line, _, rest =", "line, _, _ =")),
        wrong(
            "in a loop that never ends",
            ("                yield json.loads(line)", "                pass"), ("line, _, rest =", "line, _, _ ="),
        ),
        wrong(
            "not collected in a list",
            source="""
            @grpc_or_rest.lines
            def records(chunks):
                return [json.loads(line) for line in b"".join(chunks).splitlines() if line]
        """,
        ),
        wrong("Hand over each record with `yield`", ("yield json", "json")),
    ],
)  # fmt: skip
