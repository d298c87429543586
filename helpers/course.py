"""The start page's two tables: is everything here that the course needs, and where does the course go?"""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc

from . import protos, servers
from .views.card import Card, card
from .views.style import bundle, escape

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


@dataclass(frozen=True)
class Lesson:
    """A lesson as its notebook describes itself.

    Attributes:
        file: `02_unary.ipynb`.
        title: its heading.
        outcome: the sentence below the heading.
        minutes: for reading and exercises together.
    """

    file: str
    title: str
    outcome: str
    minutes: int


def lessons(folder: Path = NOTEBOOKS) -> list[Lesson]:
    """The lessons there are, in order."""
    found = []
    for file in sorted(folder.glob("[0-9][0-9]_*.ipynb")):
        notebook = json.loads(file.read_text(encoding="utf-8"))
        course = notebook["metadata"].get("course", {})
        paragraphs = "".join(notebook["cells"][0]["source"]).split("\n\n")
        found.append(
            Lesson(
                file=file.name,
                title=paragraphs[0].removeprefix("# ").strip(),
                outcome=paragraphs[1].strip() if len(paragraphs) > 1 else "",
                minutes=course.get("teaching", 0) + course.get("exercises", 0),
            )
        )
    return found


class CourseMap:
    """The lessons in order, with their minutes; shows itself as a table, or as text in a terminal."""

    def __init__(self, folder: Path = NOTEBOOKS):
        self.lessons = lessons(folder)

    def __str__(self) -> str:
        width = max((len(lesson.file) for lesson in self.lessons), default=0)
        return "\n".join(
            f"{lesson.file:{width}}  {lesson.minutes:3} min  {lesson.title}" for lesson in self.lessons
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        rows = "".join(
            f'<tr><td><a href="{escape(lesson.file)}">{escape(lesson.title)}</a>'
            f'<br><span class="gv-muted">{escape(lesson.outcome)}</span></td>'
            f'<td style="text-align: right; white-space: nowrap">{lesson.minutes} min</td></tr>'
            for lesson in self.lessons
        )
        head = '<tr><th scope="col">lesson</th><th scope="col">time</th></tr>'
        table = f'<div class="gv"><table class="gv-table"><thead>{head}</thead><tbody>{rows}</tbody></table></div>'
        return bundle(table, str(self))


def course_map() -> CourseMap:
    """The map of the course, from the notebooks' own descriptions."""
    return CourseMap()


@dataclass(frozen=True)
class Check:
    """One thing the course needs.

    Attributes:
        what: `ipykernel 7.1 or newer`.
        found: what is here, or what happened.
        cure: what to do where it is missing; empty where all is well.
        optional: whether the course can do without.
    """

    what: str
    found: str
    cure: str = ""
    optional: bool = False


def setup_check() -> Card:
    """Looks whether this Python has what the course needs, and tries it: a compile, a server, a call.

    Returns:
        A card that says in words what is missing and how to mend it.
    """
    checks = list(_checks())
    wrong = [check for check in checks if check.cure and not check.optional]
    missing = [check for check in checks if check.cure and check.optional]
    rows = [(check.what, check.found, check.cure or "fine") for check in checks]
    header = ("needed", "found", "what to do")
    if wrong:
        names = ", ".join(check.what for check in wrong)
        return card("failed", "setup", f"Mend this first: {names}.", table=rows, header=header, folded=False)
    if missing:
        names = ", ".join(check.what for check in missing)
        sentence = f"You can start. One thing is missing that a later lesson would use: {names}."
        return card("passed", "setup", sentence, table=rows, header=header, folded=False)
    return card(
        "passed",
        "setup",
        "Everything is here, and a call to a server of your own worked.",
        table=rows,
        header=header,
    )


def _checks() -> Iterator[Check]:
    reinstall = "Start JupyterLab with `uv run jupyter lab` in the course's folder."
    python = platform.python_version()
    yield Check(
        "Python 3.10 or newer", python, "" if sys.version_info >= (3, 10) else "Install a newer Python."
    )
    for name, least in _requirements():
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Check(f"{name} {least} or newer", "not there", reinstall)
        else:
            cure = "" if _numbers(version) >= _numbers(least) else reinstall
            yield Check(f"{name} {least} or newer", version, cure)
    yield _call()
    yield _node()


def _requirements() -> Iterator[tuple[str, str]]:
    """What the course itself says it needs, as `(package, least version)`."""
    for text in importlib.metadata.requires("hands-on-grpc") or ():
        match = re.match(r"([\w-]+)\s*>=\s*([\d.]+)", text)
        if match and ";" not in text:
            yield match[1], match[2]


def _call() -> Check:
    what = "a schema compiles, a server starts, a call arrives"
    pb2, pb2_grpc = protos.load("greeter/v1/greeter.proto")

    class Greeter(pb2_grpc.GreeterServiceServicer):
        def SayHello(self, request, context):
            return pb2.SayHelloResponse(greeting=request.name)

    try:
        with servers.serve(Greeter()) as server, grpc.insecure_channel(server.address) as channel:
            stub = pb2_grpc.GreeterServiceStub(channel)
            stub.SayHello(pb2.SayHelloRequest(name="works"), timeout=10)
    except grpc.RpcError as error:
        cure = (
            "Something on this machine keeps programs from calling 127.0.0.1: a firewall, a VPN or a proxy."
        )
        return Check(what, f"{error.code().name}: {error.details()}", cure)
    return Check(what, "works")


def _node() -> Check:
    node = shutil.which("node")
    if node is None:
        return Check(
            "Node.js",
            "not there",
            "Install it for the lesson on many languages, or read that one.",
            optional=True,
        )
    ran = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=10)
    return Check("Node.js", ran.stdout.strip() or "does not start", optional=True)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
