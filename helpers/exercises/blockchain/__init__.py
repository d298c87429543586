"""The exercises of the lesson on a blockchain."""

from ..engine import lesson

lesson.load(__name__)
