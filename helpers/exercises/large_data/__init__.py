"""The exercises of the lesson on large data."""

from ..engine import lesson

lesson.load(__name__)
