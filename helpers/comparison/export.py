"""Results of a comparison in files: whole (JSON), as a table (CSV, Markdown), as a picture (SVG, HTML)."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
import os
import re
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any

from ..views.contest import contest_html
from ..views.contest_picture import contest_svg
from ..views.style import COLORS, NEUTRALS, css, escape
from .face import LEGEND, TITLE, cells, contest, gaps, header, machine, pairs_table, when
from .judging import standings
from .values import Case, Contender, Measurement, Results
from .words import overall, sentences

FORMAT = "gRPC and REST compared, 1"
"""What the JSON says it is; the number counts up when files of before can no longer be read."""


def save(results: Results, path: str | PathLike[str]) -> Path:
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


def load(path: str | PathLike[str]) -> Results:
    """Reads results that `save` wrote as JSON; they are equal to those that were saved.

    Raises:
        ValueError: the file holds something else.
        OSError: it cannot be read.
    """
    source = Path(path)
    try:
        return from_json(source.read_text(encoding="utf-8"))
    except (KeyError, TypeError, ValueError) as error:
        why = f"{type(error).__name__}: {error}" if not isinstance(error, ValueError) else str(error)
        raise ValueError(f"{source.name!r} holds no saved results ({why}); save some with .json") from None


def to_json(results: Results) -> str:
    """The whole of the results."""
    found = {field.name: getattr(results, field.name) for field in dataclasses.fields(results)}
    for name in ("contenders", "cases", "measurements"):
        found[name] = [dataclasses.asdict(value) for value in found[name]]
    return json.dumps({"format": FORMAT, **found, "machine": dict(results.machine)}, indent=1) + "\n"


def from_json(text: str) -> Results:
    """Results from what `to_json` wrote.

    Raises:
        ValueError: it is no JSON, of another format, or a value is missing, unknown or not a finite number.
        TypeError: a value is of the wrong type.
    """
    found = json.loads(text, parse_constant=_refuse)
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
        raise ValueError(f"its format is not {FORMAT!r}")
    measurements = [
        _build(Measurement, {**one, "seconds": tuple(map(_finite, one["seconds"]))})
        for one in found["measurements"]
    ]
    return _build(
        Results,
        {
            **found,
            "contenders": tuple(_build(Contender, one) for one in found["contenders"]),
            "cases": tuple(_build(Case, one) for one in found["cases"]),
            "measurements": tuple(measurements),
            "notes": tuple(found["notes"]),
        },
    )


def to_csv(results: Results) -> str:
    """A row for each contender in each case; times in seconds, sizes in bytes, machine and versions at the end."""
    rows: list[dict[str, object]] = []
    for standing in standings(results):
        case = standing.case
        for entry in standing.entries:
            low, middle, high = entry.seconds
            found, contender = entry.measurement, entry.contender
            rows.append(
                {
                    "case": case.id, "contender": contender.id, "name": contender.name, "family": contender.family,
                    "protocol": contender.protocol, "server": contender.server, "client": contender.client,
                    "items": case.items, "of": case.of, "rounds": len(found.seconds), "median_s": middle,
                    "first_quartile_s": low, "third_quartile_s": high,
                    "per_second": case.items / middle if middle else "", "client_cpu_s": found.client_cpu,
                    "server_cpu_s": found.server_cpu, "payload_bytes": found.payload, "wire_bytes": found.wire,
                    "first_place": int(standing.enough and entry in standing.first),
                }
            )  # fmt: skip
    every = {"mode": results.mode, "started": results.started, "notes": " ".join(results.notes)}
    every |= {f"machine: {key}": value for key, value in results.machine.items()}
    file = io.StringIO()
    names = [*(rows[0] if rows else ("case", "contender")), *every]
    writer = csv.DictWriter(file, names)
    writer.writeheader()
    writer.writerows({**row, **every} for row in rows)
    return file.getvalue()


def to_markdown(results: Results) -> str:
    """Tables and sentences, for a wiki or an issue."""
    found = standings(results)
    parts = [f"# {TITLE}", when(results), machine(results), *(f"**Note:** {_md(n)}" for n in results.notes)]
    parts[1:3] = map(_md, parts[1:3])
    parts.append(_md(" ".join(overall(found))))
    measured = any(standing.entries for standing in found)
    if measured:
        parts.append(_md_table(*pairs_table(found), "llll"))
    for standing in found:
        parts += [f"## {_md(standing.case.title)}", _md(standing.case.question)]
        if standing.entries:
            parts.append(_md_table(header(standing.case), cells(standing), "llrlrrrrr"))
        told = sentences(standing, results.mode == "thorough")
        parts.append("\n".join(f"- {_md(line)}" for line in told))
        parts += [_md(line) for line in gaps(standing)]
    parts += [_md(LEGEND)] if measured else []
    return "\n\n".join(filter(None, parts)) + "\n"


def to_svg(results: Results) -> str:
    """The charts of all cases as one picture, readable in either theme."""
    return contest_svg(contest(results))


def to_html(results: Results) -> str:
    """The whole view as a page of its own, in the theme of the reader's system."""
    dark = [f"--gv-{name}:{values[2]}" for name, values in NEUTRALS.items()]
    dark += [f"--gv-{name}-ink:{values[3]}" for name, values in COLORS.items()]
    page = f"body{{margin:16px auto;max-width:900px;padding:0 8px;background:{NEUTRALS['surface'][1]}}}"
    theme = f"@media(prefers-color-scheme:dark){{body{{background:{NEUTRALS['surface'][2]}}}.gv{{{';'.join(dark)}}}}}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(TITLE)}</title><style>{css('contest.css')}{page}{theme}</style></head>"
        f"<body>{contest_html(contest(results))}</body></html>\n"
    )


WRITERS: dict[str, Callable[[Results], str]] = {
    ".json": to_json,
    ".csv": to_csv,
    ".md": to_markdown,
    ".svg": to_svg,
    ".html": to_html,
}
"""Suffix: what writes such a file."""


def _build(kind: Any, values: dict[str, Any]) -> Any:
    known = {field.name for field in dataclasses.fields(kind)}
    if unknown := set(values) - known:
        raise ValueError(f"{kind.__name__} knows no {', '.join(sorted(unknown))}")
    return kind(**values)


def _finite(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number of seconds")
    return value


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _md(text: str) -> str:
    """Text that Markdown shows as it is."""
    text = escape(" ".join(text.split())).replace("&quot;", '"').replace("&#x27;", "'")
    return re.sub(r"([\\`*_\[\]|#~])", r"\\\1", text)


def _md_table(head: tuple[str, ...], rows: list[tuple[str, ...]], align: str) -> str:
    marks = ["---:" if side == "r" else "---" for side in align]
    lines = [map(_md, head), marks, *(map(_md, row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
