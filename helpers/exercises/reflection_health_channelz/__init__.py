"""The exercises of the lesson on reflection, health and channelz."""

from ..engine import lesson

lesson.load(__name__)
