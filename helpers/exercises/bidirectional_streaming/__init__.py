"""The exercises of the lesson on bidirectional streaming."""

from __future__ import annotations

from .batches import three_at_a_time
from .houses import house_number
from .party_line import other_voices
from .questions import two_ahead

LESSON = "05_bidirectional_streaming"
EXERCISES = (three_at_a_time, two_ahead, house_number, other_voices)
