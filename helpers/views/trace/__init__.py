"""One request across several servers: a lane a server, a bar a call."""

from __future__ import annotations

from .model import Span
from .recorder import Trace, trace
from .widget import TraceView

__all__ = ["Span", "Trace", "TraceView", "trace"]
