"""Claims: hidden assertions that prove what a lesson says, run in the lesson's own kernel.

``tests/notebooks/claims/NN_topic.py`` is split by comments into blocks, each run right after the cell
it names (by cell id)::

    \"""What the unary lesson claims.\"""
    # after: first-call
    assert reply.price_cents == 690
    assert "690" in printed

A block sees the lesson's names as they are after that cell, and `printed` and `outputs` of that
cell. What it assigns is forgotten; what it clicks or sets on the lesson's objects is not. What stands
before the first block (imports, small functions) is there for each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tools.lessons import ROOT, Lesson

FOLDER = ROOT / "tests" / "notebooks" / "claims"
_MARK = re.compile(r"^# after: *(\S+) *$")


@dataclass(frozen=True)
class Claim:
    """One block: the id of the cell it follows, its source, and where it stands.

    The source is padded with empty lines, so that line numbers are those of the file.
    """

    cell_id: str
    source: str
    path: Path
    line: int


def claims_file(lesson: Lesson, folder: Path = FOLDER) -> Path:
    """Return where a lesson's claims stand, whether or not the file exists."""
    return folder / f"{lesson.name}.py"


def read_claims(path: Path, cell_ids: set[str]) -> list[Claim]:
    """Read a file of claims.

    Raises:
        ValueError: a block names a cell that the lesson does not have.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    marks = [(number, match[1]) for number, line in enumerate(lines) if (match := _MARK.match(line))]
    ends = [number for number, _ in marks[1:]] + [len(lines)]
    head = lines[: marks[0][0]] if marks else []
    claims = []
    for (start, cell_id), end in zip(marks, ends, strict=True):
        if cell_id not in cell_ids:
            raise ValueError(f"{path}:{start + 1}: the lesson has no code cell with the id {cell_id!r}")
        padding = [""] * (start - len(head))
        source = "\n".join([*head, *padding, *lines[start:end]]) + "\n"
        claims.append(Claim(cell_id, source, path, start + 1))
    return claims


def claims_for(lesson: Lesson, folder: Path = FOLDER) -> list[Claim]:
    """Return the claims about a lesson, none if it has no file."""
    path = claims_file(lesson, folder)
    return read_claims(path, {cell.id for cell in lesson.code_cells}) if path.exists() else []
