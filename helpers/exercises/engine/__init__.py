"""The machinery of the exercises; what an author of a lesson's exercises imports is here."""

from __future__ import annotations

from .call import Call
from .check import Check
from .desk import Desk, Ran
from .exercise import Exercise, wrong
from .kinds import ReadCapture, WriteClient, WriteFunction, WriteSchema, WriteServicer
from .questions import Choose, Option, Predict
from .verdict import Failed

__all__ = [
    "Call", "Check", "Choose", "Desk", "Exercise", "Failed", "Option", "Predict", "Ran", "ReadCapture",
    "WriteClient", "WriteFunction", "WriteSchema", "WriteServicer", "wrong",
]  # fmt: skip
