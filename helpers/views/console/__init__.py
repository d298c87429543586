"""A form that calls any method."""

from __future__ import annotations

from .widget import Console

__all__ = ["Console"]
