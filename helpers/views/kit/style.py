"""One look for all views: colors, CSS, number formats, and the kit that widgets share.

Everything a view draws lives inside an element of class ``gv``; every class and every CSS custom
property of ours starts with ``gv-``, so nothing leaks into JupyterLab and little leaks in.

Inside JupyterLab the neutral colors and the fonts are the theme's own (``--jp-*``); elsewhere (a
converted page, nbviewer) the light fallbacks hold. A view has its own background, so text and
background always come from the same source.
"""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path

from helpers.text import escape, escape_code, visible

__all__ = ["CSS", "bundle", "css", "escape", "escape_code", "fmt_bytes", "fmt_duration"]

_HELPERS = Path(__file__).parents[2]

COLORS: dict[str, tuple[str, str, str, str]] = {
    # name: (fill, text on that fill, the color as text in the light theme, and in the dark one)
    "headers": ("#0072B2", "#FFFFFF", "#0072B2", "#6BBBEF"),
    "data": ("#009E73", "#111111", "#00724F", "#35C79A"),
    "trailers": ("#56B4E9", "#111111", "#1F6C9E", "#8CCBF0"),
    "control": ("#8C8C8C", "#111111", "#616161", "#B4B4B4"),
    "reset": ("#D55E00", "#111111", "#B04A00", "#FF8F52"),
    "malformed": ("#CC79A7", "#111111", "#9C3F74", "#E3A6C6"),
    "done": ("#009E73", "#111111", "#00724F", "#35C79A"),
    "waiting": ("#E69F00", "#111111", "#875900", "#F2B83B"),
    "failed": ("#D55E00", "#111111", "#B04A00", "#FF8F52"),
}
"""The Okabe–Ito colors by meaning: frame types first, outcomes after them."""

REGIONS: dict[str, tuple[str, str]] = {
    # name: (background in the light theme, in the dark one)
    "frame": ("#E2E2E2", "#474747"),  # the 9-byte frame header
    "hpack": ("#CBE1F2", "#12476B"),  # compressed headers
    "prefix": ("#FBE3B0", "#5E4300"),  # the 5-byte message prefix
    "tag": ("#F1D5E4", "#66304C"),  # protobuf: field number and wire type
    "length": ("#FAD3BC", "#6B3108"),  # protobuf: length of what follows
    "value": ("#C9EADF", "#08513D"),  # protobuf: the value itself
}
"""Backgrounds of the byte regions; ``REGION_TEXT`` is the color of the bytes on them."""

REGION_TEXT = ("#1A1A1A", "#F5F5F5")

NEUTRALS: dict[str, tuple[str, str, str]] = {
    # name: (JupyterLab's variable, fallback in the light theme, in the dark one)
    "surface": ("--jp-layout-color0", "#FFFFFF", "#111111"),
    "panel": ("--jp-layout-color2", "#EEEEEE", "#424242"),
    "text": ("--jp-ui-font-color1", "#212121", "#FFFFFF"),
    "muted": ("--jp-ui-font-color2", "#616161", "#BDBDBD"),
    "border": ("--jp-border-color1", "#BDBDBD", "#616161"),
    "border-soft": ("--jp-border-color2", "#E0E0E0", "#424242"),
    "focus": ("--jp-brand-color1", "#1976D2", "#42A5F5"),
}

_DARK = '[data-jp-theme-light="false"] .gv, .vscode-dark .gv'
_FONTS = """
  --gv-font: var(--jp-content-font-family, system-ui, "Segoe UI", Helvetica, Arial, sans-serif);
  --gv-font-size: var(--jp-ui-font-size1, 13px);
  --gv-code-font: var(--jp-code-font-family, ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace);
  --gv-code-size: var(--jp-code-font-size, 13px);
"""


def _tokens(dark: bool) -> str:
    """The custom properties of one theme."""
    lines = [f"--gv-{n}: var({jp}, {d if dark else li});" for n, (jp, li, d) in NEUTRALS.items()]
    for name, (fill, on, light, deep) in COLORS.items():
        lines += [f"--gv-{name}: {fill};", f"--gv-on-{name}: {on};"]
        lines.append(f"--gv-{name}-ink: {deep if dark else light};")
    lines += [f"--gv-region-{n}: {pair[dark]};" for n, pair in REGIONS.items()]
    lines.append(f"--gv-region-text: {REGION_TEXT[dark]};")
    return "\n  ".join(lines)


_RULES = (_HELPERS / "views/kit/style.css").read_text(encoding="utf-8")
CSS = f".gv {{{_FONTS}  {_tokens(dark=False)}\n}}\n{_DARK} {{\n  {_tokens(dark=True)}\n}}\n{_RULES}"
"""The custom properties for both themes and the rules all views share."""


@cache
def css(*names: str) -> str:
    """`CSS` followed by the named files (paths below ``helpers``): what a widget's ``_css`` or a static HTML needs."""
    return "\n".join([CSS, *(_heavier((_HELPERS / name).read_text(encoding="utf-8")) for name in names)])


def _heavier(rules: str) -> str:
    """Rules of one view with more weight than the shared ones.

    Each output of a page brings the shared rules along, so those of the next output come after this view's own.
    """
    return re.sub(r"\.gv(?=[\s.:\[>])", ".gv.gv", rules)


def bundle(markup: str, text: str, *css_names: str) -> dict[str, str]:
    """The mime bundle of a static HTML: HTML that carries its own style, and plain text.

    JupyterLab takes what stands between two dollar signs for mathematics, unless the class forbids it.
    """
    page = f'<style>{css(*css_names)}</style><div class="mathjax_ignore">{visible(markup)}</div>'
    return {"text/html": page, "text/plain": visible(text)}


_Units = tuple[tuple[float, str, float], ...]  # scale, unit, and up to which number it is used
_BYTES: _Units = ((1e3, "kB", 1000), (1e6, "MB", 1000), (1e9, "GB", 1000), (1e12, "TB", math.inf))
_SECONDS: _Units = (
    (1e-9, "ns", 1000),
    (1e-6, "µs", 1000),
    (1e-3, "ms", 1000),
    (1, "s", 600),
    (60, "min", 600),
    (3600, "h", math.inf),
)


def fmt_bytes(count: int | None) -> str:
    """A number of bytes: ``640 B``, ``38.6 kB`` (decimal units, three significant digits)."""
    if count is None:
        return "–"
    return f"{count} B" if abs(count) < 1000 else _scaled(count, _BYTES)


def fmt_duration(seconds: float | None) -> str:
    """A duration given in seconds: ``84.0 µs``, ``1.24 ms``, ``2.50 s``; ``–`` where it is not known."""
    if seconds is None or not math.isfinite(seconds):
        return "–"
    return "0 s" if abs(seconds) < 0.5e-9 else _scaled(seconds, _SECONDS)


def _scaled(value: float, units: _Units) -> str:
    """``value`` in the first unit that is large enough, also after rounding."""
    for scale, unit, below in units:
        number = value / scale
        digits = 2 if abs(number) < 9.995 else 1 if abs(number) < 99.95 else 0
        text = f"{number:.{digits}f} {unit}"
        if abs(round(number, digits)) < below:
            break
    return text
