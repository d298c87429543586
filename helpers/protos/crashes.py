"""The search for the line on which protoc dies: it says nothing itself, so it is asked again without parts of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from .errors import SchemaError
from .scan import COMMENT, STRING
from .sources import Source, Sources

Outlives = Callable[[Source, Sources], bool]

# An `option` statement, or the options in brackets behind a field, value or range; strings and comments as such.
_SKIPPED = rf"{COMMENT}|{STRING}"
_OPTIONS = re.compile(
    rf"{_SKIPPED}"
    rf"|\b(?P<statement>option\b(?:{_SKIPPED}|\{{(?:{_SKIPPED}|[^{{}}]|\{{[^{{}}]*\}})*\}}|[^;{{}}])*;)"
    rf"|(?P<brackets>\[(?:{_SKIPPED}|\[[^\[\]]*\]|[^\[\]])*\])",
    re.DOTALL,
)
_REASON = re.compile(r"^[EF]\d{4} .*?\] (?P<text>.+)$", re.MULTILINE)

# What protoc's log says before it dies (grpcio-tools 1.85), what that means, and what to do.
_KNOWN = (
    (
        r"missing required fields: (?P<what>.+)",
        "The option's message has a required field that is not set: {what}.",
        "Set it, or make it optional where the option is declared.",
    ),
    (
        r"Malformed descriptor\.proto",
        "This descriptor.proto is older than protoc, which reads it instead of its own.",
        "Remove or rename the file: protoc then takes the one that it brings.",
    ),
    (
        r"[Ff]ield '(?P<what>\S+)' contains invalid UTF-8",
        "The text of the option `{what}` is not UTF-8.",
        "Declare the option as `bytes`, or write text that is UTF-8.",
    ),
)


def error_of(top: Source, sources: Sources, messages: str, outlives: Outlives) -> SchemaError:
    """What to say of a schema on which protoc died.

    Args:
        top: the schema.
        sources: it and what it imports.
        messages: what protoc wrote before it died.
        outlives: runs protoc on a schema, and tells whether it lived on.
    """
    culprit = next((source for source in _imports_first(sources) if not outlives(source, sources)), top)
    line = _line(culprit, sources, outlives)
    reason = next((match["text"].strip() for match in _REASON.finditer(messages)), "")
    problem = "protoc crashes on this schema, without a message of its own."
    cure = (
        "Write this line in another way, or leave it out."
        if line
        else "Leave out half of it, and half of the rest, until the line that does it is found."
    )
    if reason:
        problem = f"protoc crashes on this schema. The last words in its log: {reason.rstrip('.')}."
    for said, what, todo in _KNOWN:
        if match := re.search(said, reason):
            problem, cure = "protoc crashes here. " + what.format(**match.groupdict()), todo
    return SchemaError(
        problem,
        cure=cure,
        path=culprit.name,
        line=line,
        source=culprit.text.splitlines()[line - 1] if line else None,
    )


def _imports_first(sources: Sources) -> list[Source]:
    return [source for source in reversed(list(sources.values())) if not source.is_installed]


def _line(culprit: Source, sources: Sources, outlives: Outlives) -> int | None:
    """The line of the first option on which protoc dies, by halving; `None` if it dies without any."""
    text = culprit.text
    spans = [
        match.span(kind)
        for match in _OPTIONS.finditer(text)
        for kind in ("statement", "brackets")
        if match[kind]
    ]

    def lives_with(kept: int) -> bool:
        mended = text
        for start, end in spans[kept:]:
            mended = mended[:start] + re.sub(r"\S", " ", text[start:end]) + mended[end:]
        source = replace(culprit, data=mended.encode())
        return outlives(source, {**sources, source.name: source})

    if not spans or not lives_with(0):
        return None
    lived, died = 0, len(spans)
    while died - lived > 1:
        middle = (lived + died) // 2
        lived, died = (middle, died) if lives_with(middle) else (lived, middle)
    return text.count("\n", 0, spans[lived][0]) + 1
