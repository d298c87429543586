"""Every lesson has the same skeleton, and the rules that say so tell good from bad."""

from __future__ import annotations

import pytest

from tools import skeleton
from tools.lessons import LessonError

OPENING = (
    "# Call a service\n\nAt the end you have a service and a client that talk."
    "\n\n*40 min (25 reading, 15 exercises) · [open on Binder](https://example.org)*"
)
AIMS = "**You will**\n\n- write\n- call\n- read\n\n**You need** [the start](00_start_here.ipynb)"
GOOD = [
    ("md", OPENING),
    ("md", AIMS),
    ("code", "import grpc\nfrom helpers import servers"),
    ("md", "## A call is a message there and one back\n\nWhat do you expect?"),
    ("code", "server = 1"),
    ("md", "**What just happened?** One call."),
    ("md", "## Break it"),
    ("md", "### Nobody listens"),
    ("code", "2"),
    ("md", "### Too slow"),
    ("code", "3"),
    ("md", "## Try it"),
    ("code", "4"),
    ("md", "## Summary\n\n| you write | it does |\n|---|---|\n| a | b |"),
    ("md", "## Next\n\n[Stream](03_server_streaming.ipynb)"),
    ("code", "servers.stop_all()"),
]
COURSE = {"teaching": 25, "exercises": 15, "needs": [], "kind": "lesson"}


def test_lesson_has_the_skeleton(lesson):
    assert skeleton.problems(lesson) == []


@pytest.fixture
def sample(make_notebook, write_lesson):
    def build(cells=GOOD, **course):
        return write_lesson(make_notebook(*cells, course={**COURSE, **course}))

    return build


def test_a_good_lesson_passes(sample):
    assert skeleton.problems(sample()) == []


def _with(old, new):
    """The good lesson with a piece of one cell's source replaced."""
    changed = [(kind, source.replace(old, new, 1)) for kind, source in GOOD]
    assert changed != GOOD
    return changed


def _without(*starts):
    kept = [cell for cell in GOOD if not cell[1].startswith(starts)]
    assert len(kept) == len(GOOD) - len(starts)
    return kept


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (
            _with("# Call a service", "# The service"),
            "title: the title 'The service' should start with a verb",
        ),
        (_with("# Call a service", "# Streaming data"), "title: the title"),
        (_with("# Call a service", "# Serialization"), "title: the title"),
        (_with("# Call a service", "Call a service"), "title: needs exactly one '# ' heading"),
        (_with("## Summary", "# Summary"), "title: needs exactly one '# ' heading"),
        (_with("that talk.", "that talk. And more."), "opening: the paragraph after the title"),
        (
            _with("\n\n*40 min (25 reading, 15 exercises)", "\n\n*long"),
            "opening: the first cell ends in the line",
        ),
        (
            _with("\n\nAt the end you have a service and a client that talk.", ""),
            "opening: the first cell is",
        ),
        (
            _with("- write\n", ""),
            "outcomes: needs '**You will**' with 3 to 5 points before the first code cell",
        ),
        (_with("- write\n", "- a\n- b\n- c\n- d\n"), "outcomes: needs '**You will**' with 3 to 5"),
        (_with("**You need**", "You need"), "outcomes: needs '**You need**'"),
        (_with("import grpc\nfrom helpers import servers", "1"), "setup: the first code cell (cell-2)"),
        (_with("server = 1", "def f():\n    import os"), "setup: cell cell-4, line 2: imports belong"),
        (_with("What do you expect?", "# Sub\n"), "heading_places: cell cell-3"),
        (
            _with("**What just happened?**", "So:"),
            "explained: section 'A call is a message there and one back'",
        ),
        (_without("### Too slow", "3"), "break_it: '## Break it' needs at least two '### ' parts, and has 1"),
        (_without("3"), "break_it: '### Too slow' shows no failure"),
        (_with("## Break it", "## Fix it"), "break_it: needs a section '## Break it'"),
        (_without("4"), "try_it: needs a section '## Try it' with a code cell"),
        (_with("|---|---|\n", ""), "summary: '## Summary' needs a small table"),
        (_with("## Summary", "## Recap"), "summary: needs a section '## Summary'"),
        (_with("03_server_streaming.ipynb", "README.md"), "next_steps: '## Next' needs a link"),
        (_with("## Next", "## Later"), "next_steps: needs a section '## Next'"),
        ([*GOOD[:13], GOOD[14], GOOD[13], GOOD[15]], "order: the closing sections stand as"),
        ([*GOOD[:11], GOOD[3], *GOOD[11:]], "order: no section stands after or between"),
        (_without("servers.stop_all()"), "stop: the last code cell"),
    ],
)
def test_a_departure_is_told(sample, cells, told):
    assert any(problem.startswith(told) for problem in skeleton.problems(sample(cells)))


def test_code_in_markdown_is_no_heading(sample):
    assert skeleton.problems(sample(_with("What do you expect?", "```\n# not a heading\n```\nWhat?"))) == []


def test_an_import_may_be_allowed(make_notebook, write_lesson):
    notebook = make_notebook(*_with("server = 1", "import os"), course=COURSE)
    notebook.cells[4].metadata["tags"] = ["allow-import"]
    assert skeleton.problems(write_lesson(notebook)) == []


def test_magics_are_read_as_python(sample):
    assert skeleton.problems(sample(_with("server = 1", "%%proto quote\nimport 'a.proto';"))) == []
    assert skeleton.problems(sample(_with("server = 1", "servers.serve??"))) == []


def test_the_start_page_has_fewer_rules(sample):
    assert skeleton.problems(sample([GOOD[0], GOOD[2], GOOD[-1]], kind="start")) == []


def test_a_bench_needs_no_exercises_and_all_else(make_notebook, write_lesson):
    def built(name, kind, cells=GOOD):
        notebook = make_notebook(*cells, course={**COURSE, "exercises": 0, "kind": kind})
        return skeleton.problems(write_lesson(notebook, name))

    assert built("07_unary", "lesson") == [
        "exercises: needs a section '## Exercises' with at least three '### ' parts"
    ]
    assert built("07_unary", "bench") == []
    assert built("90_sample", "bench", _without("3"))[0].startswith("break_it: ")


@pytest.mark.parametrize(
    ("course", "told"),
    [
        ({"kind": "talk"}, "'kind'|\"kind\""),
        ({"teaching": "25"}, "whole minutes"),
        ({"exercises": -1}, "whole minutes"),
        ({"needs": "01_a"}, "list of lesson names"),
        ({"extra": 1}, r"missing or unknown keys \(extra\)"),
    ],
)
def test_wrong_front_matter_is_told(sample, course, told):
    with pytest.raises(LessonError, match=told):
        skeleton.problems(sample(**course))


def test_missing_front_matter_is_told(make_notebook, write_lesson):
    with pytest.raises(LessonError, match=r'07_sample\.ipynb: the notebook metadata needs the key "course"'):
        skeleton.problems(write_lesson(make_notebook(*GOOD)))
