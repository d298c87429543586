"""The pages of the book: an executed lesson on its way to Sphinx, and the start page."""

from __future__ import annotations

import copy
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from nbformat import NotebookNode, v4
from pygments import highlight
from pygments.formatters import HtmlFormatter

from helpers.exercises.engine import Choose, Exercise
from helpers.text import escape
from helpers.views.kit.table import inline
from tools import sync
from tools.exercise_cells import SECTION
from tools.lessons import ROOT, Lesson
from tools.minutes import minutes
from tools.readme import commands
from tools.site.lexer import lexer_for

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_MODULE = re.compile(r'(?:data-module=|"module":)"([^"]+)"')
_MERMAID = re.compile(r"^```mermaid\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LESSON_HREF = re.compile(r'href="(\d\d_\w+)\.ipynb')
_LESSON_LINK = re.compile(r"\[([^\]]*)\]\((\d\d_\w+)\.ipynb[^)]*\)")
_ALIVE = re.compile(
    r'<div class="hog-alive" data-module="views/capture/widget\.js">.*?</script></div>', re.DOTALL
)
_FRAME = re.compile(r"<iframe\b.*?</iframe>", re.DOTALL)
_NOTE = re.compile(r'<p class="hog-note" data-note="(\w+)"></p>')
OWN_MACHINE = "on-your-own-machine"
_ON_THIS_PAGE = (
    "*On this page hints and solutions open with a click. Your own answers are checked in the notebook, "
    f"on Binder or [on your own machine](index.md#{OWN_MACHINE}).*"
)


@dataclass
class Needs:
    """What the pages of a book need beside themselves."""

    styles: dict[str, None] = field(default_factory=dict)
    """Style sheets, each once, in the order in which they were met."""
    modules: dict[str, None] = field(default_factory=dict)
    """Entry files of ES modules, paths below ``helpers``."""
    diagrams: bool = False
    """Whether a page has a Mermaid diagram."""
    names: set[str] = field(default_factory=set)
    """The lessons that the book has: links lead to these alone."""


def lesson_page(
    executed: NotebookNode, lesson: Lesson, exercises: Sequence[Exercise], needs: Needs
) -> NotebookNode:
    """The page of a lesson: its executed notebook without what only a kernel could answer."""
    address = sync.repository()
    page = copy.deepcopy(executed)
    page.metadata = NotebookNode({"language_info": {"name": "python", "pygments_lexer": "course"}})
    where = (
        f'<a href="{escape(sync.binder_url(address, lesson.path.name))}">on Binder</a>, or '
        f'<a href="index.html#{OWN_MACHINE}">on your own machine</a>.'
    )
    notes = {
        "picture": f"A picture. It moves in the notebook: {where}",
        "controls": f"The controls work in the notebook: {where}",
        "frame": f"In the notebook this is a page that a server of the lesson serves: {where}",
    }
    page.cells = list(_cells(page.cells, exercises))
    for number, cell in enumerate(page.cells):
        cell.metadata = NotebookNode(
            {"tags": [tag for tag in cell.metadata.get("tags", ()) if tag.startswith("remove-")]}
        )
        if cell.cell_type == "markdown":
            cell.source = _markdown(cell.source, needs)
            if number == 0:
                notebook = f'<a href="notebooks/{lesson.path.name}" download>get the notebook</a>'
                cell.source = re.sub(r"\*$", f" · {notebook}*", cell.source)
        else:
            cell.execution_count = None
            cell.outputs = [_output(output, notes, needs) for output in _joined(cell.outputs)]
    return page


def _cells(cells: Sequence[NotebookNode], exercises: Sequence[Exercise]) -> Iterator[NotebookNode]:
    """The cells of a page; those of exercises show the stub, and hints and a solution to be opened."""
    stubs = {cell: exercise for exercise in exercises for cell in exercise.cells}
    hints = {f"{exercise.id}.hint()": exercise for exercise in exercises}
    solutions = {f"{exercise.id}.solution()" for exercise in exercises}
    questions = {each.introduction: each for each in exercises if isinstance(each, Choose)}
    for cell in cells:
        if cell.source in solutions:
            continue  # it is below the hints
        if exercise := hints.get(cell.source):
            cell.outputs = [v4.new_output("display_data", {"text/html": _folds(exercise)})]
            cell.metadata["tags"] = ["remove-input"]
        elif question := questions.get(cell.source):
            cell.source = f"### {question.title}\n\nGuess first; then open an answer to see what is to be said about it."
        elif cell.source.startswith(f"## {SECTION}\n"):
            cell.source += f"\n\n{_ON_THIS_PAGE}"
        elif exercise := stubs.get(cell.source):
            # That nothing was attempted need not be said; a question is asked by its output.
            if isinstance(exercise, Choose):
                cell.outputs = [v4.new_output("display_data", {"text/html": _question(exercise)})]
                cell.metadata["tags"] = ["remove-input"]
            else:
                cell.outputs = []
        yield cell


def _folds(exercise: Exercise) -> str:
    """Hints and solution of an exercise, each to be opened."""
    folds = [
        _fold(f"Hint {number}", f"<p>{inline(text)}</p>") for number, text in enumerate(exercise.hints, 1)
    ]
    reason = f"<p>{inline(exercise.reason)}</p>"
    if isinstance(exercise, Choose):
        folds.append(_fold("Answer", f"<p>{inline(exercise.answer)}</p>{reason}"))
    else:
        code = highlight(exercise.answer, lexer_for(exercise.answer, exercise.LANGUAGE), HtmlFormatter())
        folds.append(_fold("Solution", code + reason))
    return f'<div class="hog-folds">{"".join(folds)}</div>'


def _question(exercise: Choose) -> str:
    options = (
        _fold(
            inline(option.text),
            f"<p>{'✓' if option.text == exercise.answer else '✗'} {inline(option.says)}</p>",
        )
        for option in exercise.options
    )
    task = "".join(f"<p>{inline(part)}</p>" for part in exercise.task.split("\n\n"))
    return f'{task}<div class="hog-folds">{"".join(options)}</div>'


def _fold(name: str, html: str) -> str:
    return f'<details><summary>{name}</summary><div class="hog-fold">{html}</div></details>'


def _markdown(source: str, needs: Needs) -> str:
    def diagram(found: re.Match[str]) -> str:
        needs.diagrams = True
        return f'<pre class="hog-diagram">{escape(found[1].rstrip())}</pre>'

    def link(found: re.Match[str]) -> str:
        return found[0] if found[2] in needs.names else found[1]

    return _LESSON_LINK.sub(link, _MERMAID.sub(diagram, source))


def _joined(outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Outputs in which what was written one after the other, in several pieces, is one, as in JupyterLab."""
    joined: list[NotebookNode] = []
    for output in outputs:
        if joined and output.output_type == "stream" and output.name == joined[-1].get("name"):
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _output(output: NotebookNode, notes: dict[str, str], needs: Needs) -> NotebookNode:
    """An output as a page shows it: HTML without its style, which the book has once, or else text."""
    if "data" in output:
        data = {kind: "".join(value) for kind, value in output.data.items() if isinstance(value, (str, list))}
        if "text/html" in data:
            data = {"text/html": relative(_hoisted(data["text/html"], notes, needs))}
        elif "text/plain" in data:
            data["text/plain"] = relative(data["text/plain"])
        output.data = NotebookNode(data)
    elif "text" in output:
        output.text = relative(output.text)
    elif "traceback" in output:
        output.traceback = [relative(line) for line in output.traceback]
    return output


def _hoisted(html: str, notes: dict[str, str], needs: Needs) -> str:
    def take(found: re.Match[str]) -> str:
        needs.styles[found[1]] = None
        return ""

    # A frame shows what a server of the lesson serves, which is gone.
    html = _FRAME.sub('<p class="hog-note" data-note="frame"></p>', _STYLE.sub(take, html))
    needs.modules.update(dict.fromkeys(_MODULE.findall(html)))
    html = _NOTE.sub(lambda found: f'<p class="hog-note">{notes[found[1]]}</p>', html)
    return _LESSON_HREF.sub(
        lambda found: f'href="{found[1] if found[1] in needs.names else "index"}.html', html
    )


def machine_folders() -> dict[str, str]:
    """Folders of this machine, as a page names them; the longest first."""
    found = {
        str(ROOT): "",
        sys.prefix: "python",
        sys.base_prefix: "python",
        tempfile.gettempdir(): "tmp",
        os.path.expanduser("~"): "~",
    }
    # That a Python lies in /usr says nothing of a machine.
    own = {folder: name for folder, name in found.items() if name != "python" or len(Path(folder).parts) > 3}
    return dict(sorted(own.items(), key=lambda item: -len(item[0])))


def relative(text: str) -> str:
    """A text in which no folder of this machine is named, from the root or from the kernel's own folder."""
    folders = machine_folders()
    found = "|".join(map(re.escape, folders))

    def named(path: re.Match[str]) -> str:
        before, folder, rest = path.groups()
        return before.strip("./") + (folders[folder] + rest if folders[folder] else rest[1:] or ".")

    # A terminal's colors may stand before a path.
    begins = r"(\x1b\[[\d;]*m|\.\.(?:/\.\.)*|(?<![\w.~/-]))"
    text = re.sub(rf"{begins}({found})(?![\w-])((?:/[^\s\"'<>,;:()\x1b]*)?)", named, text)
    return re.sub(r"tmp/lesson-\w+/tmp/", "tmp/", text)  # the folder in which `tools.kernel` runs a lesson


def start_page(lessons: Sequence[Lesson], pages: dict[str, NotebookNode]) -> str:
    """The start page as Markdown: a call to look into, how to go on, and the course map."""
    address = sync.repository()
    call = next(call for page in pages.values() for call in _calls(page))
    unknown = (
        "> The address of the course on the web is not known yet: the Binder links lead nowhere until it is."
    )
    template = Template(Path(__file__).with_name("start.md").read_text(encoding="utf-8"))
    return template.substitute(
        call=call,
        title=lessons[0].title,
        first=lessons[0].name,
        binder=sync.binder_url(address, lessons[0].path.name),
        unknown=unknown if sync.PLACEHOLDER in address else "",
        machine=OWN_MACHINE,
        address=address,
        commands="\n".join(commands("Start")),
        count=len(lessons),
        hours=round(sum(sum(minutes(lesson)) for lesson in lessons) / 60),
        table=sync.course_map(list(lessons)).replace("](notebooks/", "]("),
        toctree="\n".join(f"{each.name[:2]} {each.title} <{each.name}>" for each in lessons),
    )


def _calls(page: NotebookNode) -> Iterator[str]:
    for cell in page.cells:
        for output in cell.get("outputs", ()):
            yield from _ALIVE.findall(output.get("data", {}).get("text/html", ""))
