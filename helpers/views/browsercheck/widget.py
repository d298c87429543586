"""`BrowserCheck`: asks the learner's own browser why a page cannot speak gRPC itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import traitlets

from ..kit import style
from ..kit.esm import Esm
from ..kit.style import escape
from ..kit.widget import View

SIGNS = {
    True: ("yes", "✓", "yes"),
    False: ("no", "✗", "no"),
    None: ("perhaps", "?", "not known"),
}
"""State, sign and word of an answer."""

UNASKED = "No browser has answered yet: this is what is asked where the notebook is open."

_SOURCE = (Path(__file__).parent / "widget.js").read_text(encoding="utf-8")
_ASKED = dict(re.findall(r"^  (\w+): \(\) => (.+),$", _SOURCE, re.MULTILINE))
_BEHIND = _SOURCE.split("// shown: begin\n")[1].split("// shown: end")[0].strip()


@dataclass(frozen=True)
class Requirement:
    """Something that gRPC needs, and a page may or may not have."""

    id: str
    """Its key in ``BrowserCheck.answers``."""
    need: str
    """What gRPC needs."""
    why: str
    """What for."""
    instead: str
    """What gRPC-Web does, after its protocol document (PROTOCOL-WEB) and streaming road map."""

    @property
    def asked(self) -> str:
        """The expression that asks, as it is in widget.js."""
        return _ASKED[self.id]


REQUIREMENTS = (
    Requirement(
        "trailers",
        "Read trailers",
        "The status of a call comes after its last message.",
        "Puts them into the body: a last frame, whose first byte has its top bit set (0x80).",
    ),
    Requirement(
        "te",
        "Send the header te: trailers",
        "It shows up proxies that lose trailers.",
        "Needs no trailers of HTTP, so it does not ask for them.",
    ),
    Requirement(
        "half",
        "Send a request as a stream",
        "Messages leave as they are made.",
        "One request message a call: no client streaming.",
    ),
    Requirement(
        "full",
        "Read the answer meanwhile",
        "Both sides talk at once.",
        "No bidirectional streaming; answers may be a stream.",
    ),
    Requirement(
        "protocol",
        "Choose HTTP/2",
        "gRPC is defined on it.",
        "Works over any version of HTTP; a proxy, or the server, translates.",
    ),
    Requirement(
        "frames",
        "See frames",
        "Streams, PING and GOAWAY are frames.",
        "Does without: no stream ids, no GOAWAY, no PING.",
    ),
    Requirement(
        "tcp",
        "Open a TCP socket",
        "To speak HTTP/2 by hand.",
        "Uses what pages have: fetch and XMLHttpRequest.",
    ),
)
"""What is asked, in the order of the table."""


class BrowserCheck(View):
    """A table of what gRPC needs, and what the browser that shows it answers, asked there and then.

    Nothing is sent anywhere. Several pages that show it overwrite each other's answers.

    Attributes:
        answers: what the browser said, by ``Requirement.id``; each a dict with ``can`` (True, False, or None where
            it is not known), ``said`` (more about it) and perhaps ``word`` (to be shown instead of yes or no).
            Empty until a browser has answered.
        browser: its name.
        verdict: what the answers come to, in a sentence or two.
    """

    _esm = Esm("views/browsercheck/widget.js")
    _css = style.css("views/browsercheck/style.css")
    static_css = ("views/browsercheck/style.css",)
    html = traitlets.Unicode().tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)
    browser = traitlets.Unicode().tag(sync=True)
    verdict = traitlets.Unicode(UNASKED).tag(sync=True)

    def __init__(self, **traits: object) -> None:
        super().__init__(html=_html({}, "", UNASKED), **traits)

    def _static_html(self) -> str:
        return _html(self.answers, self.browser, self.verdict)

    def _static_text(self) -> str:
        lines = [self.verdict, ""]
        for question in REQUIREMENTS:
            _, sign, word, said = _answer(self.answers, question.id)
            lines += [
                f"{sign} {question.need}: {word}{f' ({said})' if said else ''}",
                f"    asked    {question.asked}",
                f"    gRPC-Web {question.instead}",
            ]
        return "\n".join(lines)


def _can(answers: Mapping[str, Any], name: str) -> bool | None:
    """What a browser said, which may be anything."""
    answer = answers.get(name)
    can = answer.get("can") if isinstance(answer, dict) else None
    return can if isinstance(can, bool) else None


def _answer(answers: Mapping[str, Any], name: str) -> tuple[str, str, str, str]:
    """State, sign, word, and what else was said."""
    if name not in answers:
        return "open", "·", "not asked yet", ""
    answer = answers[name]
    state, sign, usual = SIGNS[_can(answers, name)]
    details = answer if isinstance(answer, dict) else {}
    return state, sign, str(details.get("word") or usual)[:40], str(details.get("said") or "")[:300]


def _html(answers: Mapping[str, Any], browser: str, verdict: str) -> str:
    rows = "".join(_row(question, answers) for question in REQUIREMENTS)
    columns = ("What gRPC needs", "How it is asked", "This browser", "What gRPC-Web does instead")
    heads = "".join(f'<th scope="col">{column}</th>' for column in columns)
    signs = escape(json.dumps({json.dumps(can): sign for can, sign in SIGNS.items()}))
    asked = f"Asked: {escape(browser)}." if browser else ""
    return (
        f'<div class="gv gv-check" data-state="{"answered" if answers else "empty"}" data-signs="{signs}">'
        f'<p class="gv-check-verdict"><strong data-part="verdict" role="status">{escape(verdict)}</strong> '
        f'<bdi class="gv-muted" data-part="browser">{asked}</bdi></p>'
        '<table class="gv-table" aria-label="What gRPC needs of a browser"><thead><tr>'
        f"{heads}</tr></thead><tbody>{rows}</tbody></table>"
        f"<details><summary>The functions that ask</summary><pre>{style.escape_code(_BEHIND)}</pre></details></div>"
    )


def _row(question: Requirement, answers: Mapping[str, Any]) -> str:
    state, sign, word, said = _answer(answers, question.id)
    more = f'<span class="gv-check-said">{escape(said)}</span>' if said else ""
    return (
        f'<tr><th scope="row">{escape(question.need)}<span>{escape(question.why)}</span></th>'
        f'<td><code>{escape(question.asked)}</code></td><td data-answer="{question.id}">'
        f'<strong class="gv-check-{state}"><span aria-hidden="true">{sign} </span>{escape(word)}</strong>{more}</td>'
        f"<td>{escape(question.instead)}</td></tr>"
    )
