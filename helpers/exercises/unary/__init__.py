"""The exercises of the lesson on unary calls."""

from __future__ import annotations

from .client import patient_client
from .lookup import unknown_parcel
from .prices import minimum_price
from .questions import late_parcel, safe_to_repeat
from .weights import valid_weight

LESSON = "02_unary"
EXERCISES = (minimum_price, unknown_parcel, valid_weight, late_parcel, safe_to_repeat, patient_client)
