"""What learners look at and click: cards, timelines, and the pictures of calls."""

from __future__ import annotations

from .card import Card, card
from .live import stop_all
from .pool_lab import PoolLab
from .timeline import CallSpan, Timeline
from .timeline_widget import CallTimeline

__all__ = ["CallSpan", "CallTimeline", "Card", "PoolLab", "Timeline", "card", "stop_all"]
