"""The exercises of the lesson on HTTP/2."""

from __future__ import annotations

from .cutting import split_frames
from .prefixes import messages
from .questions import third_path, unread_reply
from .request import by_hand

LESSON = "10_http2_on_the_wire"
EXERCISES = (split_frames, messages, third_path, unread_reply, by_hand)
