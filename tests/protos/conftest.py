"""Schemas of a test's own: what is loaded from disk stays in the process, so no two tests share a name."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

_numbers = itertools.count(1)


@pytest.fixture
def package() -> str:
    """A protobuf package that no other test uses."""
    return f"test{next(_numbers)}"


@pytest.fixture
def write(tmp_path, monkeypatch) -> Callable[..., str]:
    """Writes a proto3 schema below the current folder, a fresh one, and returns its path: `write("a.proto", text)`.

    `package` gives it a package line; a text with a `syntax` or an `edition` of its own is left as it is.
    """
    monkeypatch.chdir(tmp_path)

    def write(path: str, text: str, package: str = "") -> str:
        text = textwrap.dedent(text)
        if not text.startswith(("syntax", "edition")):
            line = f"package {package};\n" if package else ""
            text = f'syntax = "proto3";\n{line}{text}'
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return path

    return write
