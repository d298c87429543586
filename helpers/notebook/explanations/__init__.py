"""Explanations of errors, as tables: the cause and the cure.

A table a subject; a row has the kind of error, a pattern in its words, and what to tell. The first row that
knows something answers. To change a message, look for its words in these files.
"""

from __future__ import annotations

from . import (
    aio,
    calls,
    credentials,
    files,
    http,
    interceptors,
    messages,
    names,
    reflection,
    resilience,
    rich_errors,
    statuses,
    testing,
    tls,
)
from .rows import ROWS, find

__all__ = ["find"]

for table in (
    rich_errors,
    reflection,
    testing,
    names,
    files,
    credentials,
    aio,
    interceptors,
    calls,
    tls,
    resilience,
    statuses,
    messages,
    http,
):
    ROWS.extend(table.TABLE)
