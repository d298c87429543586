"""Exercises to test the engine with, and a progress file that is not the developer's own."""

from __future__ import annotations

import textwrap

import grpc
import pytest

from helpers import languages, protos
from helpers.exercises.engine import WriteClient, WriteProgram, WriteServicer
from helpers.exercises.engine.verdict import Verdict

greeter_pb2, greeter_pb2_grpc = protos.load("greeter/v1/greeter.proto")
GREETER = greeter_pb2.DESCRIPTOR.services_by_name["GreeterService"]


@pytest.fixture(autouse=True)
def progress_file(monkeypatch, tmp_path):
    """The file that keeps progress during a test."""
    file = tmp_path / "progress" / "progress.json"
    monkeypatch.setenv("HANDS_ON_GRPC_PROGRESS", str(file))
    return file


@pytest.fixture(autouse=True)
def _node_where_it_is_needed(request):
    exercise = getattr(request.node, "callspec", None) and request.node.callspec.params.get("exercise")
    if isinstance(exercise, WriteProgram) and not languages.available(exercise.program):
        pytest.skip("needs Node.js, in which its answers are run")


@pytest.fixture
def judge():
    """Judge the text of a servicer or a client function: `judge(text, method, check)`.

    The check may be a function of a running service (for a servicer) or of the `Check` (for a client).
    """

    def run(source: str, check, *, methods=("SayHello",), aio: bool = False, limit: float = 20.0) -> Verdict:
        names = {"grpc": grpc, "greeter_pb2": greeter_pb2, "greeter_pb2_grpc": greeter_pb2_grpc}
        source = textwrap.dedent(source).strip()
        exec(compile(source, "<learner>", "exec"), names)
        answer = list(names.values())[-1]
        common = {"id": "sample.exercise", "title": "Sample", "task": "Do it.", "hints": ["One.", "Two."]}
        common |= {"reason": "So.", "services": [GREETER], "limit": limit}
        if "Servicer" in source:

            def served(at_work) -> None:
                with at_work.serve(aio=aio) as service:
                    check(service)

            return WriteServicer(**common, methods=methods, check=served).judge(answer)
        parameters = ["stub"]
        return WriteClient(**common, parameters=parameters, check=check, is_async=aio).judge(answer)

    return run
