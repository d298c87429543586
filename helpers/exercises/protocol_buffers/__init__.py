"""The exercises of the lesson on Protocol Buffers."""

from __future__ import annotations

from .changes import safe_change
from .invoices import invoice
from .questions import parcel_size
from .varints import varint

LESSON = "01_protocol_buffers"
EXERCISES = (invoice, parcel_size, varint, safe_change)
