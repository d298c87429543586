"""`%%project`: a file of the lesson's Node project in a cell."""

from __future__ import annotations

from IPython.core.error import UsageError

from helpers.languages import project
from helpers.text import plural


def write(line: str, cell: str) -> None:
    """`%%project client.js` writes the program or the page below it into the folder of the project.

    Run the cell again after an edit; `languages.run("client.js")` then runs the new one.
    """
    name = line.strip()
    try:
        project.save(name, cell)
    except ValueError as error:
        raise UsageError(f"{error}: write %%project client.js") from None
    print(f"{name}: {plural(len(cell.splitlines()), 'line')}")
