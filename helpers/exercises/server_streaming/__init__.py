"""The exercises of the lesson on server streaming."""

from ..engine import lesson

lesson.load(__name__)
