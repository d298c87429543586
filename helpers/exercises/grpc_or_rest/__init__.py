"""The exercises of the lesson that compares gRPC with REST."""

from ..engine import lesson

lesson.load(__name__)
