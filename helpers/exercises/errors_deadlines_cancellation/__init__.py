"""The exercises of the lesson on errors, deadlines and cancellation."""

from ..engine import lesson

lesson.load(__name__)
