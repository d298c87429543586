"""HPACK's tables, entry by entry."""

from __future__ import annotations

from .widget import HeaderTables, header_tables

__all__ = ["HeaderTables", "header_tables"]
