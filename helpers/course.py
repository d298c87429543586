"""The start page's two tables: what the course needs and whether it is here, and the lessons in their order."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
from packaging.version import Version

from . import languages, protos, servers
from .views.kit.card import Card, card
from .views.kit.style import bundle, escape

if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

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
class SetupCheck:
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
        what = (
            "One thing is missing that a later lesson"
            if len(missing) == 1
            else "Some things are missing that lessons"
        )
        sentence = f"You can start. {what} would use: {names}."
        return card("passed", "setup", sentence, table=rows, header=header, folded=False)
    return card(
        "passed",
        "setup",
        "Everything is here, and a call to a server of your own worked.",
        table=rows,
        header=header,
    )


def _checks() -> Iterator[SetupCheck]:
    reinstall = "Start JupyterLab with `.uv/bin/uv run jupyter lab` in the course's folder."
    python = platform.python_version()
    yield SetupCheck(
        "Python 3.10 or newer", python, "" if sys.version_info >= (3, 10) else "Install a newer Python."
    )
    for name, versions in requirements().items():
        what = f"{name} {_text(versions)}"
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield SetupCheck(what, "not there", reinstall)
        else:
            yield SetupCheck(what, version, "" if versions.contains(version, prereleases=True) else reinstall)
    yield _call()
    yield _node()
    yield _arrow()


def requirements(package: str = "hands-on-grpc") -> dict[str, SpecifierSet]:
    """The packages that a package needs here, and those of the extras that it asks for, each with its versions."""
    found: dict[str, SpecifierSet] = {}
    for needed in _applying(package, ""):
        inner = [each for extra in sorted(needed.extras) for each in _applying(needed.name, extra)]
        for each in (needed, *inner):
            earlier = found.get(each.name)
            found[each.name] = earlier & each.specifier if earlier else each.specifier
    return found


def _applying(package: str, extra: str) -> Iterator[Requirement]:
    """What a package itself needs on this machine, or one of its extras besides; nothing of one that is not there."""
    from packaging.requirements import Requirement

    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        for text in importlib.metadata.requires(package) or ():
            needed = Requirement(text)
            applies = [
                needed.marker is None or needed.marker.evaluate({"extra": name}) for name in ("", extra)
            ]
            if applies == ([True, True] if not extra else [False, True]):
                yield needed


def _text(versions: SpecifierSet) -> str:
    """`7.4 or newer`; an upper bound follows as it is written."""
    least = max((Version(each.version) for each in versions if each.operator == ">="), default=None)
    others = sorted(str(each) for each in versions if each.operator != ">=")
    return ", ".join([*([f"{least} or newer"] if least else []), *others])


def _call() -> SetupCheck:
    what = "a schema compiles, a server starts, a call arrives"
    modules: tuple[Any, Any] = protos.load("greeter/v1/greeter.proto")
    pb2, pb2_grpc = modules

    class Greeter(pb2_grpc.GreeterServiceServicer):  # type: ignore[name-defined]
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
        return SetupCheck(what, f"{error.code().name}: {error.details()}", cure)
    return SetupCheck(what, "works")


def _node() -> SetupCheck:
    what = f"Node.js {languages.OLDEST_NODE} or newer"
    version, lacks = languages.node_version()
    cure = (
        "You can do without: the lesson on many languages plays recordings then, and exercises in JavaScript cannot be "
        f"checked. {languages.CURE}"
    )
    return SetupCheck(what, version or "not there", cure if lacks else "", optional=True)


def _arrow() -> SetupCheck:
    cure = (
        "You can do without: the lesson on large data shows a recording of Arrow Flight then. "
        "It comes with `pip install pyarrow`."
    )
    try:
        return SetupCheck("pyarrow", importlib.metadata.version("pyarrow"), optional=True)
    except importlib.metadata.PackageNotFoundError:
        return SetupCheck("pyarrow", "not there", cure, optional=True)
