"""Links between lessons, into them and to files lead somewhere."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tools.lessons import PATTERN, Lesson, anchor, find_lessons, links, shown


def broken(lesson: Lesson, root: Path) -> list[str]:
    """Return a lesson's relative links that lead nowhere, with the reason."""
    found = []
    for cell in lesson.markdown_cells:
        for target in links(cell.source):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            path = (lesson.path.parent / unquote(parts.path)).resolve() if parts.path else lesson.path
            if not path.exists():
                found.append(f"{cell.id}: {target}: no such file")
            elif not path.is_relative_to(root):
                found.append(f"{cell.id}: {target}: outside of the course")
            elif parts.fragment:
                there = Lesson(path).anchors if path.suffix == ".ipynb" else None
                if there is None or unquote(parts.fragment) not in there:
                    found.append(f"{cell.id}: {target}: no such heading; there are {sorted(there or ())}")
    return found


def test_links_resolve(lesson, root):
    assert broken(lesson, root) == []


def test_web_links_are_safe(lesson):
    for cell in lesson.markdown_cells:
        schemes = {urlsplit(target).scheme for target in links(cell.source)}
        assert schemes <= {"", "https", "mailto"}, cell.id


@pytest.fixture
def linked(make_notebook, write_lesson):
    def build(*markdown: str) -> Lesson:
        return write_lesson(make_notebook(*(("md", source) for source in markdown)))

    return build


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("[a](99_gone.ipynb)", "no such file"),
        ("[a](#Nowhere)", "no such heading"),
        ("[a](07_sample.ipynb#Nowhere)", "no such heading"),
        ("![a](gone.png)", "no such file"),
        ("[a][b]\n\n[b]: gone.md", "no such file"),
        ('<img src="gone.png">', "no such file"),
        ("[a](../../../../../../../../etc/passwd)", "outside of the course"),
    ],
)
def test_a_broken_link_is_told(linked, tmp_path, source, told):
    found = broken(linked("# Title", source), tmp_path)
    assert len(found) == 1
    assert told in found[0]


@pytest.mark.parametrize(
    "source",
    [
        "[a](#Run-a-call,-twice)",
        "[a](07_sample.ipynb#Run-a-call,-twice)",
        "[a](07_sample.ipynb)",
        "[a](https://grpc.io/docs/)",
        "`[a](gone.md)`",
        "```\n[a](gone.md)\n```",
    ],
)
def test_a_good_link_passes(linked, tmp_path, source):
    assert broken(linked("## Run `a` **call**, twice", source), tmp_path) == []


def test_anchors_are_made_as_jupyterlab_does():
    assert anchor(shown("Run [`serve`](x.ipynb) *twice*: a_b")) == "Run-serve-twice:-a_b"


def test_finding_no_lesson_fails(tmp_path):
    (tmp_path / "notebooks").mkdir()
    with pytest.raises(LookupError, match="no lesson matches"):
        find_lessons(tmp_path)


def test_every_notebook_is_found(root):
    every = {path.name for path in (root / "notebooks").glob("*.ipynb")}
    assert every == {lesson.path.name for lesson in find_lessons()}, f"lessons are named {PATTERN}"
