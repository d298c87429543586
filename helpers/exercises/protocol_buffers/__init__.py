"""The exercises of the lesson on Protocol Buffers."""

from ..engine import lesson

lesson.load(__name__)
