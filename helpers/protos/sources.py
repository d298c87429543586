"""The files that a schema consists of: where it is imported from, and what its imports mean.

protoc is told its import roots by hand. Here they follow from where the files lie: an import is looked for in
the folders that the caller names, where the importing file's own name begins, beside it, and in each folder
above it, there also below `proto/`, `protos/` and `third_party/`; then likewise around the current folder;
then among the course's schemas and those that Python packages bring.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from . import scan
from .errors import SchemaError
from .import_roots import (
    INSTALLED,
    PROTOS,
    around,
    import_name,
    installed_file,
    installed_root,
    is_below,
    is_usual,
    names_below,
    root_of,
)


@dataclass(frozen=True)
class Source:
    """One schema file.

    Attributes:
        name: as imports call it, `courier/v1/quote.proto`.
        path: where it lies; `None` for a cell.
        root: the folder that its name begins at; `None` for a cell.
        data: the text, as bytes.
        is_installed: it is one that a Python package brings, or means the same.
    """

    name: str
    path: Path | None
    root: Path | None
    data: bytes
    is_installed: bool = False

    @property
    def is_in_place(self) -> bool:
        """Whether protoc finds it by itself, among the schemas that Python packages bring."""
        return self.is_installed and self.root in INSTALLED and self.path == self.root / self.name

    @property
    def text(self) -> str:
        """The text, decoded; what is no UTF-8 is replaced."""
        return self.data.decode("utf-8-sig", "replace")


Sources = Mapping[str, Source]


class Search:
    """Finds files for one schema and all it imports.

    Args:
        include: import roots that come before all others.
        cells: the texts of cells by name; seen by cells only.
    """

    def __init__(self, include: tuple[Path, ...] = (), cells: Mapping[str, bytes] | None = None):
        self.include = include
        self.cells = cells or {}

    @functools.cached_property
    def _around_here(self) -> tuple[Path, ...]:
        return tuple(around(Path.cwd()))

    def roots(self, importer: Source) -> Iterator[Path]:
        """The folders in which an import of this file is looked for, in this order."""
        yield from self.include
        if importer.path is not None and importer.root is not None:
            yield importer.root
            if installed_root(importer.path):
                yield from INSTALLED
                return  # unless its import is in the schema's own files already
            yield from around(importer.path.parent)
        yield from self._around_here
        yield PROTOS
        yield from INSTALLED

    def find(self, name: str, importer: Source) -> Source | None:
        """The file that `import "name"` means in another file."""
        if importer.path is None and name in self.cells:
            return Source(name, None, None, self.cells[name])
        if any(part in ("", ".", "..") for part in name.split("/")) or "\\" in name:
            return None  # protoc refuses these names
        for root in self.roots(importer):
            if os.path.isfile(place := os.path.join(root, name)):
                return read(name, Path(place), root)
        return find_installed(name)

    def gather(self, top: Source) -> dict[str, Source]:
        """A schema and all that it imports, by name, itself first; what is not found is left out.

        Raises:
            SchemaError: a file is no UTF-8 text, or one name means two files, or two names one file.
        """
        found = {top.name: top}
        waiting = [top]
        of_packages: list[Source] = []
        while waiting or of_packages:
            # Those of packages last: what they import may be there by then, as a file of the schema's own.
            importer = waiting.pop() if waiting else of_packages.pop()
            _check_name(importer)
            _check_encoding(importer)
            for name in scan.imports(importer.text):
                file = self.find(name, importer)
                if file is None:
                    continue
                if name not in found:
                    found[name] = file
                    (of_packages if file.root in INSTALLED else waiting).append(file)
                elif found[name].path != file.path and file.root not in INSTALLED:
                    _refuse_two_files(found[name], file, importer)
        _refuse_two_names(found)
        _take_back(found)
        return found

    def visible(self, importer: Source) -> dict[str, Path | None]:
        """Names that this file could import, and the files they mean; `None` for cells."""
        names: dict[str, Path | None] = dict.fromkeys(self.cells if importer.path is None else ())
        seen = {importer.path}
        beside = importer.path.parent if importer.path else Path.cwd()
        near = (*self.include, importer.root, beside, Path.cwd(), PROTOS, *INSTALLED)
        for root in dict.fromkeys(self.roots(importer)):
            for name in names_below(root) if root in near or is_usual(root) else ():
                if (file := root / name) not in seen:  # the first root is the one to import it from
                    seen.add(file)
                    names.setdefault(name, file)
        names.pop(importer.name, None)
        return names


def read(name: str, path: Path, root: Path) -> Source:
    """Reads a file; those of Python packages once."""
    if root in INSTALLED:
        return _read_installed(name, path, root)
    data = _data(path)
    known = _read.get(path)
    if known is None or (known.name, known.root, known.data) != (name, root, data):
        known = _read[path] = Source(name, path, root, data, _is_copy(name, data))
    return known


def _data(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SchemaError(f"{path} cannot be read: {error.strerror or error}.") from None


def find_installed(name: str) -> Source | None:
    """What a Python package brings for the name of an import."""
    for root in INSTALLED:
        if file := installed_file(name, root):
            return _read_installed(name, file, root)
    return None


# The same value as long as a file is the same: hundreds of schemas may import it.
_read: dict[Path, Source] = {}


@functools.cache
def _read_installed(name: str, path: Path, root: Path) -> Source:
    return Source(name, path, root, path.read_bytes(), is_installed=True)


def _is_copy(name: str, data: bytes) -> bool:
    """Whether this is what a Python package brings under that name, but for comments."""
    if not name.startswith("google/"):
        return False
    known = find_installed(name)
    return known is not None and scan.mean_the_same(data, known.data)


def _take_back(found: dict[str, Source]) -> None:
    """What imports an own file is own itself: a package's module knows the package's files only."""
    while True:
        changed = {
            name: replace(source, is_installed=False)
            for name, source in found.items()
            if source.is_installed
            and any(n in found and not found[n].is_installed for n in scan.imports(source.text))
        }
        if not changed:
            return
        found |= changed


def locate(path: Path, include: tuple[Path, ...] = ()) -> Source:
    """A file by its place on disk, with the name by which others import it.

    Args:
        path: an existing file, absolute.
        include: import roots named by the caller; the first that holds the file is its root.
    """
    for place in dict.fromkeys((str(path), os.path.realpath(path))):
        file = Path(place)
        root = next((root for root in (*include, PROTOS) if is_below(file, root)), None) or installed_root(
            file
        )
        if root is not None:
            break
    else:
        file, root = path, root_of(path, _data(path).decode("utf-8-sig", "replace"))
    return read(import_name(file, root), file, root)


def _check_name(source: Source) -> None:
    """protoc writes names into its code as they are: these end a string there, or are no text, or none at all."""
    stem = source.name.rpartition("/")[2].removesuffix(".proto")
    if not stem or not source.name.isprintable() or "'" in source.name:
        raise SchemaError(
            f"protoc writes no code for a file that is called {source.name!r}.",
            cure="Rename it: letters, digits, _ and - are safe.",
        )


def _check_encoding(source: Source) -> None:
    """protoc takes other encodings than UTF-8, but writes code then that Python does not take."""
    try:
        source.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemaError(
            "This file is not UTF-8 text.",
            cure="Save it with the encoding UTF-8; an editor's Save As offers that.",
            path=source.name,
            line=source.data.count(b"\n", 0, error.start) + 1,
        ) from None


def _refuse_two_files(one: Source, other: Source, importer: Source) -> None:
    if scan.mean_the_same(one.data, other.data):
        return
    raise SchemaError(
        f'"{one.name}" means two files here: {one.path or "a cell"}, and {other.path or "a cell"} '
        f"for {importer.name}.",
        cure="Rename one, or say which folder comes first: protos.load(path, include=[folder]).",
        path=importer.name,
    )


def _refuse_two_names(found: Sources) -> None:
    by_path: dict[Path, str] = {}
    for name, source in found.items():
        if source.path is not None and by_path.setdefault(source.path, name) != name:
            raise SchemaError(
                f'{source.path} is imported under two names, "{by_path[source.path]}" and "{name}", '
                "so that all in it would be defined twice.",
                cure="Use one of the two names in all imports.",
            )
