"""What learners look at and click: cards, timelines, and the pictures of calls."""

from __future__ import annotations

from helpers import lazy

__getattr__, __dir__, __all__ = lazy.attach(__name__, __file__)
