"""One case of a check: an input, what should come of it, and the likely causes of anything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .diagnosis import Diagnosis


@dataclass(frozen=True)
class Case:
    """One input of the learner's code.

    Attributes:
        given: a function's arguments, as a tuple; for a servicer the request, or all of them where the client streams.
        expected: the value that a function returns; for a servicer the reply's fields by name, a list of all reply
            messages where the server streams, a status, or a status and what its text names.
        diagnosis: the likely cause of anything else, or causes by what came.
        called: how to name the call in a message, where its arguments alone would not do.
    """

    given: Any
    expected: Any
    diagnosis: Diagnosis = ""
    called: str = ""
