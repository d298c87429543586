"""The exercises of the lesson on microservices."""

from ..engine import lesson

lesson.load(__name__)
