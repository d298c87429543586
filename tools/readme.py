"""The README's commands, as a newcomer copies them."""

from __future__ import annotations

import re

from tools.lessons import ROOT


def commands(section: str) -> list[str]:
    """Return the lines of the first shell block below a ``## `` heading of the README.

    Raises:
        LookupError: there is no such heading, or no block below it.
    """
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = re.search(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    block = part and re.search(r"^```sh\n(.+?)^```$", part[1], re.MULTILINE | re.DOTALL)
    if not block:
        raise LookupError(f"README.md has no shell block below '## {section}'")
    return block[1].splitlines()
