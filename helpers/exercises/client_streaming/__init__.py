"""The exercises of the lesson on client streaming."""

from ..engine import lesson

lesson.load(__name__)
