"""Calls over time, in lanes, and the pool lab that draws its runs so."""

from __future__ import annotations

from .model import CallSpan, Timeline
from .pool_lab import PoolLab
from .widget import CallTimeline

__all__ = ["CallSpan", "CallTimeline", "PoolLab", "Timeline"]
