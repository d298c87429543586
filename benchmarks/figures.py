"""One line of a figures table."""

from __future__ import annotations


def row(name: str, value: str, target: str = "") -> None:
    """Prints what was measured, and what it has to reach."""
    print(f"{name:<52} {value:>12}  {target}".rstrip())
