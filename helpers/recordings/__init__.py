"""Captures of calls that not every machine can make, for `helpers.wire.load`.

`python -m tools.record_flight` makes them anew, where `pyarrow` is installed.
"""

from __future__ import annotations

from pathlib import Path

ARROW_FLIGHT = Path(__file__).with_name("arrow_flight.h2cap")
"""Three calls of Arrow Flight's `DoGet`, two by pyarrow's client and one by a plain stub (pyarrow 26, Arrow's C++)."""
