"""What `load` returns has the surface of what protoc writes, name by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import protos
from helpers.protos.compiler import INSTALLED
from tests.protos import surface

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = Path(__file__).with_name("schemas")


def paths(root: Path) -> list[str]:
    return sorted(file.relative_to(root).as_posix() for file in root.rglob("*.proto"))


COURSE, EVERY = paths(ROOT / "protos"), paths(SCHEMAS)


@pytest.fixture(scope="module")
def protoc(tmp_path_factory) -> dict[str, list]:
    """By path: the surface of protoc's modules, and of ours beside them in one process."""
    folder = tmp_path_factory.mktemp("generated")
    roots = [f"-I{root}" for root in (ROOT / "protos", SCHEMAS, *INSTALLED)]
    outputs = [f"--{kind}_out={folder}" for kind in ("python", "grpc_python")]
    command = [sys.executable, "-m", "grpc_tools.protoc", *roots, *outputs, *COURSE, *EVERY]
    subprocess.run(command, check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, surface.__file__, str(folder), *COURSE, *EVERY]
    seen = subprocess.run(
        command, cwd=SCHEMAS, env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert seen.returncode == 0, seen.stderr
    assert seen.stderr == "", "loading is silent, whatever protoc has to say"
    return json.loads(seen.stdout)


def test_there_is_something_to_compare():
    assert COURSE
    assert EVERY


@pytest.mark.parametrize("path", COURSE + EVERY)
def test_a_new_schema_is_as_protoc_writes_it(path, protoc, monkeypatch):
    monkeypatch.chdir(SCHEMAS)
    loaded = json.loads(json.dumps(surface.describe(protos.load(path))))
    assert surface.differences(loaded, protoc[path][0]) == []


@pytest.mark.parametrize("path", COURSE + EVERY)
def test_a_further_version_is_as_protoc_writes_it(path, protoc):
    written, loaded = protoc[path]
    assert surface.differences(loaded, written) == []


def test_the_ruler_sees_differences(protoc):
    everything = protoc["every/v1/everything.proto"][0]
    assert {"Scalars", "COLOR_CRIMSON", "Color", "DESCRIPTOR", "None"} <= set(everything["pb2"])
    assert set(everything["services"]) == {"FourKinds", "Second", "Empty"}
    names, made, added = everything["services"]["FourKinds"]
    assert names == ["Bidirectional", "ClientStreaming", "ServerStreaming", "Unary"]
    assert [kind for kind, *_ in made] == ["unary_unary", "unary_stream", "stream_unary", "stream_stream"]
    assert "One for one." in json.dumps(everything["pb2_grpc"]["FourKindsServicer"])
    assert added[0] == ["every.v1.FourKinds"]
