"""Whether widgets are drawn here."""

from __future__ import annotations

from .widget import WidgetCheck

__all__ = ["WidgetCheck"]
