"""The exercises of the lesson that measures gRPC and REST."""

from ..engine import lesson

lesson.load(__name__)
