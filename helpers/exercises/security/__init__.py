"""The exercises of the lesson on security."""

from ..engine import lesson

lesson.load(__name__)
