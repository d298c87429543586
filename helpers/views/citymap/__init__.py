"""A map of a city with couriers on it."""

from __future__ import annotations

from .widget import CityMap

__all__ = ["CityMap"]
