"""A generator that puts rows into messages, as many as fit."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from ..engine import Check, Incorrect, WriteFunction, raises, wrong
from ..engine.formatting import describe
from .setup import archive_pb2

_NAME = "ListScansResponse"
_STUCK = "Your generator does not come to its end. Does each round of its loop take a scan?"
_ORDER = "These are not the scans that were given, each once and in their order."
_LARGE = "This message is larger than `most`. `response.ByteSize()` says how large it is: look after each scan is added."
_SMALL = (
    "One more scan would have fit into the first of these messages. What exactly is compared with `most`?"
)
_EMPTY = "A message without scans tells nobody anything. Look before you yield."
_LOST = "The last scans are missing: what has not filled a message when the loop ends must go out, too."
_AHEAD = (
    "All scans were taken before the first message came. There may be millions, or no end of them: take one, look, and "
    "yield as soon as a message is full."
)
_SAME = (
    "A message that was handed over has changed afterwards. gRPC may still be sending it: begin a new one for the next "
    "scans."
)


def _scans(*kilometers: float) -> list[Any]:
    return [archive_pb2.Scan(time_s=1_764_403_200 + n, x_km=x, y_km=1.5) for n, x in enumerate(kilometers)]


def _large() -> list[Any]:
    """Scans of different sizes: zeros take no place in a message."""
    return [archive_pb2.Scan(time_s=n * (n % 3), x_km=n * (n % 2), y_km=n * (n % 5 == 0)) for n in range(300)]


def _check_full_batches(check: Check) -> None:
    one = archive_pb2.ListScansResponse(scans=_scans(1)).ByteSize()
    five = _scans(1, 2, 3, 4, 5)
    for scans, most, story in (
        (five, 2 * one, "room for two in each"),
        (five, one, "room for one in each"),
        (five, 2 * one + one - 1, "a byte too few for three"),
        (five, 5 * one, "room for all five, to the byte"),
        (_scans(1, 2, 3, 4), 2 * one, "room for two in each"),
        ([], 100, "no scans"),
        (_large(), 200, "scans of different sizes"),
        (_large(), 3000, "scans of different sizes"),
    ):
        _expect_batches(check, scans, most, story)
    _expect_in_time(check, 2 * one)


def _expect_batches(check: Check, scans: list[Any], most: int, story: str) -> None:
    called = f"batches(<{len(scans)} scans>, {most}), {story}"
    sent: list[bytes] = []

    def through(made: Any) -> list[Any]:
        if not hasattr(made, "__next__"):
            return made
        kept = []
        for response in itertools.islice(made, len(scans) + 2):
            kept.append(response)
            sent.append(response.SerializeToString() if hasattr(response, "SerializeToString") else b"")
        return kept

    result = check.run(iter(scans), most, called=called, through=through, stuck=_STUCK)
    made = result.expect_return(f"an iterator of {_NAME}s")
    _require_messages(made, called)
    sizes = [len(response.scans) for response in made]
    expected, actual = _told([len(part.scans) for part in _fitting(scans, most)]), _told(sizes)

    def expect(condition: bool, diagnosis: str) -> None:
        result.expect(condition, expected, actual, diagnosis)

    expect([response.SerializeToString() for response in made] == sent, _SAME)
    expect(all(sizes), _EMPTY)
    found = [scan for response in made for scan in response.scans]
    expect(len(found) >= len(scans) or found != scans[: len(found)], _LOST)
    expect(found == scans, _ORDER)
    expect(all(response.ByteSize() <= most for response in made), _LARGE)
    expect(sizes == [len(part.scans) for part in _fitting(scans, most)], _SMALL)


def _expect_in_time(check: Check, most: int) -> None:
    """Expects the first message of an endless stream when it is full."""
    taken = []

    def endless() -> Iterator[Any]:
        for number in range(1000):
            taken.append(number)
            yield archive_pb2.Scan(time_s=1_764_403_200 + number, x_km=1, y_km=1.5)

    result = check.run(endless(), most, called="batches(<scans without end>, …)", through=next, stuck=_AHEAD)
    if isinstance(result.error, Incorrect):
        raise Incorrect(
            _AHEAD, called=result.text, expected="a message after three scans", actual="1,000 were taken"
        )
    result.expect_return(f"a {_NAME}")
    result.expect(len(taken) <= 3, "at most three scans taken", f"{len(taken)} scans taken", _AHEAD)


def _require_messages(made: Any, called: str) -> None:
    wrong_one = (
        next((each for each in made if not _is_response(each)), None) if isinstance(made, list) else made
    )
    if wrong_one is not None or not isinstance(made, list):
        diagnosis = f"Hand over each `{_NAME}` with `yield`."
        if isinstance(wrong_one, list):
            diagnosis = f"A list of scans is no message: `archive_pb2.{_NAME}(scans=...)` is one."
        raise Incorrect(diagnosis, called=called, expected=f"{_NAME}s", actual=describe(wrong_one))


def _is_response(value: Any) -> bool:
    return getattr(getattr(value, "DESCRIPTOR", None), "name", "") == _NAME


def _fitting(scans: list[Any], most: int) -> list[Any]:
    """The messages that should come."""
    made: list[Any] = []
    for scan in scans:
        fuller = archive_pb2.ListScansResponse(scans=[*made[-1].scans, scan]) if made else None
        if fuller is not None and fuller.ByteSize() <= most:
            made[-1] = fuller
        else:
            made.append(archive_pb2.ListScansResponse(scans=[scan]))
    return made


def _told(sizes: list[int]) -> str:
    shown = ", ".join(map(str, sizes[:6])) + (", …" if len(sizes) > 6 else "")
    return f"messages with {shown} scans" if sizes else "no message"


full_batches = WriteFunction(
    title="As many rows as fit",
    task="""
        **Input:** `scans`, an iterator of `Scan` messages, perhaps without end; and `most`, a number of bytes. Each scan
        alone fits.

        **Goal:** a generator of `ListScansResponse`s with all scans in their order. Each has as many as fit: its
        `ByteSize()` is at most `most`, and with the next scan it would be more. None is empty, and none changes after
        it was handed over. Yield a message as soon as you see that it is full.

        **Example:** five scans of 30 bytes each in the message, and `most=70`: messages with 2, 2 and 1.
    """,
    check=_check_full_batches,
    hints=[
        "`response.scans.append(scan)` adds one, `del response.scans[-1]` takes the last one away again.",
        "Add the scan. If the message is then larger than `most`, take it out, yield the message, and begin the next one "
        "with it.",
        "After the loop something may be left.",
    ],
    reason="Batches by bytes keep below the limit whatever is in a row; batches by a number of rows do so until somebody "
    "writes a long text into one. `ByteSize` goes through the whole message each time: for large batches add up the "
    "sizes of the scans.",
    wrong_answers=[
        wrong("must go out, too").diff("""
            -    if response.scans:
            -        yield response
        """),
        wrong(
            "larger than `most`",
            ("        if response.ByteSize() > most:", "        if len(response.scans) > 2:"),
        ),
        wrong("One more scan would have fit", ("> most", ">= most")),
        wrong("tells nobody anything").diff("""
            -    if response.scans:
            -        yield response
            +    yield response
        """),
        wrong("each once and in their order", ("scans=[scan]", "")),
        wrong("each once and in their order", ("            del response.scans[-1]\n", "")),
        wrong("All scans were taken").diff("""
             def batches(scans, most):
            +    scans = list(scans)
        """),
        wrong(
            "A list of scans is no message",
            ("yield response\n            response", "yield list(response.scans)\n            response"),
        ),
        wrong("Hand over each", ("yield response", "return response")),
        wrong("has changed afterwards").diff("""
            -            response = archive_pb2.ListScansResponse(scans=[scan])
            +            response.Clear()
            +            response.scans.append(scan)
        """),
        raises("has no field `size`", ("response.ByteSize()", "response.size()")),
    ],
)
