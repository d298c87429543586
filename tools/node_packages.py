"""The Node packages of the lesson on many languages, put together into small files of our own.

A learner's Node program asks for `@grpc/grpc-js` as it would anywhere. With npm that is 14 MB in some 30 packages,
from the network; here it is a few files in `helpers/languages/packages`, which `helpers.languages` copies
beside the learner's program. They are made by npm and esbuild, from the versions named below, and from nothing else:

    uv run python -m tools.node_packages

writes them anew, with what protoc-gen-es makes of the contract, and the licenses of all that is inside.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "helpers" / "languages" / "packages"
GENERATED = ROOT / "helpers" / "languages" / "gen"
CONTRACT = "courier/v1/customs.proto"

VERSIONS = {
    "@grpc/grpc-js": "1.14.7",
    "@grpc/proto-loader": "0.8.1",
    "@connectrpc/connect": "2.1.2",
    "@connectrpc/connect-node": "2.1.2",
    "@connectrpc/connect-web": "2.1.2",
    "@bufbuild/protobuf": "2.17.0",
}
"""What programs import, and the version of each."""

BUILD = {"@bufbuild/protoc-gen-es": "2.17.0", "esbuild": "0.28.2"}
"""What is needed here alone."""

GRPC = ("@grpc/grpc-js", "@grpc/proto-loader")
"""One file together, for `require`: they share most of what they need."""

MODULES = {
    "@connectrpc/connect": ["."],
    "@connectrpc/connect-node": ["."],
    "@connectrpc/connect-web": ["."],
    "@bufbuild/protobuf": [".", "codegenv2"],
}
"""ES modules, for Node and for pages alike, and those parts of each package that are offered."""


def main() -> int:
    """Writes everything anew; returns 0."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _install(work)
        for old in (TARGET, GENERATED):
            shutil.rmtree(old, ignore_errors=True)
        inside = _bundle_grpc(work) | _bundle_modules(work)
        _write_licenses(work, sorted(inside))
        _generate(work)
    size = sum(path.stat().st_size for path in TARGET.rglob("*") if path.is_file())
    print(f"{TARGET.relative_to(ROOT)}: {size / 1000:.0f} kB, from {len(inside)} packages")
    return 0


def _install(work: Path) -> None:
    packages = VERSIONS | BUILD
    (work / "package.json").write_text(json.dumps({"private": True}), encoding="utf-8")
    # protoc-gen-es asks for the newest protobuf, and gets it.
    _run(work, "npm", "install", "--silent", "--ignore-scripts", *(f"{n}@{v}" for n, v in packages.items()))


def _bundle_grpc(work: Path) -> set[str]:
    entry = work / "grpc.cjs"
    entry.write_text("".join(f'exports["{name}"] = require("{name}");\n' for name in GRPC), encoding="utf-8")
    inside = _esbuild(work, entry, "--format=cjs", f"--outfile={TARGET / '@grpc' / 'bundle.cjs'}")
    for name in GRPC:
        _write_package(work, name, main="index.js")
        reexport = f'module.exports = require("../bundle.cjs")["{name}"];\n'
        (TARGET / name / "index.js").write_text(reexport, encoding="utf-8")
    return inside


def _bundle_modules(work: Path) -> set[str]:
    entries = []
    for name, parts in MODULES.items():
        exports = {}
        for part in parts:
            file = "index" if part == "." else part
            entry = work / "modules" / name / f"{file}.js"
            entry.parent.mkdir(parents=True, exist_ok=True)
            entry.write_text(
                f'export * from "{name if part == "." else f"{name}/{part}"}";\n', encoding="utf-8"
            )
            entries.append(entry)
            exports[part if part == "." else f"./{part}"] = f"./{file}.mjs"
        _write_package(work, name, exports=exports)
    return _esbuild(
        work,
        *entries,
        "--format=esm",
        "--splitting",
        f"--outbase={work / 'modules'}",
        f"--outdir={TARGET}",
        "--out-extension:.js=.mjs",
        "--chunk-names=@connectrpc/shared/[hash]",
    )


def _esbuild(work: Path, *arguments: object) -> set[str]:
    """Bundles; returns the packages that something was taken of."""
    about = work / "about.json"
    common = (
        "--bundle",
        "--minify",
        "--keep-names",
        "--platform=node",
        "--target=node18",
        f"--metafile={about}",
        "--log-level=error",
    )
    _run(work, str(work / "node_modules" / ".bin" / "esbuild"), *common, *map(str, arguments))
    inputs = json.loads(about.read_text(encoding="utf-8"))["inputs"]
    found = (re.match(r".*node_modules/((?:@[^/]+/)?[^/]+)/", path) for path in inputs)
    return {match[1] for match in found if match}


def _about(work: Path, name: str) -> dict:
    return json.loads((work / "node_modules" / name / "package.json").read_text(encoding="utf-8"))


def _write_package(work: Path, name: str, **more: object) -> None:
    about = {key: _about(work, name)[key] for key in ("name", "version", "license")}
    (TARGET / name).mkdir(parents=True, exist_ok=True)
    (TARGET / name / "package.json").write_text(
        json.dumps({**about, **more}, indent=2) + "\n", encoding="utf-8"
    )


def _write_licenses(work: Path, names: list[str]) -> None:
    """All licenses in one file, each text once; where a package has no such file, its code begins with its terms."""
    texts: dict[str, list[str]] = {}
    apache = (work / "node_modules" / GRPC[0] / "LICENSE").read_text(encoding="utf-8").strip()
    for name in names:
        about, folder = _about(work, name), work / "node_modules" / name
        package = f"{name} {about['version']}, {about['license']}"
        files = sorted(folder.glob("LICENSE*"))
        if files:
            texts.setdefault(files[0].read_text(encoding="utf-8").strip(), []).append(package)
            continue
        for terms in sorted(
            {_first_comment(path) for path in (folder / "dist" / "esm").rglob("*.js")} - {""}
        ):
            is_apache = "Apache License" in terms
            authors = terms.splitlines()[0]
            texts.setdefault(apache if is_apache else terms, []).append(f"{package}, {authors}")
    parts = ["\n".join(packages) + "\n\n" + text for text, packages in texts.items()]
    rule = "\n\n" + "-" * 80 + "\n\n"
    (TARGET / "LICENSES.txt").write_text(rule.join(parts) + "\n", encoding="utf-8")


def _first_comment(path: Path) -> str:
    """The lines of `//` that a file begins with, where they are somebody's terms."""
    lines = itertools.takewhile(
        lambda line: line.startswith("//"), path.read_text(encoding="utf-8").splitlines()
    )
    text = "\n".join(line.removeprefix("//").removeprefix(" ") for line in lines)
    return text if text.startswith("Copyright") else ""


def _generate(work: Path) -> None:
    """What protoc-gen-es makes of the contract, as a project has it."""
    GENERATED.mkdir(parents=True)
    plugin = work / "node_modules" / ".bin" / "protoc-gen-es"
    command = [
        sys.executable,
        "-m",
        "grpc_tools.protoc",
        f"--plugin=protoc-gen-es={plugin}",
        f"--proto_path={ROOT / 'protos'}",
    ]
    _run(work, *command, f"--es_out={GENERATED}", "--es_opt=target=js,import_extension=js", CONTRACT)
    (GENERATED / "package.json").write_text('{ "type": "module" }\n', encoding="utf-8")


def _run(work: Path, *command: str) -> None:
    subprocess.run(command, cwd=work, check=True)


if __name__ == "__main__":
    sys.exit(main())
