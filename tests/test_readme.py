"""What the documents at the root say is true: commands, links, the course map."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

from tools import pictures, sync
from tools.lessons import Lesson, find_lessons, headings, links
from tools.readme import commands

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

GITHUB = "https://github.com/somebody/course"
BOOK = "https://somebody.github.io/course/"


@pytest.fixture(scope="module")
def readme(root) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def test_all_that_is_computed_is_in_sync():
    assert sync.sync(check=True) == {}, "run `uv run python -m tools.sync`"


def test_course_map_has_every_lesson_once(readme):
    table = readme.split("<!-- course-map:start -->")[1].split("<!-- course-map:end -->")[0]
    names = re.findall(r"\(notebooks/(\d\d_\w+)\.ipynb\)", table)
    assert names == [lesson.name for lesson in find_lessons()]


def test_the_commands_work_everywhere():
    start, test = commands("Start"), commands("Test")
    assert [line.split()[0] for line in start] == ["pip3", ".uv/bin/uv"]
    # Below the folder, so also where the system's Python takes no packages, and for everybody.
    assert "--target .uv" in start[0]
    for line in (*start, *test):
        assert not re.search(r"[&|;$\\]", line), "bash, zsh and PowerShell 5 agree on words alone"


def test_ci_runs_the_readme_s_commands(root):
    script = (root / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    first, *_ = commands("Start")
    assert [line.replace(" --quiet", "") for line in script].count(first) == 1
    # Each has only so long to run.
    timed = [re.sub(r"^tested \d+ ", "", line) for line in script]
    assert all(timed.count(line) == 1 for line in commands("Test"))


def test_learners_do_not_download_the_tests(root):
    lab, test = commands("Start")[-1], commands("Test")[-1]
    assert "--group" not in lab
    assert "--group test" in test


def test_what_is_installed_lies_in_the_folder(root):
    with (root / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["tool"]["uv"]["cache-dir"] == ".uv/cache"
    assert "--no-cache-dir" in commands("Start")[0]
    assert {".uv/", ".venv/"} <= set((root / ".gitignore").read_text(encoding="utf-8").split())


ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "workshop").rglob("*.md")])


def _slug(heading: str) -> str:
    """The fragment that code hosts give a heading of a Markdown file."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.parent.name + "/" + path.name)
def test_links_resolve(path, root):
    text = path.read_text(encoding="utf-8")
    broken = []
    for target in links(text):
        parts = urlsplit(target)
        if parts.scheme in ("https", "mailto"):
            continue
        there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if parts.scheme or not there.exists() or not there.is_relative_to(root):
            broken.append(target)
        elif parts.fragment and there.suffix == ".md":
            known = {_slug(heading) for _, heading in headings(there.read_text(encoding="utf-8"))}
            broken += [] if parts.fragment in known else [target]
        elif parts.fragment and there.suffix == ".ipynb":
            broken += [] if unquote(parts.fragment) in Lesson(there).anchors else [target]
    assert broken == []


def test_an_unknown_address_is_told(readme, root):
    # While the address is a placeholder the README says so, and no longer.
    placeholder = sync.PLACEHOLDER in sync.repository(root) + sync.book(root)
    assert ("public address of this repository is not known" in readme) == placeholder
    assert (sync.PLACEHOLDER in readme) == placeholder


def test_there_are_three_pictures_and_no_other_files_of_pictures(readme, root):
    shown = set(pictures.wanted(readme))
    assert {name.replace("-dark", "").replace("-light", "") for name in shown} == {
        "call.png",
        "map.png",
        "comparison.png",
    }
    assert {path.name for path in (root / "docs").iterdir()} == shown


def test_both_licenses_are_named(readme):
    assert "BSD" in readme
    assert "CC BY 4.0" in readme
    assert {"LICENSE", "LICENSE-prose"} <= set(links(readme))


@pytest.mark.parametrize(
    ("address", "start"),
    [
        (GITHUB, "https://mybinder.org/v2/gh/somebody/course/HEAD?"),
        (GITHUB + ".git", "https://mybinder.org/v2/gh/somebody/course/HEAD?"),
        ("https://gitlab.com/a/b/course", "https://mybinder.org/v2/gl/a%2Fb%2Fcourse/HEAD?"),
        (
            "https://example.org/course",
            "https://mybinder.org/v2/git/https%3A%2F%2Fexample.org%2Fcourse/HEAD?",
        ),
    ],
)
def test_binder_links(address, start):
    assert sync.binder_url(address, "02_a.ipynb") == start + "urlpath=lab/tree/notebooks/02_a.ipynb"


@pytest.fixture
def small_course(root, tmp_path, monkeypatch) -> Path:
    """A copy of the course's documents and notebooks with a real address."""
    (tmp_path / "notebooks").mkdir()
    for lesson in find_lessons():
        (tmp_path / "notebooks" / lesson.path.name).write_bytes(lesson.path.read_bytes())
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    text = re.sub(r'^Repository = ".*"', f'Repository = "{GITHUB}"', text, flags=re.MULTILINE)
    text = re.sub(r'^Documentation = ".*"', f'Documentation = "{BOOK}"', text, flags=re.MULTILINE)
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    (tmp_path / "README.md").write_bytes((root / "README.md").read_bytes())
    shutil.copytree(root / "workshop", tmp_path / "workshop")
    return tmp_path


def test_a_new_address_reaches_every_place(small_course):
    stale = sync.sync(small_course, check=True)
    named = {str(Path("workshop", "hub", name)) for name in ("README.md", "values.yaml")}
    assert {"README.md", *(str(Path("notebooks", le.path.name)) for le in find_lessons()), *named} == set(
        stale
    )
    assert sync.sync(small_course, check=True) == stale, "--check changes nothing"
    sync.sync(small_course)
    assert sync.sync(small_course, check=True) == {}
    for path in [small_course / "README.md", *(small_course / "notebooks").iterdir()]:
        text = path.read_text(encoding="utf-8")
        assert "mybinder.org/v2/gh/somebody/course/HEAD" in text, path.name
        assert sync.PLACEHOLDER not in text, path.name
    assert f"]({BOOK})" in (small_course / "README.md").read_text(encoding="utf-8")
    for name in named:
        text = (small_course / name).read_text(encoding="utf-8")
        assert "somebody/course" in text, name
        assert f"{sync.PLACEHOLDER}-".lower() not in text.lower(), name


def test_what_is_written_is_told_with_its_cell(small_course):
    sync.sync(small_course)
    path = small_course / "notebooks" / "02_unary.ipynb"
    notebook = nbformat.read(path, as_version=4)
    answer, hint = (
        next(cell for cell in notebook.cells if cell.source.startswith(f"{start}unary.minimum_price{end}"))
        for start, end in (("@", "\n"), ("", ".hint"))
    )
    answer.source = "# what somebody has tried"
    notebook.cells.remove(hint)
    nbformat.write(notebook, path)
    told = {f"notebooks{os.sep}02_unary.ipynb": [f"cell {answer.id}", "cell minimum-price-hint, new"]}
    assert sync.sync(small_course) == told
    assert sync.sync(small_course) == {}


def test_a_missing_marker_is_told(small_course):
    (small_course / "README.md").write_text("# Empty\n", encoding="utf-8")
    with pytest.raises(ValueError, match="<!-- badges:start -->"):
        sync.sync(small_course)
