"""A real JupyterLab in headless Chromium, for tests that do what a learner does.

`Lab` is a browser page on a :class:`tools.lab_server.LabServer`; `OpenNotebook` is a notebook open in
that page.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, TimeoutError, ViewportSize

from tools.lab_server import PATIENCE, LabServer
from tools.lessons import ROOT

SCREENSHOTS = ROOT / "screenshots"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]
HOW_TO_GET_CHROMIUM = (
    "no Chromium found: install it (Debian and Ubuntu: `apt-get install chromium`) or name one in CHROMIUM"
)
VIEWPORT: ViewportSize = {"width": 1280, "height": 900}

# What JupyterLab itself and the browser say on the console in a healthy run.
# anywidget gives up waiting for a module after two seconds; the widget comes all the same (kit/module.js), or `errors`
# finds that it does not.
_NOISE = (
    "favicon",
    "ResizeObserver loop",
    "WebGL",
    "preloaded using link preload",
    "Failed to initialize model.",
)

_KERNEL_STATUS = "window.jupyterapp?.shell?.currentWidget?.context?.sessionContext?.session?.kernel?.status"
_CELLS = "window.jupyterapp?.shell?.currentWidget?.content?.widgets"
_ALL_RAN = f"""() => {{
    const cells = {_CELLS}.filter(cell => cell.model.type === 'code' && cell.model.sharedModel.source.trim());
    const failed = cell => !cell.model.getMetadata('tags')?.includes('raises-exception')
        && cell.model.sharedModel.getOutputs().some(output => output.output_type === 'error');
    return cells.some(failed) || cells.every(cell => cell.model.executionCount !== null);
}}"""
_IDS = f"JSON.stringify({_CELLS}?.map(cell => cell.model.id))"
_OUTPUTS = f"""() => {_CELLS}.map(cell => ({{
    id: cell.model.id,
    type: cell.model.type,
    outputs: cell.model.type === 'code' ? cell.model.sharedModel.getOutputs() : [],
}}))"""

_TO_THE_FRONT = """path => {
    const mine = [...jupyterapp.shell.widgets('main')].find(widget => widget.context?.path === path);
    if (mine && jupyterapp.shell.currentWidget !== mine) jupyterapp.shell.activateById(mine.id);
}"""

# A word of at most 24 letters, or a number with its unit, whose boxes lie on more than one line.
_BROKEN_TEXT = r"""() => {
    const whole = /(?<![^\s(“"'])(?:\p{L}{3,24}|[\d.,]+\s(?:[kMG]?B|[nµm]?s|min|h|%))(?=[\s.,:;)”"']|$)/gu;
    const found = [];
    for (const root of document.querySelectorAll('.jp-OutputArea-output .gv')) {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        for (let text = walker.nextNode(); text; text = walker.nextNode()) {
            if (text.parentElement.closest('style, svg, pre, .gv-sr')) continue;
            for (const match of text.data.matchAll(whole)) {
                const range = document.createRange();
                range.setStart(text, match.index);
                range.setEnd(text, match.index + match[0].length);
                const lines = [...range.getClientRects()].filter(box => box.width > 0.5);
                if (new Set(lines.map(box => Math.round(box.top))).size > 1)
                    found.push(`${match[0]} (${text.parentElement.className}: ${text.data.slice(0, 80)})`);
            }
        }
    }
    return found;
}"""


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome: from the variable CHROMIUM, or from the usual names."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


_CLOSE_ALL = """async () => {
    for (const widget of [...jupyterapp.shell.widgets('main')]) {
        if (widget.context) {
            widget.context.model.dirty = false;
            await widget.context.sessionContext.shutdown().catch(() => {});
        }
        widget.dispose();
    }
}"""
_OPEN = """async path => {
    const opened = await jupyterapp.commands.execute('docmanager:open', {path});
    await opened.context.ready;
    // JupyterLab shows its launcher where nothing is open.
    for (const other of [...jupyterapp.shell.widgets('main')]) if (other !== opened) other.dispose();
}"""


class Lab:
    """A browser page on a `LabServer`. `messages` are the errors on its console."""

    def __init__(self, browser: Browser, server: LabServer, screenshots: Path = SCREENSHOTS) -> None:
        self.server = server
        self.screenshots = screenshots
        self.messages: list[str] = []
        self._ended: set[str] = set()
        self._context = browser.new_context(viewport=VIEWPORT, reduced_motion="reduce")
        self._context.set_default_timeout(PATIENCE * 1000)
        self.page: Page = self._context.new_page()
        self.page.on("console", self._note)
        self.page.on("pageerror", self._note_error)
        # A dialog about unsaved changes must not keep the page open.
        self.page.on("dialog", lambda dialog: dialog.accept())

    def open(self, path: str, theme: str = "light") -> OpenNotebook:
        """Open a notebook, by its path in the served folder, in a fresh kernel.

        What was open before is closed, and its kernel ends. JupyterLab is loaded where the page does not show it yet,
        which takes longer than anything else. Returns once the kernel is idle: Run All does nothing before.

        Args:
            path: such as ``notebooks/02_unary.ipynb``.
            theme: ``"light"`` or ``"dark"``.
        """
        notebook = OpenNotebook(self, path)
        cells = json.loads((self.server.root / path).read_text(encoding="utf-8"))["cells"]
        ids = [cell["id"] for cell in cells]
        loaded = self._is_loaded()
        self.close_notebooks()
        self.page.set_viewport_size(VIEWPORT)
        for patience in (PATIENCE / 2, PATIENCE):
            # Now and then JupyterLab on a busy machine never hears of its kernel; a learner would load again.
            with contextlib.suppress(*() if patience == PATIENCE else (AssertionError,)):
                if loaded:
                    self.page.evaluate(_OPEN, path)
                else:
                    self._load(path)
                notebook._wait(
                    f"() => {_IDS} === JSON.stringify({json.dumps(ids)})", patience, "the notebook's cells"
                )
                notebook.wait_idle(patience)
                break
            loaded = False
        if loaded:
            self.messages.clear()  # what the notebook before has left
        # The file browser takes a quarter of the width that the notebook's pictures need.
        self.page.evaluate("jupyterapp.shell.collapseLeft()")
        notebook.set_theme(theme)
        return notebook

    def close_notebooks(self) -> None:
        """Close what is open, without saving, and end all kernels."""
        for session in self.server.request("GET", "/api/sessions"):
            self._ended |= {session["id"], session["kernel"]["id"]}
        if self._is_loaded():
            self.page.evaluate(_CLOSE_ALL)
        self.server.shut_down_kernels()
        self.messages.clear()

    def close(self) -> None:
        """Close the page and end its kernels."""
        self._context.close()
        self.server.shut_down_kernels()

    def _load(self, path: str) -> None:
        self.messages.clear()
        self.page.goto(f"{self.server.url}/lab/tree/{path}?token={self.server.token}&reset")
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")

    def _is_loaded(self) -> bool:
        """Whether the page shows JupyterLab, and nothing lies on top of it."""
        ready = "() => Boolean(window.jupyterapp?.shell) && !document.querySelector('.jp-Dialog')"
        loaded: bool = self.page.evaluate(ready)
        return loaded

    def _note_error(self, error: Error) -> None:
        if not any(noise in error.message for noise in _NOISE):
            self.messages.append(f"{error.name}: {error.message}")

    def _note(self, message: ConsoleMessage) -> None:
        where = f"{message.text} ({message.location.get('url', '')})"
        # JupyterLab may still ask for what was just closed.
        if message.type == "error" and not any(noise in where for noise in (*_NOISE, *self._ended)):
            self.messages.append(where)


class OpenNotebook:
    """A notebook open in JupyterLab. `page` is Playwright's page, for clicking and looking."""

    def __init__(self, lab: Lab, path: str) -> None:
        self.lab = lab
        self.page = lab.page
        self.path = path

    @property
    def panel(self) -> Locator:
        """The notebook's part of the page."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def cell(self, cell_id: str) -> Locator:
        """The cell with this id."""
        # JupyterLab may bring something of its own to the front, such as its launcher.
        self.page.evaluate(_TO_THE_FRONT, self.path)
        self._wait(
            f"() => {_CELLS}?.some(cell => cell.model.id === '{cell_id}')", PATIENCE, f"the cell {cell_id}"
        )
        ids = [cell["id"] for cell in self.page.evaluate(_OUTPUTS)]
        return self.panel.locator(".jp-Notebook .jp-Cell").nth(ids.index(cell_id))

    def wait_idle(self, timeout: float = PATIENCE) -> None:
        """Wait until the kernel has nothing to do (`timeout` in seconds)."""
        self._wait(f"() => {_KERNEL_STATUS} === 'idle'", timeout, "the kernel to be idle")

    def set_theme(self, theme: str) -> None:
        """Switch JupyterLab to its ``"light"`` or ``"dark"`` theme."""
        names = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
        if self.page.evaluate("document.body.dataset.jpThemeLight") == (
            "true" if theme == "light" else "false"
        ):
            return
        change = "async theme => { await jupyterapp.commands.execute('apputils:change-theme', {theme}) }"
        self.page.evaluate(change, names[theme])
        light = "true" if theme == "light" else "false"
        self.page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=light)
        self.page.wait_for_timeout(300)  # JupyterLab takes the old theme's styles away a moment later

    def run_all(self, timeout: float = PATIENCE) -> None:
        """Run all cells, and return when they have run or one has failed (`timeout` in seconds)."""
        self.page.evaluate(
            """() => {
                window.ranAll = undefined;
                const run = jupyterapp.commands.execute('notebook:run-all-cells');
                run.then(() => { window.ranAll = 'done' }, error => { window.ranAll = String(error) });
            }"""
        )
        self._wait("() => window.ranAll !== undefined", timeout, "all cells to run")
        # For JupyterLab that is all where a cell fails, though it is tagged to do so and those after it go on.
        self._wait(_ALL_RAN, timeout, "all cells to run")
        self.wait_idle(timeout)
        self.wait_drawn(timeout)

    def wait_drawn(self, timeout: float = PATIENCE) -> None:
        """Wait until every widget that a cell displays is in the page (`timeout` in seconds)."""
        drawn = """() => [...document.querySelectorAll('.jp-OutputArea-output')]
            .filter(node => node.dataset.mimeType === 'application/vnd.jupyter.widget-view+json')
            .every(node => node.querySelector('.jupyter-widgets, .jupyter-widget') && !node.innerText
                .includes('Loading widget'))"""
        self._wait(drawn, timeout, "every widget to be drawn")

    def cell_outputs(self, cell_id: str | None = None) -> Any:
        """Return the outputs of one cell, or of all as ``{cell id: outputs}``, in the notebook format."""
        found = {cell["id"]: cell["outputs"] for cell in self.page.evaluate(_OUTPUTS)}
        return found if cell_id is None else found[cell_id]

    def errors(self) -> list[str]:
        """Return everything a learner would see as broken: error outputs, text on standard error,
        widgets that could not be drawn, dialogs, and errors on the browser's console."""
        found = []
        for cell_id, outputs in self.cell_outputs().items():
            for output in outputs:
                if output["output_type"] == "error":
                    found.append(f"{cell_id}: {output['ename']}: {output['evalue']}")
                elif output.get("name") == "stderr":
                    found.append(f"{cell_id}: stderr: {output['text']}")
        for text in ("Error displaying widget", "Error creating widget", "Loading widget..."):
            found += [text] * self.panel.get_by_text(text).count()
        found += [f"dialog: {dialog.inner_text()}" for dialog in self.page.locator(".jp-Dialog").all()]
        return found + [f"console: {message}" for message in self.lab.messages]

    def broken_text(self) -> list[str]:
        """Return the words, and the numbers with their units, that stand on two lines in what the course draws."""
        found: list[str] = self.page.evaluate(_BROKEN_TEXT)
        return found

    def value(self, expression: str) -> Any:
        """Return the value of a Python expression in the notebook's kernel; it must be JSON-like."""
        ask = f"__import__('json').dumps({expression})"
        reply = self.page.evaluate(
            """async expression => {
                const kernel = jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
                const content = {code: '', silent: true, user_expressions: {value: expression}};
                return (await kernel.requestExecute(content).done).content.user_expressions.value;
            }""",
            ask,
        )
        if reply["status"] != "ok":
            raise ValueError(f"{expression}: {reply['ename']}: {reply['evalue']}")
        return json.loads(ast.literal_eval(reply["data"]["text/plain"]))

    def screenshot(self, name: str, target: Locator | None = None) -> Path:
        """Save a picture of the page, or of one element, as ``screenshots/NAME.png``."""
        path = self.lab.screenshots / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        (target or self.page).screenshot(path=path, animations="disabled")
        return path

    def screenshots(self, name: str) -> list[Path]:
        """Save pictures of the whole notebook, one a screen, as ``screenshots/NAME-01.png`` and so on."""
        scroller = self.panel.locator(".jp-WindowedPanel-outer").first
        height, view = scroller.evaluate("node => [node.scrollHeight, node.clientHeight]")
        step = max(1, view - 40)  # A little of each screen is on the next, so that no line is cut in both.
        pictures = []
        # Chromium is asked itself: Playwright's own pictures take nearly twice the processor time, and these are many.
        chromium, box = self.page.context.new_cdp_session(self.page), self.panel.bounding_box()
        for number in range(1 + max(0, -(-(height - view) // step))):
            scroller.evaluate("(node, top) => { node.scrollTop = top }", number * step)
            self._settle()
            taken = chromium.send("Page.captureScreenshot", {"clip": {**(box or {}), "scale": 1}})
            pictures.append(self.lab.screenshots / f"{name}-{number + 1:02}.png")
            pictures[-1].parent.mkdir(parents=True, exist_ok=True)
            pictures[-1].write_bytes(base64.b64decode(taken["data"]))
        chromium.detach()
        scroller.evaluate("node => { node.scrollTop = 0 }")
        return pictures

    def _wait(self, function: str, timeout: float, what: str) -> None:
        try:
            self.page.wait_for_function(function, timeout=timeout * 1000)
        except TimeoutError as error:
            dialogs = [dialog.inner_text() for dialog in self.page.locator(".jp-Dialog").all()]
            status = self.page.evaluate(f"() => String({_KERNEL_STATUS})")
            raise AssertionError(
                f"{self.path}: waited {timeout:g} s for {what}; kernel {status}; dialogs {dialogs};"
                f" console {self.lab.messages}"
            ) from error

    def _settle(self) -> None:
        # Two frames: one to lay out what came into view, one to paint it.
        frames = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        self.page.evaluate(frames)
