"""The comparison of gRPC and REST in a hurry, in kernels in which something else is tested than its figures."""

from __future__ import annotations

import os

_PLAN = """
from helpers.comparison.candidates import WARM, WORK, Work
from helpers.comparison.rounds import MODES, Mode

MODES.update(dict.fromkeys(MODES, Mode(budget=0.0, least=0.0, least_rounds=1)))
for works, count in ((WARM, 50), (WORK, 500)):
    works.update(dict.fromkeys(("stream", "batches"), Work("positions", count=count)))
"""

HURRY = f"exec({_PLAN!r}, {{}})"
"""What a kernel runs to measure one round, and a tenth of the stream; no name of the notebook's is touched."""


def is_asked_for(otherwise: str = "") -> bool:
    """Whether tests are to hurry: the variable ``COMPARISON_HURRY`` says so, or else what holds otherwise."""
    return bool(os.environ.get("COMPARISON_HURRY", otherwise))
