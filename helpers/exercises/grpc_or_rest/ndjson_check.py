"""Runs through the learner's generator of records, with chunks that are cut where it hurts."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from ..engine import Check, Failed
from ..engine.verdict import Raised
from ..engine.wording import describe, shortened, show

_SEVERAL = (
    "A chunk is not a line: it may hold several lines. Take lines off as long as there is an end of a line in "
    "what has come."
)
_PART = "A chunk is not a line: it may hold a part of a line. Keep what is left over, and put the next chunk behind it."
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


def check_lines(check: Check) -> None:
    """Expects every record in time, however the body is cut."""
    _expect(check, [b'{"n": 1}\n', b'{"n": 2}\n'], [{"n": 1}, {"n": 2}], "")
    _expect(check, [b'{"n": 1}\n{"n": 2}\n{"n": 3}\n'], [{"n": 1}, {"n": 2}, {"n": 3}], _SEVERAL)
    _expect(check, [b'{"n": 1}\n{"n"', b": ", b"2}\n"], [{"n": 1}, {"n": 2}], _PART)
    _expect(check, [b'{"to": "Malm\xc3', b'\xb6"}\n'], [{"to": "Malmö"}], _LETTER)
    _expect(check, [b"\n", b'{"n": 1}\n\n', b'\n{"n": 2}\n'], [{"n": 1}, {"n": 2}], _BLANK)
    _expect(check, [b'{"n": 1}\n', b'{"n": 2}'], [{"n": 1}, {"n": 2}], _LAST)
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
        ran = check.run(self._source, called=self.called, within=3.0, stuck=_STUCK, through=self._run_through)
        self.error = ran.error
        if self.error is None and not hasattr(ran.value, "__next__"):
            raise self._failed(
                _COLLECTED if isinstance(ran.value, list) else f"Your function gave back {describe(ran.value)}. "
                "Hand over each record with `yield`.", "a generator of dicts", describe(ran.value),
            )  # fmt: skip
        for record in self.records:
            if not isinstance(record, dict):
                raise self._failed(_NO_DICT, "dicts", show(record))
        if len(self.records) > self._at_most:
            raise self._failed(_ENDLESS, "an end", f"{len(self.records)} records, and no end")

    def _run_through(self, made: object) -> object:
        for record in made if hasattr(made, "__next__") else ():
            self.records.append(record)
            self.seen.append(self._source.taken)
            if len(self.records) > self._at_most:
                break
        return made

    def expect(self, records: list[dict], likely: str) -> None:
        """Expects these records, and no error."""
        if self.error is not None:
            raise Raised(self.error, likely, called=self.called, expected=_shown(records))
        if self.records != records:
            raise self._failed(likely, _shown(records), _shown(self.records))

    def _failed(self, likely: str, expected: str, came: str) -> Failed:
        return Failed(likely, called=self.called, expected=expected, came=came)


def _expect(check: Check, chunks: list[bytes], records: list[dict], likely: str) -> None:
    _Run(check, chunks).expect(records, likely)


def _expect_error(check: Check, chunks: list[bytes], before: list[dict]) -> None:
    run = _Run(check, chunks)
    expected = f"{_shown(before)}, then a JSONDecodeError"
    if run.error is None:
        raise Failed(
            _CUT_OFF, called=run.called, expected=expected, came=f"{_shown(run.records)}, then an end"
        )
    if not isinstance(run.error, ValueError):
        raise Raised(run.error, _CUT_OFF, called=run.called, expected=expected)
    check.expect(
        run.records == before, expected, f"{_shown(run.records)}, then an error", _PART, called=run.called
    )


def _expect_in_time(check: Check) -> None:
    chunks = [b'{"n": 1}\n', b'{"n": 2}\n{"n": 3}\n{"n"', b": 4}\n", b'{"n": 5}\n']
    run = _Run(check, chunks)
    run.expect([{"n": number} for number in range(1, 6)], _PART)
    for number, (seen, wanted) in enumerate(zip(run.seen, (1, 2, 2, 3, 4), strict=True), 1):
        check.expect(
            seen == wanted, f"record {number} after chunk {wanted}", f"record {number} after chunk {seen}",
            _LATE if run.seen[0] == len(chunks) else _BEHIND, called=run.called,
        )  # fmt: skip


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
