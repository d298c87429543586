"""The course as a static book: executed lessons, whose pictures can be clicked without a kernel.

`uv run --group docs python -m tools.site` builds it.
"""
