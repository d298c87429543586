"""The exercises of the lesson on many languages."""

from ..engine import lesson

lesson.load(__name__)
