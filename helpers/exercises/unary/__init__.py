"""The exercises of the lesson on unary calls."""

from ..engine import lesson

lesson.load(__name__)
