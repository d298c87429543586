"""Questions that lead to gRPC, to REST, or to neither."""

from __future__ import annotations

from .model import Advice
from .widget import DecisionGuide

__all__ = ["Advice", "DecisionGuide"]
