"""The exercises of the lesson in which a call is made by hand."""

from ..engine import lesson

lesson.load(__name__)
