"""An error, and what can be seen of how it came about."""

from __future__ import annotations

import types
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from helpers.tracebacks import each, is_own


@dataclass(frozen=True, eq=False)
class ErrorContext:
    """What an explanation looks at.

    Attributes:
        error: the error itself.
        shell: of the kernel in which it was raised.
    """

    error: BaseException
    shell: InteractiveShell

    @cached_property
    def text(self) -> str:
        """The error's own words."""
        try:
            return str(self.error)
        except Exception:
            return ""

    @property
    def details(self) -> str:
        """What the server said of a call that ended with an error; empty for other errors."""
        said = getattr(self.error, "details", None)
        return (said() if callable(said) else "") or ""

    @cached_property
    def _steps(self) -> list[types.TracebackType]:
        return list(each(self.error.__traceback__))

    @cached_property
    def own(self) -> types.TracebackType | None:
        """The learner's innermost line; `None` where the error comes from elsewhere."""
        found = [step for step in self._steps if is_own(step.tb_frame.f_code.co_filename)]
        return found[-1] if found else None

    @cached_property
    def called(self) -> list[types.FrameType]:
        """The frames below the learner's innermost line: what it called, and so on."""
        frames = [step.tb_frame for step in self._steps]
        own = [number for number, frame in enumerate(frames) if is_own(frame.f_code.co_filename)]
        return frames[own[-1] + 1 :] if own else frames

    def called_in(self, folder: str, function: str | None = None) -> types.FrameType | None:
        """The first frame below the learner's line in a folder, such as `/grpc/`, and of that function."""
        for frame in self.called:
            place = frame.f_code.co_filename.replace("\\", "/")
            if folder in place and function in (None, frame.f_code.co_name):
                return frame
        return None

    def given(self, folder: str, function: str, name: str) -> Any:
        """What a function was given as an argument; `None` where it was not called."""
        frame = self.called_in(folder, function)
        return frame.f_locals.get(name) if frame else None
