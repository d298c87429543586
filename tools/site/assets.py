"""What all pages share: the style and the modules of the views, and Mermaid, which is JupyterLab's own copy."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from helpers.views.kit import style
from helpers.views.kit.esm import flatten
from tools.lessons import ROOT

_HELPERS = ROOT / "helpers"
_LAB_DARK = '[data-jp-theme-light="false"]'
_PAGE_DARK = 'html[data-theme="dark"]'
LAB = Path(sys.prefix) / "share" / "jupyter" / "lab" / "static"


def styles(found: Iterable[str]) -> str:
    """One sheet of the styles that outputs brought along: what they share once, and dark where the book is dark."""
    own = dict.fromkeys(each.removeprefix(style.CSS).strip() for each in found)
    return "\n".join([style.CSS, *own]).replace(_LAB_DARK, _PAGE_DARK)


def modules(entries: Iterable[str]) -> str:
    """The ES modules of views as one plain script: a page that was opened from a folder may not import any.

    It sets ``hogModules``: for each entry a function that gives what the module exports by default.
    """
    parts = []
    for entry in entries:
        code = re.sub(r"^export (?!default)", "", flatten(_HELPERS, entry), flags=re.MULTILINE)
        code, count = re.subn(r"^export default ", "return ", code, flags=re.MULTILINE)
        if count != 1:
            raise ValueError(f"{entry} has {count} default exports")
        parts.append(
            f"{json.dumps(entry)}: () => {{\n{re.sub(r'^//# sourceURL=.*$', '', code, flags=re.MULTILINE)}}}"
        )
    return "globalThis.hogModules = {\n" + ",\n".join(parts) + "\n};\n"


def mermaid(target: Path, lab: Path = LAB) -> str:
    """Copy what JupyterLab has of Mermaid into a folder; return the script that says which file has what.

    JupyterLab is put together of chunks; those of Mermaid name each other by number.

    Raises:
        LookupError: it is not found there. Then another version of JupyterLab is put together otherwise.
    """
    core, main = (_only(lab, name) for name in ("jlab_core.*.js", "main.*.js"))
    chunks, bound = r"Promise\.all\(\[((?:\w+\.e\(\d+\),?)+)\]\)", r"\.then\(\w+\.bind\(\w+,(\d+)\)\)"
    load = re.search(rf"\.version;let \w+=\w+=\(await {chunks}{bound}\)\.default", core)
    if load is None:
        raise LookupError(f"{lab} loads Mermaid in another way")
    files = {file.name.partition(".")[0]: file for file in lab.glob("[0-9]*.*.js")}
    entry, shared = [], {}
    for chunk in re.findall(r"\d+", load[1]):
        if chunk in files:
            entry.append(chunk)
            continue
        # A library that extensions of JupyterLab may share: its chunk gives one module in place of another.
        given = _found(rf'\b{chunk}:\["(\d+)"\]', main)[1]
        own = _found(rf"\b{given}:\{{shareScope.*?fallback:(.*?\w+\((\d+)\)\))", main)
        entry += re.findall(r"\.e\((\d+)\)", own[1])
        shared[given] = own[2]
    names: dict[str, str] = {}
    waiting = list(entry)
    while waiting:
        chunk = waiting.pop()
        if chunk not in names and chunk in files:
            names[chunk] = files[chunk].name
            waiting += re.findall(r"\.e\((\d+)\)", files[chunk].read_text(encoding="utf-8"))
    target.mkdir(parents=True, exist_ok=True)
    for name in names.values():
        shutil.copyfile(lab / name, target / name)
    queue = _found(r"self\.(\w+Chunk\w+)", (lab / names[entry[0]]).read_text(encoding="utf-8"))[1]
    told: dict[str, Any] = {
        "files": names,
        "entry": entry,
        "module": load[2],
        "shared": shared,
        "queue": queue,
    }
    return f"globalThis.hogMermaid = {json.dumps(told)};\n"


def _only(folder: Path, pattern: str) -> str:
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise LookupError(f"{folder} has {len(found)} files {pattern}")
    return found[0].read_text(encoding="utf-8")


def _found(pattern: str, text: str) -> re.Match[str]:
    found = re.search(pattern, text)
    if found is None:
        raise LookupError(f"JupyterLab's files have no {pattern}")
    return found
