"""How a program is run, by the ending of its file: what it needs on this machine, and the commands that build it."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from helpers import servers

from .output import ProgramError, output_of
from .project import BROUGHT, HERE, PROTOS, folder

OLDEST_NODE = 18
"""The first Node.js in which all of the packages run."""

PATIENCE = 120.0
"""Seconds that building may take."""

_CONTRACT = "courier/v1/customs.proto"
_JARS = Path("/usr/share/java")


@dataclass(frozen=True)
class Toolchain:
    """What runs programs in one language.

    Attributes:
        language: its name.
        lacks: says what this machine lacks, in a few words; `""` where all is there.
        command: the command that runs a program, given its name; builds it where that is needed.
        builds: whether building takes its time, so that it is done where somebody asks for it.
    """

    language: str
    lacks: Callable[[], str]
    command: Callable[[str], list[str]]
    builds: bool = False


RECORDED = "HANDS_ON_GRPC_RECORDED"
"""An environment variable: where it is 1, recordings are played though the languages are here, as tests do."""


def toolchain(program: str) -> Toolchain:
    """What runs a program, by the ending of its name.

    Raises:
        ProgramError: nothing here does.
    """
    found = _TOOLCHAINS.get(Path(program).suffix) if isinstance(program, str) else None
    if found is None:
        raise ProgramError(f"{program!r} is no program; its name ends in one of {', '.join(_TOOLCHAINS)}.")
    if os.environ.get(RECORDED) == "1":
        return replace(found, lacks=lambda: f"{RECORDED} is set")
    return found


@functools.cache
def node_version() -> tuple[str, str]:
    """The version of this machine's Node.js, `v20.20.2`, and what is wrong with it in a few words; both may be empty."""
    try:
        node = servers.find_node()
    except servers.ServeError:
        return "", "there is no Node.js on this machine"
    try:
        ran = subprocess.run(
            [node, "--version"], capture_output=True, encoding="utf-8", errors="replace", timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return "", "the Node.js of this machine does not start"
    version = ran.stdout.strip()
    found = re.match(r"v(\d+)\.", version)
    if not found:
        return "", "the Node.js of this machine does not start"
    if int(found[1]) < OLDEST_NODE:
        return version, f"the Node.js of this machine is {version}, and {OLDEST_NODE} is needed"
    return version, ""


def _run_node(program: str) -> list[str]:
    return [servers.find_node(), str(own_file(program))]


def own_file(program: str) -> Path:
    """The file of a program: one of the project, or one that comes with the course.

    Raises:
        ProgramError: there is none; says which cell writes it.
    """
    if (shipped := HERE / "sources" / program).is_file() and program not in BROUGHT:
        return shipped
    path = folder() / program
    if not path.is_file():
        raise ProgramError(
            f"There is no {program} yet. Run the cell that begins with `%%project {program}` first."
        )
    return path


def _lacks(*programs: str, **files: str) -> Callable[[], str]:
    def lacks() -> str:
        missing = [name for name in programs if shutil.which(name) is None]
        missing += [name for name, path in files.items() if not Path(path).exists()]
        return f"there is no {missing[0]} on this machine" if missing else ""

    return lacks


def _build(language: str, *commands: Sequence[str]) -> Path:
    """Runs commands in a folder for the language, each once; returns the folder."""
    place = folder() / "build" / language
    place.mkdir(parents=True, exist_ok=True)
    for command in commands:
        output_of(Path(command[0]).name, command, place, PATIENCE)
    return place


def _protoc(*arguments: str) -> list[str]:
    return ["protoc", f"--proto_path={PROTOS}", *arguments, _CONTRACT]


def _plugin(name: str) -> str:
    return f"--plugin=protoc-gen-grpc={shutil.which(name)}"


@functools.cache
def _run_ruby(program: str) -> list[str]:
    place = _build("ruby", _protoc("--ruby_out=.", "--grpc_out=.", _plugin("grpc_ruby_plugin")))
    return ["ruby", f"-I{place}", str(own_file(program))]


@functools.cache
def _run_cpp(program: str) -> list[str]:
    flags = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "grpc++", "protobuf"], capture_output=True, encoding="utf-8"
    ).stdout.split()
    generated = ["courier/v1/customs.pb.cc", "courier/v1/customs.grpc.pb.cc"]
    place = _build(
        "cpp",
        _protoc("--cpp_out=.", "--grpc_out=.", _plugin("grpc_cpp_plugin")),
        ["g++", "-std=c++17", "-I.", str(own_file(program)), *generated, *flags, "-o", "program"],
    )
    return [str(place / "program")]


@functools.cache
def _run_go(program: str) -> list[str]:
    # Debian has Go's libraries as packages, below one GOPATH, and a protoc-gen-go of the same age.
    place = _build("go", ["mkdir", "-p", "src"], _protoc("--go_out=plugins=grpc:src"))
    paths = ["GO111MODULE=off", f"GOPATH={place}:/usr/share/gocode", f"GOCACHE={place / 'cache'}"]
    _build("go", ["env", *paths, "go", "build", "-o", "program", str(own_file(program))])
    return [str(place / "program")]


@functools.cache
def _run_java(program: str) -> list[str]:
    jars = [jar for jar in sorted(_JARS.glob("*.jar")) if re.fullmatch(_JAVA_JARS, jar.name)]
    path = ":".join(map(str, jars))
    generated = ["courier/v1/Customs.java", "courier/v1/CustomsServiceGrpc.java"]
    plugin = f"--plugin=protoc-gen-grpc-java={shutil.which('grpc_java_plugin')}"
    place = _build(
        "java",
        _protoc("--java_out=.", "--grpc-java_out=.", plugin),
        ["javac", "-nowarn", "-cp", path, "-d", "classes", str(own_file(program)), *generated],
    )
    return ["java", "-cp", f"{path}:{place / 'classes'}", Path(program).stem]


_JAVA_JARS = (
    r"(grpc-(api|context|core|netty|protobuf|protobuf-lite|stub)|guava|failureaccess|perfmark-api|protobuf|jsr305"
    r"|geronimo-annotation-1\.3-spec|netty-[a-z0-9-]+)\.jar"
)

_NODE = Toolchain("Node.js", lambda: node_version()[1], _run_node)
_TOOLCHAINS = {
    ".js": _NODE,
    ".mjs": _NODE,
    ".rb": Toolchain("Ruby", _lacks("ruby", "protoc", "grpc_ruby_plugin"), _run_ruby),
    ".cc": Toolchain("C++", _lacks("g++", "protoc", "grpc_cpp_plugin", "pkg-config"), _run_cpp, builds=True),
    ".go": Toolchain(
        "Go",
        _lacks(
            "go", "protoc", "protoc-gen-go", **{"grpc for Go": "/usr/share/gocode/src/google.golang.org/grpc"}
        ),
        _run_go,
        builds=True,
    ),
    ".java": Toolchain(
        "Java",
        _lacks(
            "javac", "java", "protoc", "grpc_java_plugin", **{"grpc-netty.jar": str(_JARS / "grpc-netty.jar")}
        ),
        _run_java,
        builds=True,
    ),
}
