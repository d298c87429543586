"""The exercises of the lesson on testing."""

from ..engine import lesson

lesson.load(__name__)
