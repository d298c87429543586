"""The guide for workshops: what is computed from the lessons is right, and each lesson has what only a person can say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest
import yaml
from nbformat import v4

from helpers.exercises import catalog
from tools import sync
from tools.lessons import Lesson, find_lessons
from tools.minutes import EXERCISES, minutes, parts
from tools.readme import commands
from tools.workshop import notes, pages, schedule, walk
from tools.workshop.mistakes import mistakes
from tools.workshop.notes import Block, Note, NoteError, Plan

LESSONS = find_lessons()


@pytest.fixture(scope="module")
def folder(root) -> Path:
    return root / "workshop"


@pytest.fixture(scope="module")
def course(folder) -> schedule.Course:
    walks = {lesson.name: walk.sections(lesson) for lesson in LESSONS}
    return schedule.Course(LESSONS, walks, notes.read_notes(folder, walks), catalog())


@pytest.fixture(scope="module")
def plans(folder, course) -> list[Plan]:
    return notes.read_plans(folder, course.walks, course.notes)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_somebody_has_said_what_only_a_person_can_say(lesson, course):
    note = course.notes[lesson.name]
    cure = f"write a note on {lesson.name} into workshop/notes.toml, and run `uv run python -m tools.sync`"
    assert note.point, cure
    assert len(note.room.split()) >= 30, cure
    assert note.short, cure
    assert schedule.taught_minutes(course.short(lesson.name)) <= 55


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_page_has_every_section_and_every_exercise(lesson, course):
    page = pages.lesson_page(lesson, course)
    sections = course.walks[lesson.name]
    assert sum(section.minutes for section in sections) <= minutes(lesson)[0] + 5
    assert [section.title for section in sections if section.title not in page] == []
    assert [task.title for task in course.exercises.get(lesson.name, []) if task.title not in page] == []
    if lesson.course.kind == "lesson":
        assert [section.title for section in sections if not section.questions and not section.says] == []
    assert len(walk.to_think_about(lesson)) >= (lesson.course.kind == "lesson")


@pytest.mark.parametrize("name", ["02_unary", "30_microservices"])
def test_what_a_section_needs_is_seen(name, course):
    by_title = {section.title: section for section in course.walks[name]}
    needed = {
        "02_unary": ("Make the call", ("Read the contract", "Start a server")),
        "30_microservices": ("Ask the replicas in turn", ("Write four services",)),
    }
    title, needs = needed[name]
    assert by_title[title].needs == needs


def test_names_of_functions_and_loops_tie_nothing_together(tmp_path):
    cells = [
        ("md", "# Do it"),
        ("code", "import time"),
        ("md", "## One"),
        ("code", "%%proto parcel\nsyntax = 'proto3';"),
        ("code", "def f(x):\n    y = x\n    return y\nfor each in (1, 2):\n    pass"),
        ("md", "## Two\n\nIt is short. Why?"),
        ("code", "y = [each for each in (3,)]\nx = time.time()\ny"),
        ("md", "**What just happened?** Because. It had to be so. Nobody knows."),
        ("md", "## Three"),
        ("code", "def g():\n    return parcel_pb2.Parcel()\nawait f(x)"),
        ("md", "## Exercises"),
        ("md", "### A task"),
    ]
    make = {"md": v4.new_markdown_cell, "code": v4.new_code_cell}
    path = tmp_path / "07_sample.ipynb"
    nbformat.write(v4.new_notebook(cells=[make[kind](source) for kind, source in cells]), path)
    lesson = Lesson(path)
    one, two, three = walk.sections(lesson)
    assert (one.needs, two.needs, three.needs) == ((), (), ("One", "Two"))
    assert two.questions == (walk.Question("It is short. Why?", "Because. It had to be so."),)


def test_recorded_wrong_answers_are_told_with_their_message(course):
    tasks = {task.id: task for tasks in course.exercises.values() for task in tasks}
    found = mistakes(tasks["unary.valid_weight"])
    told = {mistake.wrote: mistake.told for mistake in found}
    assert "1 g and 30000 g are both fine" in told["`if not 0 < request.weight_grams < 30_000:`"]
    assert not any("Is a `return` missing" in mistake.told for mistake in found), (
        "what every exercise can say"
    )
    late = mistakes(tasks["unary.late_parcel"])
    assert late[0].wrote == "The client gets DEADLINE_EXCEEDED, and nothing is stored."
    silent = [task.id for task in tasks.values() if not mistakes(task)]
    assert silent == []


def test_days_fit_have_breaks_and_teach_what_is_needed(plans, course):
    assert [plan.title for plan in plans] == ["Ninety minutes", "Half a day", "A day", "Two days"]
    for plan in plans:
        for entries in schedule.schedule(plan, course):
            assert sum(entry.minutes for entry in entries) == plan.minutes
            stretch = 0
            for entry in entries:
                stretch = 0 if entry.kind in ("break", "lunch") else stretch + entry.minutes
                assert stretch <= 125 or entry.kind == "end", (plan.title, entry)
            assert any(entry.exercises for entry in entries)
        taught = [block.lesson for day in plan.days for block in day if block.lesson]
        for index, name in enumerate(taught):
            needs = set(course.lesson(name).course.needs)
            assert not needs or needs & set(taught[:index]), (plan.title, name)


def test_more_is_taught_while_there_is_time(course):
    small = Block("02_unary", ("Make the call",), more=("Refuse a call", "Run it outside of the notebook"))

    def titles(minutes: int) -> list[str]:
        plan = Plan("A plan", "", minutes, "09:00", ((small,),))
        return [section.title for entry in schedule.schedule(plan, course)[0] for section in entry.sections]

    assert titles(20) == ["Make the call"]
    assert titles(25) == ["Make the call", "Refuse a call"]
    assert titles(60) == ["Make the call", "Refuse a call", "Run it outside of the notebook"]
    with pytest.raises(NoteError, match="'A plan' needs 20 minutes of 15"):
        titles(15)


def test_exercises_for_a_pause_are_small_and_no_extras(course):
    for lesson in LESSONS:
        extra = {part.title for part in parts(lesson) if part.is_extra and part.within == EXERCISES}
        chosen = course.practised(lesson.name)[: pages.FOR_A_PAUSE]
        assert not extra & {task.title for task in chosen}
        assert len(chosen) == (
            2 if lesson.course.kind == "lesson" and len(course.exercises[lesson.name]) > 1 else 0
        )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[99_nothing]\npoint = 'x'", "no such lesson"),
        ("[02_unary]\npiont = 'x'", "unknown piont"),
        ("[02_unary]\nshort = ['Make a call']", "'Make a call'. It has: Read the contract; "),
    ],
)
def test_a_note_on_what_is_not_there_is_told(tmp_path, course, text, told):
    (tmp_path / "notes.toml").write_text(text, encoding="utf-8")
    with pytest.raises(NoteError, match=re.escape(told)):
        notes.read_notes(tmp_path, course.walks)


def test_a_lesson_without_a_note_has_a_page_all_the_same(course):
    bare = schedule.Course(LESSONS, course.walks, dict.fromkeys(course.notes, Note()), course.exercises)
    page = pages.lesson_page(LESSONS[1], bare)
    assert "The point" not in page
    assert "Write a schema" in page
    assert LESSONS[1].title in pages.lessons_table(bare)


@pytest.mark.parametrize("address", ["https://github.com/Some/course", "https://github.com/Some/course.git/"])
def test_the_hub_s_link_brings_the_course(address):
    parts = urlsplit(pages.pull_path(address, "00_start_here.ipynb"))
    assert parts.path == "/hub/user-redirect/git-pull"
    query = {key: value[0] for key, value in parse_qs(parts.query).items()}
    assert query == {
        "repo": address,
        "branch": "main",
        "urlpath": "lab/tree/course/notebooks/00_start_here.ipynb",
    }
    assert pages.image(address) == "ghcr.io/some/course"


def test_kubernetes_gets_the_image_and_what_people_edit(folder, root):
    values = yaml.safe_load((folder / "hub" / "values.yaml").read_text(encoding="utf-8"))
    image = values["singleuser"]["image"]
    assert image == {"name": pages.image(sync.repository(root)), "tag": pages.TAG}
    copy = values["singleuser"]["lifecycleHooks"]["postStart"]["exec"]["command"][-1]
    place = "/srv/hands-on-grpc"
    assert f"--target-repo-dir {place} " in pages.build_command("https://github.com/a/b")
    assert re.findall(rf"{place}/(\w+)", copy) == ["notebooks", "protos"]


def test_codespaces_installs_what_the_readme_says(root):
    text = (root / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8")
    config = json.loads("\n".join(line for line in text.splitlines() if not line.strip().startswith("//")))
    install, start = commands("Start")
    assert config["onCreateCommand"] == f"{install} && .uv/bin/uv sync"
    assert config["postAttachCommand"].startswith(f"{start} --no-browser --ip=127.0.0.1")
    assert "token" not in config["postAttachCommand"], "Jupyter makes one, and asks for it"


def test_a_hub_on_one_machine_gets_kernels_without_ports(folder):
    args: list[str] = []
    environment: dict[str, object] = {}
    spawner = SimpleNamespace(args=args, environment=environment)
    names = {"get_config": lambda: SimpleNamespace(Spawner=spawner)}
    exec((folder / "hub" / "one_machine.py").read_text(encoding="utf-8"), names)
    assert args == ["--KernelManager.transport=ipc"]
    there = environment["JUPYTER_RUNTIME_DIR"]
    assert callable(there)
    assert there(SimpleNamespace(home_dir="/home/jovyan")) == "/home/jovyan/.run"
