"""The exercises of the lesson on bidirectional streaming."""

from ..engine import lesson

lesson.load(__name__)
