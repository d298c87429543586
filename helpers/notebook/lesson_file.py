"""The notebook that this kernel belongs to, as it lies on disk: which of its cells makes a name.

JupyterLab tells a kernel the path of its notebook when it starts it, in the variable JPY_SESSION_NAME, and VS Code
puts it into the learner's names. Elsewhere, and after the notebook was renamed, there is nothing to read.
"""

from __future__ import annotations

import ast
import functools
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from IPython.core.inputtransformer2 import TransformerManager

LONGEST = 60  # characters of a cell's first line
# What binds no name where it stands, or, as `+=`, one that is there already.
_OWN_NAMES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.AugAssign)


class Cell(NamedTuple):
    """A code cell, as a learner would look for it.

    Attributes:
        begins: its first line that says something.
        heading: the heading above it; `""` without one.
        number: its place among the code cells, 0 for the first.
        id: by which JupyterLab knows it; `""` in old notebooks.
        makes: the names that it binds.
        writes: the end of the path of the file that it writes, `"/src/server.py"`; `""` without `%%writefile`.
    """

    begins: str
    heading: str
    number: int
    id: str
    makes: tuple[str, ...]
    writes: str = ""

    def __str__(self) -> str:
        if self.number == 0:
            return "the setup cell at the top"
        under = f', under "{self.heading}"' if self.heading else ""
        return f"the cell that begins with `{self.begins}`{under}"


def cells(names: dict[str, object]) -> tuple[Cell, ...]:
    """The code cells of the notebook as it was saved last; none where it cannot be found.

    Args:
        names: the learner's names, for VS Code's entry.
    """
    path = names.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME")
    if not isinstance(path, str) or not path.endswith(".ipynb"):
        return ()
    try:
        return _read(path, os.stat(path).st_mtime_ns)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):  # moved, half written, or no notebook
        return ()


def cell_that_makes(name: str, all_cells: Sequence[Cell], running: str | None) -> Cell | None:
    """The cell that binds a name: the last one above the running cell, or else the first one of all.

    Args:
        name: what a learner's cell misses.
        all_cells: of the notebook.
        running: the id of the cell that misses it, which does not count.
    """
    here = next((cell.number for cell in all_cells if cell.id and cell.id == running), None)
    found = [cell for cell in all_cells if name in cell.makes and cell.number != here]
    above = [cell for cell in found if here is not None and cell.number < here]
    return above[-1] if above else found[0] if found else None


@functools.lru_cache(maxsize=2)
def _read(path: str, changed: int) -> tuple[Cell, ...]:
    """All code cells of a notebook; `changed` is there so that an edit is seen."""
    found: list[Cell] = []
    heading = ""
    for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            for text in re.findall(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", source, re.MULTILINE):
                heading = re.sub(r"[`*]", "", text)
        elif cell["cell_type"] == "code" and source.strip():
            names = tuple(_made_by(source))
            found.append(
                Cell(_first_line(source), heading, len(found), cell.get("id", ""), names, _written_by(source))
            )
    return tuple(found)


def _first_line(source: str) -> str:
    lines = [line.strip() for line in source.splitlines()]
    line = next((line for line in lines if line and not line.startswith("#")), lines[0])
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _made_by(source: str) -> list[str]:
    """The names that a cell binds when it is run; what its functions bind is theirs."""
    magic = re.match(r"\s*%%(\w+)[ \t]*(\w*)", source)
    if magic:
        name = magic[2] or "schema"
        return [f"{name}_pb2", f"{name}_pb2_grpc"] if magic[1] == "proto" else []
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError:
        return []
    return list(bound(tree, imports=True))


def _written_by(source: str) -> str:
    """What follows the name of a folder in `%%writefile {folder}/src/server.py`."""
    found = re.match(r"\s*%%writefile[ \t]+(?:-a[ \t]+)?(?:\{\w+\}/)?(\S+)", source)
    return f"/{found[1]}" if found else ""


def bound(node: ast.AST, imports: bool = False) -> Iterator[str]:
    """The names that code binds where it stands, those of modules with ``imports``; what its functions bind is theirs."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.alias) and imports:
        yield node.asname or node.name.partition(".")[0]
    elif not isinstance(node, _OWN_NAMES):
        for child in ast.iter_child_nodes(node):
            yield from bound(child, imports)
