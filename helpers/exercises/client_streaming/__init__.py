"""The exercises of the lesson on client streaming."""

from __future__ import annotations

from .pieces import photo_pieces
from .questions import sent_twice
from .routes import red_lights
from .uploads import honest_upload

LESSON = "04_client_streaming"
EXERCISES = (red_lights, photo_pieces, sent_twice, honest_upload)
