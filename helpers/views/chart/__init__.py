"""A few quantities over time: memory, rates, latencies."""

from __future__ import annotations

from .widget import Chart

__all__ = ["Chart"]
