"""A value and the bytes it is encoded to, step by step."""

from __future__ import annotations

from .widget import ByteLab

__all__ = ["ByteLab"]
