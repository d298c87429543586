"""`ProgressBar`: how far an upload has come. `ipywidgets.FloatProgress` would send every step, and lose the last."""

from __future__ import annotations

import time

import traitlets

from ..kit import style
from ..kit.esm import Esm
from ..kit.saved import SavedAtTheEnd
from ..kit.style import escape, fmt_bytes

OUTCOMES = {"": "", "done": "✓", "failed": "✗"}


class ProgressBar(SavedAtTheEnd):
    """A bar that grows with what was transferred; `advance` may be called from any thread, at any rate.

    Args:
        total: how many bytes (or other things) there will be, larger than 0.
        label: what is transferred.
        unit: ``"B"`` for bytes, shown as kB and MB; ``"%"`` for a share alone; anything else is shown after the
            number.

    Raises:
        ValueError: where ``total`` is not larger than 0.
    """

    _esm = Esm("views/progressbar/widget.js")
    _css = style.css("views/progressbar/style.css")
    static_css = ("views/progressbar/style.css",)
    html = traitlets.Unicode().tag(sync=True)

    def __init__(self, total: float, label: str = "", unit: str = "B", **traits: object) -> None:
        if not total > 0:
            raise ValueError(f"total must be larger than 0, not {total}")
        self.total, self.label, self.unit = total, str(label), unit
        self._value = 0.0
        self._began: float | None = None
        self._ended: float | None = None
        self._outcome, self._text = "", ""
        super().__init__(**traits)
        self.html = self._static_html()

    @property
    def value(self) -> float:
        """How much was transferred."""
        return self._value

    def advance(self, amount: float) -> None:
        """``amount`` more was transferred; the first call starts the clock."""
        with self._lock:
            self._tick()
            self._value += amount
        self._news()

    def done(self, text: object = "") -> None:
        """The transfer is over and went well; ``text`` is shown beside the bar."""
        self._end("done", text)

    def failed(self, text: object = "") -> None:
        """The transfer is over and did not go well; ``text`` is shown beside the bar, which stays where it was."""
        self._end("failed", text)

    def reset(self, total: float | None = None) -> None:
        """Starts over, with another ``total`` where one is given."""
        with self._lock:
            self.total = total or self.total
            self._value, self._began, self._ended, self._outcome, self._text = 0.0, None, None, "", ""
        self._news()

    def __str__(self) -> str:
        with self._lock:
            return " ".join(
                part for part in (self.label, self._amount(), self._rate(), self._ending()) if part
            )

    def _static_text(self) -> str:
        with self._lock:
            filled = round(20 * self._share())
            return f"[{'#' * filled}{'.' * (20 - filled)}] {self}"

    def _push(self) -> int:
        self.html = self._static_html()
        return len(self.html)

    def _tick(self) -> None:
        if self._began is None:
            self._began = time.monotonic()

    def _end(self, outcome: str, text: object) -> None:
        with self._lock:
            self._tick()
            self._outcome, self._text, self._ended = outcome, str(text), time.monotonic()
        self._news()

    def _share(self) -> float:
        return min(1.0, max(0.0, self._value / self.total))

    def _number(self, value: float) -> str:
        return fmt_bytes(round(value)) if self.unit == "B" else f"{value:,.0f} {self.unit}"

    def _amount(self) -> str:
        if self.unit == "%":
            return f"{100 * self._share():.0f} %"
        return f"{self._number(self._value)} of {self._number(self.total)}"

    def _rate(self) -> str:
        if self._began is None or self.unit == "%":
            return ""
        seconds = (self._ended or time.monotonic()) - self._began
        # The first moments say nothing about the speed.
        return f"{self._number(self._value / seconds)}/s" if seconds > 0.05 and self._value else ""

    def _ending(self) -> str:
        return f"{OUTCOMES[self._outcome]} {self._text or self._outcome}" if self._outcome else ""

    def _static_html(self) -> str:
        with self._lock:
            percent = f"{100 * self._share():.1f}"
            state = self._outcome or ("running" if self._began is not None else "empty")
            words = escape(self._amount())
            ending = escape(self._ending())
            return (
                f'<div class="gv gv-bar gv-bar-{state}" data-state="{state}"><div class="gv-bar-head">'
                f'<strong>{escape(self.label)}</strong><span class="gv-muted">{words}</span>'
                f'<span class="gv-muted">{escape(self._rate())}</span><span class="gv-bar-end">{ending}</span></div>'
                f'<div class="gv-bar-track" role="progressbar" aria-label="{escape(self.label or "progress")}" '
                f'aria-valuemin="0" aria-valuemax="100" aria-valuenow="{percent}" aria-valuetext="{words} {ending}">'
                f'<div class="gv-bar-fill" style="width:{percent}%"></div></div></div>'
            )
