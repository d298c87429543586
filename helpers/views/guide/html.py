"""The decision guide and its advice as markup and as text, drawn from plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from helpers import display
from helpers.text import fill

from ..kit.style import bundle, escape
from ..kit.table import inline
from .model import Advice, Choice, Question, Reason
from .questions import QUESTIONS

TITLE = "gRPC or REST?"
_WIDTH = 96  # characters of a line in a terminal
_DECIDES = {"rest": "Decides alone", "grpc": "Decides alone", "both": "Decides for the edge"}
_NONE = "Nothing you answered speaks for it."


def guide_html(advice: Advice, live: bool = False) -> str:
    """Questions and result side by side; ``live`` with radio buttons, else as a page to read."""
    outer = f'form aria-label="{TITLE}"' if live else "div"
    marks = "gv gv-guide gv-guide-live" if live else "gv gv-guide"
    scrolls = ' tabindex="0"' if live else ""
    questions = "".join(
        (_fieldset if live else _listed)(question, advice.answers.get(name))
        for name, question in QUESTIONS.items()
    )
    return (
        f'<{outer} class="{marks}"><div class="gv-guide-head"><strong>{TITLE}</strong>'
        f'<span class="gv-muted" data-part="count">{_count(advice)}</span></div>'
        f'<div class="gv-guide-body"><div class="gv-guide-questions">{questions}</div>'
        f'<section class="gv-guide-result" aria-label="The answer and its reasons" data-part="result"{scrolls}>'
        f"{advice_html(advice)}</section></div></{outer.split()[0]}>"
    )


def advice_html(advice: Advice) -> str:
    """The result without a frame: leaning, reasons, and what would change it."""
    how = f'<p class="gv-guide-how">{inline(advice.how)}</p>' if advice.how else ""
    if advice.verdict == "open":
        return f'<p class="gv-muted" data-part="leaning">{inline(advice.leaning)}</p>'
    decides = _DECIDES.get(advice.verdict, "")
    change = "".join(f"<p>{inline(sentence)}</p>" for sentence in advice.change)
    return (
        f'<p class="gv-guide-leaning" data-part="leaning">{inline(advice.leaning)}</p>{_scale(advice)}{how}'
        f'<div class="gv-guide-change"><p class="gv-guide-name">What would change it</p>{change}</div>'
        f"{''.join(_side_html(name, reasons, decides) for name, reasons in _sides(advice))}"
        f"{_rest_html(advice.neither)}"
    )


@display.static.register
def _(advice: Advice) -> dict[str, str]:
    markup = f'<div class="gv gv-guide"><div class="gv-guide-result">{advice_html(advice)}</div></div>'
    return bundle(markup, advice_text(advice), "views/guide/style.css")


def advice_text(advice: Advice) -> str:
    """Answers, result and reasons as text that reads in a terminal and in a design document."""
    if advice.verdict == "open":
        asked = [f"- {q.text} {' / '.join(choice.label for choice in q.choices)}" for q in QUESTIONS.values()]
        return "\n".join([TITLE, advice.leaning, *map(_item, asked)])
    answers = [
        f"- {QUESTIONS[name].text} {QUESTIONS[name].choice(answer).label}"
        for name, answer in advice.answers.items()
    ]
    decides = _DECIDES.get(advice.verdict, "")
    parts = [("", [advice.leaning, *filter(None, [advice.how])])]
    parts += [
        (name, [_told(reason, decides) for reason in reasons] or [f"- {_NONE}"])
        for name, reasons in _sides(advice)
    ]
    parts += [("What would change it", [f"- {sentence}" for sentence in advice.change])]
    parts += [("Does not decide here", [_told(reason) for reason in advice.neither])]
    parts += [(f"Answers ({_count(advice)})", answers)]
    blocks = ["\n".join([*([name] if name else []), *map(_item, lines)]) for name, lines in parts if lines]
    return "\n\n".join([TITLE, *blocks])


def _fieldset(question: Question, chosen: str | None) -> str:
    def radio(choice: Choice) -> str:
        mark = " checked" if choice.name == chosen else ""
        return (
            f'<label><input type="radio" name="gv-guide-{question.name}" value="{choice.name}"{mark}>'
            f"<span>{inline(choice.label)}</span></label>"
        )

    return (
        f'<fieldset class="gv-guide-question" data-question="{question.name}">'
        f"<legend>{inline(question.text)}</legend>"
        f'<div class="gv-guide-choices">{"".join(map(radio, question.choices))}</div></fieldset>'
    )


def _listed(question: Question, chosen: str | None) -> str:
    def line(choice: Choice) -> str:
        if choice.name == chosen:
            said = '<span aria-hidden="true">● </span><span class="gv-sr">chosen: </span>'
            return f'<li class="gv-guide-chosen">{said}{inline(choice.label)}</li>'
        return f'<li><span aria-hidden="true">○ </span>{inline(choice.label)}</li>'

    return (
        f'<div class="gv-guide-question"><p class="gv-guide-name">{inline(question.text)}</p>'
        f'<ul class="gv-guide-choices">{"".join(map(line, question.choices))}</ul></div>'
    )


def _scale(advice: Advice) -> str:
    """Where the result stands between the two; the words beside it say the same."""
    marks = "".join(
        f'<i class="{"gv-guide-here" if at == advice.position else ""}"></i>' for at in range(-2, 3)
    )
    return f'<div class="gv-guide-scale" aria-hidden="true">REST<span>{marks}</span>gRPC</div>'


def _sides(advice: Advice) -> Sequence[tuple[str, Sequence[Reason]]]:
    """Both sides with their reasons, the one that the result leans to first."""
    sides = [("For gRPC", advice.for_grpc), ("For REST", advice.for_rest)]
    return sides[::-1] if advice.position < 0 else sides


def _side_html(name: str, reasons: Sequence[Reason], decides: str) -> str:
    if not reasons:
        return f'<div class="gv-guide-side"><p class="gv-guide-name">{name}</p><p class="gv-muted">{_NONE}</p></div>'
    return (
        f'<div class="gv-guide-side"><p class="gv-guide-name">{name}</p>{_list(reasons, name, decides)}</div>'
    )


def _rest_html(reasons: Sequence[Reason]) -> str:
    if not reasons:
        return ""
    name = "Does not decide here"
    return f"<details><summary>{name} ({len(reasons)})</summary>{_list(reasons, name)}</details>"


def _list(reasons: Sequence[Reason], name: str, decides: str = "") -> str:
    items = (
        f"<li>{f'<strong>{decides}.</strong> ' if reason.decides and decides else ''}{inline(reason.text)}"
        + (f' <span class="gv-guide-source">[{escape(reason.source)}]</span>' if reason.source else "")
        + "</li>"
        for reason in reasons
    )
    return f'<ul aria-label="{name}">{"".join(items)}</ul>'


def _told(reason: Reason, decides: str = "") -> str:
    decides = f"{decides}. " if reason.decides and decides else ""
    return f"- {decides}{reason.text}" + (f" [{reason.source}]" if reason.source else "")


def _item(line: str) -> str:
    hang = "  " if line.startswith("- ") else ""
    return fill(line, _WIDTH, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)


def _count(advice: Advice) -> str:
    answers: Mapping[str, str] = advice.answers
    return f"{len(answers)} of {len(QUESTIONS)} answered"
