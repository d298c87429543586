"""Import roots: the folders that protoc is told by hand, found from where the files lie."""

from __future__ import annotations

import importlib.util
import itertools
import os
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from . import scan

PROTOS = Path(__file__).resolve().parents[2] / "protos"

# What import roots are usually called.
_USUAL = ("proto", "protos", "third_party")


def _installed_roots() -> tuple[Path, ...]:
    """Folders of schemas that come with Python packages: `google/protobuf/*.proto`, `google/rpc/*.proto`."""
    roots = [Path(str(resources.files("grpc_tools") / "_proto"))]
    rpc = importlib.util.find_spec("google.rpc")
    for place in (rpc.submodule_search_locations or ()) if rpc else ():
        if (Path(place) / "status.proto").exists():
            roots.append(Path(place).parent.parent)
    return tuple(roots)


INSTALLED = _installed_roots()

# googleapis-common-protos ships this schema's module under the name that imports use, and its text under another.
_RENAMED = {"google/longrunning/operations.proto": "google/longrunning/operations_proto.proto"}


def installed_file(name: str, root: Path) -> Path | None:
    """The file that a Python package brings for the name of an import, if there is one below this root."""
    places = (root / name, *([root / _RENAMED[name]] if name in _RENAMED else []))
    return next((place for place in places if place.is_file()), None)


def import_name(path: Path, root: Path) -> str:
    """The name by which a file below a root is imported; with the ending that the plugin for services wants."""
    name = path.as_posix()[len(os.path.join(root, "")) :]
    if root in INSTALLED:
        return next((known for known, other in _RENAMED.items() if other == name), name)
    return name if name.endswith(".proto") else f"{os.path.splitext(name)[0]}.proto"


def installed_root(path: Path) -> Path | None:
    """The root of a schema that a Python package brings; `None` for all others."""
    return next((root for root in INSTALLED if is_below(path, root / "google")), None)


def is_usual(root: Path) -> bool:
    """Whether a folder is called as import roots are."""
    return root.name in _USUAL or root.parent.name == "third_party"


def is_below(path: Path, folder: Path) -> bool:
    """Whether a file lies in a folder or below it."""
    return str(path).startswith(os.path.join(folder, ""))


def around(folder: Path) -> Iterator[Path]:
    """A folder and those above it, each with the usual import roots that lie in it."""
    for place in (folder, *folder.parents):
        yield place
        for name in _USUAL:
            root = os.path.join(place, name)
            if os.path.isdir(root):
                yield Path(root)
                if name == "third_party":
                    yield from sorted(inner for inner in Path(root).iterdir() if inner.is_dir())


def root_of(path: Path, text: str) -> Path:
    """The folder from which a file is imported, as far as files tell.

    Args:
        path: the file, absolute.
        text: what is in it.
    """
    here, above = Path.cwd(), path.parents
    # It imports `acme/v1/b.proto`, and is itself in `acme/`: both names begin at the same folder.
    names = scan.imports(text)
    hits = [
        sum(_begins_here(root, name, path.parts[-1 - up :]) for name in names)
        for up, root in enumerate(above)
    ]
    if any(hits):
        return above[hits.index(max(hits))]
    # It lies in `acme/v1/`, as its package is called.
    package = scan.package(text)
    parts = tuple(package.split(".")) if package else ()
    if parts and path.parts[-1 - len(parts) : -1] == parts:
        return above[len(parts)]
    if path.parent == here:
        return here
    # A file beside it imports it.
    for neighbour in glob(path.parent, "*.proto")[:20]:
        try:
            names = scan.imports(neighbour.read_bytes().decode("utf-8-sig", "replace"))
        except OSError:
            continue
        for name in names:
            if f"/{path.as_posix()}".endswith(f"/{name}"):
                return above[name.count("/")]
    # It lies below a folder that is called like a root; or below the current folder.
    within = [root for root in above if is_below(root, here)] if is_below(path, here) else above
    return next(
        (root for root in within if root.name in _USUAL), here if is_below(path, here) else path.parent
    )


def _begins_here(root: Path, name: str, mine: tuple[str, ...]) -> bool:
    theirs = name.split("/")
    shares_folder = mine[0] == theirs[0] if len(mine) > 1 else len(theirs) == 1
    return shares_folder and os.path.isfile(os.path.join(root, name))


def names_below(root: Path) -> list[str]:
    """The schemas that lie in a folder and up to three below, as imports would name them."""
    if root.parent == root:  # a whole disk is no import root
        return []
    patterns: tuple[str, ...] = ("*.proto", "*/*.proto", "*/*/*.proto", "*/*/*/*.proto")
    if root in INSTALLED:
        patterns = ("google/protobuf/*.proto", "google/*/*.proto")
    return [file.relative_to(root).as_posix() for pattern in patterns for file in glob(root, pattern)]


def glob(root: Path, pattern: str) -> list[Path]:
    """Files of a folder, sorted; of a very large folder some, and none of one that cannot be read."""
    try:
        return sorted(itertools.islice(root.glob(pattern), 2000))
    except OSError:
        return []
