"""The exercises of the lesson on a project of one's own."""

from ..engine import lesson

lesson.load(__name__)
