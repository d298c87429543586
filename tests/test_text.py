"""Text made fit to show: hidden characters, and numbers that stay with their units, in Python and in JavaScript."""

from __future__ import annotations

import json
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import text

TEXT_JS = Path(text.__file__).parent / "views/kit/text.js"
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u3164\uffa0"  # letters and marks that are drawn as nothing


def test_every_hidden_character_of_unicode_becomes_an_escape():
    hidden = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) in UNSEEN or chr(n) in FILLERS]
    assert len(hidden) > 130_000
    for character in hidden:
        shown = text.visible(character, lines=False)
        assert shown.startswith("\\"), hex(ord(character))
        assert shown.isascii()
        assert shown.isprintable()
        assert shown.encode().decode("unicode_escape") == character


@pytest.mark.parametrize(
    "given", ["a b", "ä€ß", "日本語", "שלום", "مرحبا", "❤️", "é", "a\u00a0b", "\\x1b", ""]
)
def test_what_can_be_seen_stays_as_it_is(given):
    assert text.visible(given) == text.visible(given, lines=False) == given


def test_lines_stay_lines_where_they_may():
    assert text.visible("a\r\nb\tc\rd\n") == "a\nb\tc\\rd\n"
    assert text.visible("a\r\nb\tc", lines=False) == r"a\r\nb\tc"
    assert text.visible("\x1b[31m\u202e\u200b") == r"\x1b[31m\u202e\u200b"
    assert text.visible(b"\x1b") == "b'\\x1b'"


@given(st.text())
def test_what_is_visible_stays_so(given):
    assert text.visible(text.visible(given)) == text.visible(given)


MEASURES = [
    "5 ms",
    "38.6 kB",
    "1,200 B",
    "84 µs",
    "3 min",
    "2 h",
    "0.5 s",
    "98 %",
    "4 MB/s",
    "12 kB/s",
    "5 km",
    "0 g",
]
NO_MEASURES = ["5 messages", "5 sent", "3 hours", "2 Bytes", "a ms", "version 5 mst", "5  ms"]


@pytest.mark.parametrize("measure", MEASURES)
def test_a_number_keeps_its_unit(measure):
    for told in (measure, f"from {measure} – {measure}.", f"({measure}, or {measure})"):
        kept = text.whole(told)
        assert measure not in kept
        assert text.breakable(kept) == told
        assert text.breakable(text.escape(told)) == told
        assert text.escape_code(told) == told, "what is copied has plain spaces"
    number, unit = measure.split(" ")
    lines = text.wrap(f"word {measure} " * 20, 12)
    assert lines
    assert all(line.endswith(unit) or number not in line.split() for line in lines)
    assert text.fill(measure, 20) == measure


@pytest.mark.parametrize("given", NO_MEASURES)
def test_other_words_may_go_to_the_next_line(given):
    assert text.whole(given) == given


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js: install it to run the JavaScript")
def test_javascript_shows_the_same():
    # Lone surrogates do not survive JSON in UTF-8; all else does.
    points = [
        *range(0x3100),
        *range(0xE000, 0x11000),
        *range(0x1D100, 0x1D200),
        0xE0001,
        0xE0FFF,
        0x110BD,
        0x10FFFF,
    ]
    samples = ["".join(f"a{chr(n)}" for n in points[i : i + 64]) for i in range(0, len(points), 64)]
    samples += [*MEASURES, *NO_MEASURES, "a\r\nb\rc\n\td", "took 5 ms – 3 s, 4 kB"]
    program = (
        f"import {{ unitsWhole, visible }} from {json.dumps(TEXT_JS.as_uri())};"
        f"\nconsole.log(JSON.stringify({json.dumps(samples)}.map(text => [visible(text), unitsWhole(text)])));"
        "\nconsole.log(JSON.stringify(visible('\\ud800')));"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-"], input=program, capture_output=True, check=True, encoding="utf-8"
    )
    same, lone = map(json.loads, done.stdout.rstrip("\n").split("\n"))
    assert same == [[text.visible(each), text.whole(each)] for each in samples]
    assert lone == r"\ud800"
