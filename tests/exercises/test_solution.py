"""A solution says what its exercise asks for, and how wrong answers and the stub look."""

from __future__ import annotations

import importlib
import sys

import pytest

from helpers import exercises
from helpers.exercises.engine import WriteFunction, raises, wrong
from helpers.exercises.engine.solution import Definition

FUNCTION = """
LIMIT = 3


def helper(number):
    return number


@sample.double
async def double(number, times):
    yield helper(number) * times
"""
SERVICER = """
@sample.room
class Room(pb2_grpc.RoomServicer):
    MOST = 3

    def __init__(self):
        self.members = set()

    def Enter(self, request, context):
        self.note(request)
        return pb2.EnterResponse()

    def note(self, request):
        self.members.add(request.name)

    def Leave(
        self,
        request,
        context,
    ):
        return pb2.LeaveResponse()
"""


def test_of_a_function_the_head_stays_and_constants_above_it():
    definition = Definition(FUNCTION, "sample.double")
    assert definition.parameters == ["number", "times"]
    assert definition.is_async
    assert definition.is_generator
    stub = "@sample.double\nasync def double(number, times):\n    # your code here\n    ..."
    assert definition.stub() == f"LIMIT = 3\n\n\n{stub}"


def test_of_a_class_stay_its_beginning_and_what_is_asked_for():
    definition = Definition(SERVICER, "sample.room")
    assert definition.methods == ["__init__", "Enter", "note", "Leave"]
    stub = definition.stub(["Enter", "Leave"])
    assert "    def __init__(self):\n        self.members = set()\n" in stub
    assert "note" not in stub
    assert "MOST" not in stub
    assert stub.count("# your code here\n        ...") == 2
    compile(stub, "<stub>", "exec")


def test_a_solution_without_the_decorator_is_told():
    with pytest.raises(LookupError, match=r"@sample\.other"):
        Definition(FUNCTION, "sample.other").stub()


@pytest.mark.parametrize(
    ("mistake", "cell"),
    [
        (
            wrong("twice", ("number * 2", "number"), ("return", "print")),
            "@sample.double\ndef double(number):\n    print number",
        ),
        (
            wrong("no return", ("    return number * 2\n", "    pass\n")),
            "@sample.double\ndef double(number):\n    pass",
        ),
        (
            raises("reads").diff("""
                 def double(number):
                +    number = int(number)

                -    return number * 2
                +    return 2 * number
            """),
            "@sample.double\ndef double(number):\n    number = int(number)\n    return 2 * number",
        ),
        (
            wrong("whole").whole("""
                def double(number):
                    return number
            """),
            "@sample.double\ndef double(number):\n    return number",
        ),
        (
            wrong("whole").whole("""
                LIMIT = 3

                @sample.double
                def double(number):
                    return LIMIT
            """),
            "LIMIT = 3\n\n@sample.double\ndef double(number):\n    return LIMIT",
        ),
    ],
    ids=["edits", "a line", "diff", "whole", "whole with its decorator"],
)
def test_a_wrong_answer_is_the_solution_changed(mistake, cell):
    exercise = WriteFunction(title="T", task="Do it.", hints=[], reason="So.", id="sample.double")
    exercise.answer = "@sample.double\ndef double(number):\n    return number * 2"
    assert exercise.wrong_cell(mistake) == cell


def test_an_edit_of_what_is_not_in_the_solution_is_told():
    exercise = WriteFunction(title="T", task="Do it.", hints=[], reason="So.", id="sample.double")
    exercise.answer = "pass"
    with pytest.raises(ValueError, match=r"sample\.double: the solution has no 'return' to edit"):
        exercise.wrong_cell(wrong("twice", ("return", "print")))


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A lesson's package in which somebody begins to write."""
    (tmp_path / "sample").mkdir()
    for name, text in {
        "__init__": "from helpers.exercises.engine import lesson\n\nlesson.load(__name__)\n",
        "double": (
            "from helpers.exercises.engine import WriteFunction\n\n"
            "double = WriteFunction(title='T', task='Do it.', hints=[], reason='So.')\n"
        ),
    }.items():
        (tmp_path / "sample" / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(exercises, "__path__", [*exercises.__path__, str(tmp_path)])
    yield tmp_path / "sample"
    for name in [name for name in sys.modules if name.startswith("helpers.exercises.sample")]:
        del sys.modules[name]


def test_a_solution_that_is_not_there_is_named(package):
    sample = importlib.import_module("helpers.exercises.sample")
    with pytest.raises(FileNotFoundError, match=r"double\.solution\.py"):
        _ = sample.double.stub


def test_a_module_named_otherwise_than_its_exercise_is_told(package):
    (package / "double.py").rename(package / "twice.py")
    with pytest.raises(ImportError, match=r"twice\.py makes double"):
        importlib.import_module("helpers.exercises.sample")
