"""The machinery of the exercises; what an author of a lesson's exercises imports is here."""

from __future__ import annotations

from helpers import display

from . import lesson, schemas
from .call_result import CallResult
from .case import Case
from .check import Check
from .exercise import Exercise, raises, wrong
from .fake_server import FakeServer
from .function_result import FunctionResult
from .kinds import WriteClient, WriteFunction, WriteInterceptor, WriteSchema, WriteServicer
from .programs import WriteProgram, run_program, serve_program
from .questions import Choose, Option, Predict
from .tests import WriteTests
from .verdict import Incorrect, Raised

__all__ = [
    "CallResult", "Case", "Check", "Choose", "Exercise", "FakeServer", "FunctionResult", "Incorrect", "Option",
    "Predict", "Raised", "WriteClient", "WriteFunction", "WriteInterceptor", "WriteProgram", "WriteSchema",
    "WriteServicer", "WriteTests", "lesson", "raises", "run_program", "schemas", "serve_program", "wrong",
]  # fmt: skip

display.LOADED_BY["helpers.exercises.engine.questions.Choose"] = "helpers.exercises.engine.question_widget"
