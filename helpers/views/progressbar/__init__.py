"""A bar that fills as bytes arrive."""

from __future__ import annotations

from .widget import ProgressBar

__all__ = ["ProgressBar"]
