"""The exercises of the lesson on asyncio."""

from ..engine import lesson

lesson.load(__name__)
