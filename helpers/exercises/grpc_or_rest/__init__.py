"""The exercises of the lesson that compares gRPC with REST."""

from __future__ import annotations

from .edge import bridge
from .faults import checked_quote
from .ndjson import lines
from .questions import let_through
from .rounds import told_apart

LESSON = "40_grpc_or_rest"
EXERCISES = (told_apart, lines, let_through, checked_quote, bridge)
