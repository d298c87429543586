from __future__ import annotations

import re
from pathlib import Path

import pytest

from helpers.views.browsercheck import widget as browsercheck
from helpers.views.browsercheck.widget import REQUIREMENTS, UNASKED, BrowserCheck

NASTY = "<img src=x onerror=alert(1)>"
JS = (Path(browsercheck.__file__).parent / "widget.js").read_text(encoding="utf-8")
ANSWERS = {
    "trailers": {"can": False, "said": ""},
    "te": {"can": True, "said": "kept"},
    "frames": {"can": False, "word": "none found", "said": "this page came over h2"},
    "tcp": {"can": None, "said": "could not be asked"},
}


def test_what_is_shown_is_what_runs():
    names = re.search(r"const ASK = \{(.*?)\n\};", JS, re.DOTALL)[1]
    assert [question.id for question in REQUIREMENTS] == re.findall(r"^  (\w+):", names, re.MULTILINE)
    for question in REQUIREMENTS:
        assert f"  {question.id}: () => {question.asked},\n" in JS


def test_no_question_needs_a_network():
    assert not re.search(r"\bfetch\(|XMLHttpRequest\(|WebSocket|sendBeacon|import\(", JS)


def test_without_a_browser_it_says_what_would_be_asked(parse):
    view = BrowserCheck()
    page, text = parse(view.static()["text/html"]), view.static()["text/plain"]
    assert view.answers == {}
    assert page.elements[2][1]["data-state"] == "empty"
    for told in (page.text, text):
        assert UNASKED in told
        assert told.count("not asked yet") == len(REQUIREMENTS)
        for question in REQUIREMENTS:
            assert question.need in told
            assert question.asked in told
            assert question.instead in told
    assert "✗" not in page.text, "nothing is claimed that no browser has said"
    heads = [attributes for tag, attributes in page.elements if tag == "th"]
    assert [each["scope"] for each in heads] == ["col"] * 4 + ["row"] * len(REQUIREMENTS)
    assert "function streams(mode)" in page.text, "the code behind an expression can be read"


def test_answers_are_in_the_static_faces(parse):
    view = BrowserCheck(answers=ANSWERS, browser="Chromium 139", verdict="Yes to 1, no to 2, not known of 1.")
    page, text = parse(view.static()["text/html"]), str(view)
    assert "Asked: Chromium 139." in page.text
    assert text.startswith("Yes to 1, no to 2")
    for line in (
        "✗ Read trailers: no",
        "✓ Send the header te: trailers: yes (kept)",
        "· Choose HTTP/2: not asked yet",
        "✗ See frames: none found (this page came over h2)",
        "? Open a TCP socket: not known (could not be asked)",
    ):
        assert f"\n{line}\n" in text
    assert "none found" in page.text


@pytest.mark.parametrize(
    "answer", [None, True, [], "yes", {"can": 1, "said": 3}, {"said": NASTY, "word": NASTY}]
)
def test_whatever_a_page_sends_is_shown_and_never_trusted(parse, answer):
    view = BrowserCheck(answers={"trailers": answer, "unknown": answer}, browser=NASTY, verdict=NASTY)
    page = parse(view.static()["text/html"])
    assert "img" not in page.tags()
    assert NASTY in page.text
    assert str(view).count("? Read trailers") == 1


def test_the_mime_bundle_has_all_faces():
    bundle = BrowserCheck()._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
