"""The whole exercise that CONTRIBUTING shows is one: its files make a lesson's package, and it keeps the contract."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest

from helpers import exercises
from helpers.exercises import unary
from tests.exercises.mutants import running

PAGE = Path(__file__).resolve().parents[2] / "CONTRIBUTING.md"
SETUP = """
import grpc
from helpers import protos

greeter_pb2, greeter_pb2_grpc = protos.load("greeter/v1/greeter.proto")
GREETER = greeter_pb2.DESCRIPTOR.services_by_name["GreeterService"]
"""


@pytest.fixture
def sample(tmp_path, monkeypatch):
    """The package that somebody makes who follows the page."""
    text = PAGE.read_text(encoding="utf-8")
    files = re.findall(r"^`([\w.]+)`[^\n]*:\n\n```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    package = tmp_path / "sample"
    package.mkdir()
    for name, content in [*files, ("setup.py", SETUP)]:
        (package / name).write_text(content, encoding="utf-8")
    (package / "__init__.py").write_bytes(Path(unary.__file__).read_bytes())
    monkeypatch.setattr(exercises, "__path__", [*exercises.__path__, str(tmp_path)])
    known = set(sys.modules)
    yield importlib.import_module("helpers.exercises.sample")
    for name in set(sys.modules) - known:
        del sys.modules[name]
    del exercises.sample


def test_the_example_keeps_the_contract(sample):
    exercise = sample.greeting
    assert exercise.id == "sample.greeting"
    assert exercise.judge_source(exercise.stub).outcome == "open"
    assert exercise.judge_source(exercise.answer).outcome == "passed"
    assert len(exercise.wrong_answers) >= 3
    for mistake in exercise.wrong_answers:
        verdict = exercise.judge_source(exercise.wrong_cell(mistake))
        assert (verdict.outcome, mistake.says in verdict.sentence) == (mistake.outcome, True), verdict
    passed = [
        mutant.diff
        for mutant in running.mutants(exercise)
        if exercise.judge_source(mutant.source).outcome == "passed"
    ]
    assert passed == []
