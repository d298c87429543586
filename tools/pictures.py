"""A copy of the pictures that the README shows, out of the last browser test: `python -m tools.pictures`.

Set ``COMPARISON_HURRY=`` (to nothing) for that test, so that the figures in them are real.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from tools.lessons import ROOT

TAKEN = ROOT / "screenshots" / "tour"
SHOWN = ROOT / "docs"


def wanted(readme: str) -> list[str]:
    """Return the names of the pictures in `docs` that a text shows."""
    return re.findall(r"docs/([\w-]+\.png)", readme)


def main() -> int:
    """Copy them; returns the process's exit status."""
    names = wanted((ROOT / "README.md").read_text(encoding="utf-8"))
    missing = [name for name in names if not (TAKEN / name).exists()]
    if missing:
        print(
            f"not taken yet: {', '.join(missing)}; run: uv run pytest tests/browser/test_lessons.py",
            file=sys.stderr,
        )
        return 1
    SHOWN.mkdir(exist_ok=True)
    for name in names:
        shutil.copyfile(TAKEN / name, Path(SHOWN, name))
    print(f"{len(names)} pictures copied to docs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
