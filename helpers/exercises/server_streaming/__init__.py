"""The exercises of the lesson on server streaming."""

from __future__ import annotations

from .broken import ride_so_far
from .leaving import planned_ride
from .nearby import until_near
from .questions import third_customer
from .routes import whole_route

LESSON = "03_server_streaming"
EXERCISES = (whole_route, until_near, third_customer, ride_so_far, planned_ride)
