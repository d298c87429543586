"""The flattener of JavaScript: one ES module out of a widget's entry file and all that it imports.

anywidget takes the module of a widget as one string, so there is no address from which a page could import
anything. Each file is a module of its own nevertheless, with real `import` and `export` lines, which Node, tsc and
Biome understand. Two forms are known, each at the beginning of a line; whatever else begins so is refused:

    import { el, svg as draw } from "./dom.js";
    export function f() {}      // also async, class and const; the entry may have a default, too
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["Esm", "flatten"]

_HELPERS = Path(__file__).parents[2]
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.\.?/[^"\n]+)";', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:(?:async )?function\*?|class|const) ([\w$]+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_TYPES = re.compile(r"^/\*\*.*?\*/$", re.MULTILINE | re.DOTALL)  # a page has no use for them


class _Module(NamedTuple):
    imports: list[tuple[str, str]]  # the file, and a name that it has to export
    exports: list[str]
    inside: str  # the code where another module calls it, without exports
    entry: str  # the code where it is the entry


class Esm:
    """What a widget's ``_esm`` is: the module of `entry`, a path below ``helpers``.

    anywidget asks for the text when the first widget of a class is made: `import helpers` reads no JavaScript.
    """

    def __init__(self, entry: str) -> None:
        self.entry = entry

    def __str__(self) -> str:
        return flatten(_HELPERS, self.entry)


@cache
def flatten(root: Path, entry: str) -> str:
    """One module of the file `entry` below `root` and of all that it imports.

    The entry comes first, so that the line numbers a browser reports are those of that file. Every other module is
    a function that runs once, when it is first asked for what it exports: names of one do not meet those of another.
    """
    modules: dict[str, _Module] = {}
    _follow(root, entry, (), modules)
    parts = [modules.pop(entry).entry]
    for file, module in modules.items():
        name = _called(file)
        parts.append(
            f"// {file}\nfunction {name}() {{ return {name}.exports ??= (() => {{\n{module.inside}\n"
            f"return {{ {', '.join(module.exports)} }};\n}})(); }}"
        )
    return "\n".join([*parts, f"//# sourceURL={root.name}/{entry}\n"])


def _follow(root: Path, file: str, trail: tuple[str, ...], modules: dict[str, _Module]) -> None:
    if file in trail:
        raise ValueError(f"a circle of imports: {' → '.join([*trail[trail.index(file) :], file])}")
    if file in modules:
        return
    modules[file] = module = _read(root, file)
    # Nobody imports the default of an entry.
    if wrong := _OTHER.search(module.inside if trail else module.inside.replace("\nexport default ", "\n")):
        raise ValueError(f"{file}: the flattener does not know this form: {wrong[0]}")
    for target, name in module.imports:
        _follow(root, target, (*trail, file), modules)
        if name not in modules[target].exports:
            raise ValueError(f"{file} imports {name} from {target}, which does not export it")


@cache
def _read(root: Path, file: str) -> _Module:
    source = _TYPES.sub(_blank, (root / file).read_text(encoding="utf-8"))
    imports: list[tuple[str, str]] = []

    def called(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(file), found[2]))
        names = [name.split(" as ") for name in re.split(r"[\s,]*,[\s,]*|^\s+|\s+$", found[1]) if name]
        imports.extend((target, name[0]) for name in names)
        known = ", ".join(": ".join(name) for name in names)
        return f"const {{ {known} }} = {_called(target)}();" + _blank(found)

    entry = _IMPORT.sub(called, source)
    inside = _EXPORT.sub("", entry)
    return _Module(imports, [found[1] for found in _EXPORT.finditer(entry)], inside, entry)


def _blank(found: re.Match[str]) -> str:
    """As many line ends as there were."""
    return "\n" * found[0].count("\n")


def _called(file: str) -> str:
    return "$" + re.sub(r"\W", "_", file.removesuffix(".js"))
