"""Records out of a stream of bytes: what a length in front of each message does for gRPC."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from ..engine import Check, Incorrect, WriteFunction, raises, wrong
from ..engine.formatting import describe, shortened, show
from ..engine.verdict import Raised

_SEVERAL = (
    "A chunk is not a line: it may hold several lines. Take lines off as long as there is an end of a line in "
    "what has come."
)
_PART = "A chunk is not a line: it may hold a part of a line. Keep what is left over, and put the next chunk behind it."
_TOGETHER = (
    "`json.loads` was given more than one record at a time. Is a line that is complete kept as if it went on? "
    '`b"1\\n".split(b"\\n")` has an empty piece at its end, which says that the line is over; `b"1\\n".splitlines()` has '
    "none."
)
_LETTER = (
    "The chunk ends inside a letter: ö takes two bytes in UTF-8. Cut the bytes into lines first, and only then make text "
    "of a whole line (`json.loads` takes bytes)."
)
_BLANK = "An empty line is no record. Skip it before `json.loads` sees it."
_LAST = "The last line counts even without a line end. What is left when no chunk comes any more?"
_SEPARATOR = (
    "There is a U+2028 in this text, and JSON allows it there. `str.splitlines` and the like take it for the end of a "
    'line; NDJSON has only `b"\\n"`.'
)
_CUT_OFF = (
    "Half a record at the end means that the connection broke, and your function says nothing. The caller would take a "
    "part for the whole: let the error of `json.loads` through."
)
_LATE = (
    "The record is right, and it comes too late: hand it over as soon as its line is complete. A stream of positions "
    "may go on all day, and whoever waits for all the chunks sees nothing until the evening."
)
_BEHIND = (
    "The record is right, and comes one chunk too late. It was complete with the chunk before: look for lines after "
    "adding a chunk, before you ask for the next."
)
_COLLECTED = (
    "The records are handed over one by one, not collected in a list: a stream may never end. Use `yield`."
)
_NO_DICT = "Each record is handed over as a dict: `json.loads` makes one of a line."
_ENDLESS = "Your generator goes on without an end. Is a line that was handed over taken off what is left?"
_STUCK = "Your generator is in a loop that never ends. Does every round of it take a line off what is left?"

_CITIES = ("Malmö", "Łódź", "東京", 'Ada\'s "depot"', "a\u2028b", "a\nb")


def _check_lines(check: Check) -> None:
    """Expects every record in time, however the body is cut."""
    first = _Run(check, [b'{"n": 1}\n', b'{"n": 2}\n'])
    together = isinstance(first.error, json.JSONDecodeError) and first.error.msg == "Extra data"
    first.expect([{"n": 1}, {"n": 2}], _TOGETHER if together else "")
    _expect(check, [b'{"n": 1}\n{"n": 2}\n{"n": 3}\n'], [{"n": 1}, {"n": 2}, {"n": 3}], _SEVERAL)
    _expect(check, [b'{"n": 1}\n{"n"', b": ", b"2}\n"], [{"n": 1}, {"n": 2}], _PART)
    _expect(check, [b'{"to": "Malm\xc3', b'\xb6"}\n'], [{"to": "Malmö"}], _LETTER)
    _expect(check, [b"\n", b'{"n": 1}\n\n', b'\n{"n": 2}\n'], [{"n": 1}, {"n": 2}], _BLANK)
    _expect(check, [b'{"n": 1}\n', b'{"n": 2}'], [{"n": 1}, {"n": 2}], _LAST)
    _expect(check, [b'{"n": ', b"7}"], [{"n": 7}], _LAST)
    _expect(check, ['{"note": "left\u2028right"}\n'.encode()], [{"note": "left\u2028right"}], _SEPARATOR)
    _expect(check, [], [], "Without a chunk there is no record.")
    _expect_error(check, [b'{"n": 1}\n{"n": 2'], [{"n": 1}])
    _expect_in_time(check)
    _expect_any_cut(check)


class _Chunks(Iterator[bytes]):
    """Hands over chunks and counts them."""

    def __init__(self, chunks: list[bytes]):
        self._chunks, self.taken = iter(chunks), 0

    def __next__(self) -> bytes:
        chunk = next(self._chunks)
        self.taken += 1
        return chunk


class _Run:
    """The learner's generator at work.

    Attributes:
        called: how the call is named in messages.
        records: what it has given.
        seen: how many chunks it had taken when it gave each.
        error: what it raised, or None.
    """

    def __init__(self, check: Check, chunks: list[bytes]):
        self.called = f"records({shortened(repr(chunks), 120)})"
        self.records: list[dict] = []
        self.seen: list[int] = []
        self._source, self._at_most = _Chunks(chunks), sum(map(len, chunks)) + 5
        result = check.run(
            self._source, called=self.called, within=3.0, stuck=_STUCK, through=self._run_through
        )
        self.error = result.error
        if self.error is None and not hasattr(result.value, "__next__"):
            found = describe(result.value)
            diagnosis = f"Your function gave back {found}. Hand over each record with `yield`."
            diagnosis = _COLLECTED if isinstance(result.value, list) else diagnosis
            raise self._failed(diagnosis, "a generator of dicts", found)
        if odd := [record for record in self.records if not isinstance(record, dict)]:
            raise self._failed(_NO_DICT, "dicts", show(odd[0]))
        if len(self.records) > self._at_most:
            raise self._failed(_ENDLESS, "an end", f"{len(self.records)} records, and no end")

    def _run_through(self, made: Any) -> object:
        for record in made if hasattr(made, "__next__") else ():
            self.records.append(record)
            self.seen.append(self._source.taken)
            if len(self.records) > self._at_most:
                break
        return made

    def expect(self, records: list[dict], diagnosis: str) -> None:
        """Expects these records, and no error."""
        if self.error is not None:
            raise Raised(self.error, diagnosis, called=self.called, expected=_shown(records))
        if self.records != records:
            raise self._failed(diagnosis, _shown(records), _shown(self.records))

    def _failed(self, diagnosis: str, expected: str, actual: str) -> Incorrect:
        return Incorrect(diagnosis, called=self.called, expected=expected, actual=actual)


def _expect(check: Check, chunks: list[bytes], records: list[dict], diagnosis: str) -> None:
    _Run(check, chunks).expect(records, diagnosis)


def _expect_error(check: Check, chunks: list[bytes], before: list[dict]) -> None:
    run = _Run(check, chunks)
    expected, records = f"{_shown(before)}, then a JSONDecodeError", _shown(run.records)
    check.expect(run.error is not None, expected, f"{records}, then an end", _CUT_OFF, called=run.called)
    if not isinstance(run.error, ValueError):
        raise Raised(run.error, _CUT_OFF, called=run.called, expected=expected)
    check.expect(run.records == before, expected, f"{records}, then an error", _PART, called=run.called)


def _expect_in_time(check: Check) -> None:
    chunks = [b'{"n": 1}\n', b'{"n": 2}\n{"n": 3}\n{"n"', b": 4}\n", b'{"n": 5}\n']
    run = _Run(check, chunks)
    run.expect([{"n": number} for number in range(1, 6)], _PART)
    for number, (seen, wanted) in enumerate(zip(run.seen, (1, 2, 2, 3, 4), strict=True), 1):
        expected, actual = (f"record {number} after chunk {count}" for count in (wanted, seen))
        late = _LATE if run.seen[0] == len(chunks) else _BEHIND
        check.expect(seen == wanted, expected, actual, late, called=run.called)


def _expect_any_cut(check: Check) -> None:
    records = [{"parcel": f"P-{number}", "to": city} for number, city in enumerate(_CITIES, 1)]
    body = b"\n".join(json.dumps(record, ensure_ascii=False).encode() for record in records) + b"\n"
    chance = random.Random(40)  # the same cuts for everybody
    each_byte = list(range(1, len(body)))
    for cuts in (each_byte, *(sorted(chance.sample(each_byte, 8)) for _ in range(20))):
        chunks = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
        _Run(check, chunks).expect(records, "This body was cut in other places. " + _PART)


def _shown(records: list[dict]) -> str:
    return ", ".join(map(show, records)) or "no record"


lines = WriteFunction(
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
    check=_check_lines,
    hints=[
        'A chunk is not a line. Keep what has come so far in a variable, `rest = b""`, and add each chunk to it.',
        "Stay with bytes: `json.loads` takes them, and a letter that was cut is whole again once its line is. "
        '`while b"\\n" in rest:` there is a line to hand over.',
        '`line, _, rest = rest.partition(b"\\n")` takes the first line off. After the loop over the chunks, `rest` is '
        "the last line, if there is one.",
    ],
    reason="In a gRPC stream five bytes in front of each message say how long it is, and the library does all of this; a "
    "stream that breaks off ends with a status. For NDJSON use a tested reader if you have one, and try it with U+2028: "
    "`iter_lines` of httpx takes that letter for the end of a line.",
    wrong_answers=[
        raises("may hold several lines").whole("""
            def records(chunks):
                for chunk in chunks:
                    yield json.loads(chunk)
        """),
        raises("may hold a part of a line").whole("""
            def records(chunks):
                for chunk in chunks:
                    for line in chunk.splitlines():
                        yield json.loads(line)
        """),
        wrong("may hold a part of a line").whole("""
            def records(chunks):
                for chunk in chunks:
                    for line in chunk.splitlines():
                        try:
                            yield json.loads(line)
                        except ValueError:
                            pass
        """),
        raises("may hold several lines", ('while b"\\n" in rest', 'if b"\\n" in rest')),
        raises(
            "The chunk ends inside a letter",
            ('rest = b""', 'rest = ""'),
            ("rest += chunk", "rest += chunk.decode()"),
            ('b"\\n"', '"\\n"'),
        ),
        wrong(
            "The chunk ends inside a letter",
            ('rest = b""', 'rest = ""'),
            ("rest += chunk", 'rest += chunk.decode(errors="ignore")'),
            ('b"\\n"', '"\\n"'),
        ),
        raises("An empty line is no record", ("if line.strip():", "if True:")),
        wrong("even without a line end", ("if rest.strip():\n        yield json.loads(rest)", "return")),
        wrong("Half a record").diff("""
            -    if rest.strip():
            +    try:

                     yield json.loads(rest)
            +    except ValueError:
            +        pass
        """),
        wrong("as soon as its line is complete", ("for chunk in chunks", 'for chunk in [b"".join(chunks)]')),
        wrong("one chunk too late").whole("""
            def records(chunks):
                rest = b""
                for chunk in chunks:
                    *whole, last = rest.split(b"\\n")
                    for line in filter(None, whole):
                        yield json.loads(line)
                    rest = last + chunk
                for line in filter(None, rest.split(b"\\n")):
                    yield json.loads(line)
        """),
        raises("which says that the line is over").whole("""
            def records(chunks):
                rest = b""
                for chunk in chunks:
                    *whole, rest = (rest + chunk).splitlines()
                    for line in filter(None, whole):
                        yield json.loads(line)
                if rest:
                    yield json.loads(rest)
        """),
        raises("U+2028").whole("""
            def records(chunks):
                rest = b""
                for chunk in chunks:
                    head, end, tail = (rest + chunk).rpartition(b"\\n")
                    for line in filter(str.strip, head.decode().splitlines()):
                        yield json.loads(line)
                    rest = tail
                if rest:
                    yield json.loads(rest)
        """),
        wrong("as a dict", ("yield json.loads(line)", "yield line")),
        wrong("as a dict", ("yield json.loads(line)", "yield json.loads(line).values()")),
        wrong("goes on without an end", ("line, _, rest =", "line, _, _ =")),
        wrong("in a loop that never ends", ("yield json.loads(line)", "pass"), (", _, rest", ", _, _")),
        wrong("not collected in a list").whole("""
            def records(chunks):
                return [json.loads(line) for line in b"".join(chunks).splitlines() if line]
        """),
        wrong("Hand over each record with `yield`", ("yield json", "json")),
    ],
)
