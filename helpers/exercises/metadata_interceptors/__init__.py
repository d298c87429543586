"""The exercises of the lesson on metadata and interceptors."""

from ..engine import lesson

lesson.load(__name__)
