"""The exercises of the lesson on resilience."""

from ..engine import lesson

lesson.load(__name__)
