"""The exercises of the lesson on HTTP/2."""

from ..engine import lesson

lesson.load(__name__)
