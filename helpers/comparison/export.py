"""The results of a comparison in files: whole (JSON), as a table (CSV, Markdown), as a picture (SVG, HTML)."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import re
from collections.abc import Callable
from os import PathLike
from pathlib import Path

from helpers.text import breakable
from helpers.views.kit.style import COLORS, NEUTRALS, css, escape

from .findings import overall, sentences
from .ranking import rankings
from .report.contents import (
    LEGEND,
    TITLE,
    cells,
    gaps,
    header,
    is_thorough,
    machine,
    pairs_table,
    report,
    tutorials_table,
    when,
)
from .report.html import report_html
from .report.svg import report_svg
from .values import MeasuredRun

FORMAT = "gRPC and REST compared, 2"
"""What the JSON says it is; the number counts up when files of before can no longer be read."""


def save(results: MeasuredRun, path: str | PathLike[str]) -> Path:
    """Writes results to a file; its suffix says what: json, csv, md, svg or html.

    Returns:
        The path, as a `Path`.

    Raises:
        ValueError: another suffix.
        OSError: the file cannot be written; the text says why, and what to do.
    """
    target = Path(path)
    write = WRITERS.get(target.suffix.lower())
    if write is None:
        known = ", ".join(WRITERS)
        raise ValueError(f"{target.name!r} does not say what to write; end its name in one of {known}")
    if not os.path.isdir(target.parent):
        raise FileNotFoundError(f"there is no folder {str(target.parent)!r} to write into; make it first")
    if os.path.isdir(target):
        raise IsADirectoryError(f"{str(target)!r} is a folder; name a file in it")
    try:
        # newline="": CSV has line ends of its own. A character that no file can hold becomes a question mark.
        with target.open("w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(write(results))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise type(error)(f"{str(target)!r} cannot be written: {why}; choose another place") from None
    return target


def to_json(results: MeasuredRun) -> str:
    """The whole of the results."""
    found = {field.name: getattr(results, field.name) for field in dataclasses.fields(results)}
    for name in ("candidates", "cases", "measurements"):
        found[name] = [dataclasses.asdict(value) for value in found[name]]
    return json.dumps({"format": FORMAT, **found, "machine": dict(results.machine)}, indent=1) + "\n"


def to_csv(results: MeasuredRun) -> str:
    """A row for each candidate in each case; times in seconds, sizes in bytes, machine and versions at the end."""
    rows: list[dict[str, object]] = []
    for ranking in rankings(results):
        case = ranking.case
        for entry in ranking.entries:
            low, middle, high = entry.seconds
            found, candidate = entry.measurement, entry.candidate
            rows.append(
                {
                    "case": case.id, "candidate": candidate.id, "name": candidate.name, "family": candidate.family,
                    "protocol": candidate.protocol, "server": candidate.server, "client": candidate.client,
                    "items": case.items, "of": case.of, "rounds": len(found.seconds), "median_s": middle,
                    "first_quartile_s": low, "third_quartile_s": high,
                    "per_second": case.items / middle if middle else "", "client_cpu_s": found.client_cpu,
                    "server_cpu_s": found.server_cpu, "payload_bytes": found.payload, "wire_bytes": found.wire,
                    "first_place": int(ranking.enough and entry in ranking.first),
                }
            )  # fmt: skip
    every = {"mode": results.mode, "started": results.started, "notes": " ".join(results.notes)}
    every |= {f"machine: {key}": value for key, value in results.machine.items()}
    file = io.StringIO()
    names = [*(rows[0] if rows else ("case", "candidate")), *every]
    writer = csv.DictWriter(file, names)
    writer.writeheader()
    writer.writerows({**row, **every} for row in rows)
    return file.getvalue()


def to_markdown(results: MeasuredRun) -> str:
    """Tables and sentences, for a wiki or an issue."""
    found = rankings(results)
    parts = [f"# {TITLE}", when(results), machine(results), *(f"**Note:** {_md(n)}" for n in results.notes)]
    parts[1:3] = map(_md, parts[1:3])
    parts.append(_md(" ".join(overall(found))))
    measured = any(ranking.entries for ranking in found)
    if measured:
        tables = [pairs_table(found), tutorials_table(found)]
        parts += [_md_table(*table, "llll") for table in tables if table[1]]
    for ranking in found:
        parts += [f"## {_md(ranking.case.title)}", _md(ranking.case.question)]
        if ranking.entries:
            parts.append(_md_table(header(ranking.case), cells(ranking), "llrlrrrrr"))
        findings = sentences(ranking, is_thorough(results))
        parts.append("\n".join(f"- {_md(line)}" for line in findings))
        parts += [_md(line) for line in gaps(ranking)]
    parts += [_md(LEGEND)] if measured else []
    return "\n\n".join(filter(None, parts)) + "\n"


def to_svg(results: MeasuredRun) -> str:
    """The charts of all cases as one picture, readable in either theme."""
    return report_svg(report(results))


def to_html(results: MeasuredRun) -> str:
    """The whole view as a page of its own, in the theme of the reader's system."""
    dark = [f"--gv-{name}:{values[2]}" for name, values in NEUTRALS.items()]
    dark += [f"--gv-{name}-ink:{values[3]}" for name, values in COLORS.items()]
    page = f"body{{margin:16px auto;max-width:900px;padding:0 8px;background:{NEUTRALS['surface'][1]}}}"
    theme = f"@media(prefers-color-scheme:dark){{body{{background:{NEUTRALS['surface'][2]}}}.gv{{{';'.join(dark)}}}}}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(TITLE)}</title><style>{css('comparison/report/style.css')}{page}{theme}</style></head>"
        f"<body>{report_html(report(results))}</body></html>\n"
    )


WRITERS: dict[str, Callable[[MeasuredRun], str]] = {
    ".json": to_json,
    ".csv": to_csv,
    ".md": to_markdown,
    ".svg": to_svg,
    ".html": to_html,
}
"""Suffix: what writes such a file."""


def _md(text: str) -> str:
    """Text that Markdown shows as it is."""
    text = breakable(escape(" ".join(text.split()))).replace("&quot;", '"').replace("&#x27;", "'")
    return re.sub(r"([\\`*_\[\]|#~])", r"\\\1", text)


def _md_table(head: tuple[str, ...], rows: list[tuple[str, ...]], align: str) -> str:
    marks = ["---:" if side == "r" else "---" for side in align]
    lines = [map(_md, head), marks, *(map(_md, row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
