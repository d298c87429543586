"""The whole exercise that CONTRIBUTING shows is one: it keeps the contract."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import grpc

from helpers import protos
from helpers.exercises import engine

PAGE = Path(__file__).resolve().parents[2] / "CONTRIBUTING.md"


def test_the_example_keeps_the_contract(monkeypatch):
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (example,) = (block for block in blocks if "WriteServicer(" in block)
    greeter_pb2, greeter_pb2_grpc = protos.load("greeter/v1/greeter.proto")
    given = {"grpc": grpc, "greeter_pb2": greeter_pb2, "greeter_pb2_grpc": greeter_pb2_grpc}
    monkeypatch.setitem(sys.modules, "helpers.exercises.sample", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "helpers.exercises.sample.setup", SimpleNamespace(**given))
    names = {**given, "GREETER": greeter_pb2.DESCRIPTOR.services_by_name["GreeterService"]}
    names |= {name: getattr(engine, name) for name in ("Check", "WriteServicer", "wrong")}
    exec(compile(example, str(PAGE), "exec"), names)

    exercise = names["greeting"]
    assert exercise.rehearse(exercise.stub).outcome == "open"
    assert exercise.rehearse(exercise.answer).outcome == "passed"
    assert len(exercise.wrong_answers) >= 3
    for mistake in exercise.wrong_answers:
        verdict = exercise.rehearse(exercise.wrong_cell(mistake))
        assert (verdict.outcome, mistake.says in verdict.sentence) == (mistake.outcome, True), verdict
