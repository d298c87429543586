"""What the lesson's setup cell imports, and what the lesson makes on its way."""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent import futures
from typing import Any
from unittest import mock

import grpc
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from .workshop import FakeClock, Scripted, Unavailable, quote_pb2, quote_pb2_grpc, serving

__all__ = [
    "FakeClock", "Phase", "Scripted", "Unavailable", "contextlib", "futures", "given", "grpc", "messages", "mock",
    "over_the_wire", "pytest", "quote_pb2", "quote_pb2_grpc", "serving", "settings", "st", "threading", "time",
]  # fmt: skip

over_the_wire = settings(
    max_examples=100, deadline=None, database=None, derandomize=True, phases=(Phase.generate, Phase.shrink)
)

_INT32 = st.integers(-(2**31), 2**31 - 1)
_VALUES = {"int32": _INT32, "enum": _INT32, "int64": st.integers(-(2**63), 2**63 - 1), "string": st.text()}


def messages(cls: Any) -> st.SearchStrategy:
    """All messages of a class, as Hypothesis makes them."""
    kinds = {5: "int32", 14: "enum", 3: "int64", 9: "string"}
    return st.builds(cls, **{field.name: _VALUES[kinds[field.type]] for field in cls.DESCRIPTOR.fields})
