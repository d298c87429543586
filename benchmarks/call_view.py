"""The live call view in JupyterLab: frames taken in a second, updates sent, and how long a redraw takes.

A kernel replays recorded frames at a given rate into an open capture while its view is on the page; then the
same view, with all of them, is scrolled, filtered and shown as lanes. A second capture is a real
server stream of 20,000 messages through a tap, as fast as it goes.

    uv run python -m benchmarks.call_view
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

from tools.lab import CHROMIUM_ARGUMENTS, HOW_TO_GET_CHROMIUM, Lab, LabServer, OpenNotebook, find_chromium

SETUP = '''import time
import grpc
from IPython.display import display
from helpers import protos, serve
from helpers.views.capture.widget import CaptureView
from helpers.wire import tap

ticker_pb2, ticker_pb2_grpc = protos.compile_cell("ticker", """
syntax = "proto3";
package ticker.v1;
message Tick { int32 number = 1; string text = 2; }
service Ticker { rpc Watch(Tick) returns (stream Tick); }
""")


class Ticker(ticker_pb2_grpc.TickerServicer):
    def Watch(self, request, context):
        for number in range(request.number):
            yield ticker_pb2.Tick(number=number, text="a tick")


wire = tap(serve(Ticker()))
ticker = ticker_pb2_grpc.TickerStub(grpc.insecure_channel(wire.address))


class Counted(CaptureView):
    """Counts what it sends."""

    updates = 0

    def send(self, content, buffers=None):
        Counted.updates += 1
        super().send(content, buffers)


class Replay:
    """A capture that grows by its frames at an even rate."""

    def __init__(self, capture, frames, rate):
        self._capture, self._all, self._rate = capture, frames, rate
        self.begun, self.open = time.monotonic(), True

    def __getattr__(self, name):
        return getattr(self._capture, name)

    @property
    def frames(self):
        return self._all[: int((time.monotonic() - self.begun) * self._rate)]'''

REAL = """Counted.updates = 0
with wire.capture() as stream:
    display(Counted(stream).add_class("t-real"))
    time.sleep(1)
    began = time.monotonic()
    count = sum(1 for _ in ticker.Watch(ticker_pb2.Tick(number=20_000)))
    took = time.monotonic() - began
real_updates = Counted.updates"""

REPLAY = """Counted.updates = 0
frames = (stream.frames * (1 + {frames} // len(stream.frames)))[:{frames}]
replay = Replay(stream, frames, {rate})
shown = Counted(replay, control=True).add_class("t-replay")
display(shown)
time.sleep(len(frames) / {rate} + 0.3)
replay.open = False
shown._feed.join()
replay_updates = Counted.updates"""

# What the page saw: each change of the number of frames shown, with its time.
WATCH = """() => {
    window.seen = { real: [], replay: [] };
    window.blocked = 0;
    new PerformanceObserver(list => list.getEntries().forEach(e => {
        window.blocked = Math.max(window.blocked, e.duration);
    })).observe({ type: 'longtask' });
    new MutationObserver(list => list.forEach(({ target }) => {
        if (!target.matches?.('.gv-call')) return;
        const name = target.closest('.t-real') ? 'real' : 'replay';
        window.seen[name].push([performance.now(), Number(target.dataset.frames)]);
    })).observe(document.body, { subtree: true, childList: true, attributeFilter: ['data-frames'] });
}"""

# Each redraw with its layout, in milliseconds.
REDRAW = """async () => {
    const view = document.querySelector('.t-replay .gv-call');
    const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    const found = {};
    const time = async (name, act) => {
        found[name] = [];
        for (let n = 0; n < 30; n++) {
            await frame();
            const began = performance.now();
            act(n);
            view.getBoundingClientRect();
            found[name].push(performance.now() - began);
        }
    };
    view.scrollIntoView();
    const diagram = view.querySelector('.gv-call-diagram');
    const scroll = (node, n) => {
        node.scrollTop = (n * 48611 * 7) % node.scrollHeight;
        node.dispatchEvent(new Event('scroll'));
    };
    await time('scroll', n => scroll(diagram, n));
    await time('select a frame', () => diagram.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' })));
    await time('connection frames on, off', () => view.querySelector('.gv-call-toggle input').click());
    view.querySelector('[data-tab=streams]').click();
    await time('streams: draw all anew', () => view.querySelector('.gv-call-toggle input').click());
    return found;
}"""


def measure(frames: int, rate: int) -> None:
    """Print the figures."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit(HOW_TO_GET_CHROMIUM)
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        LabServer(Path(folder)) as server,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        lab = Lab(browser, server)
        sources = (SETUP, REAL, REPLAY.format(frames=frames, rate=rate))
        cells = [nbformat.v4.new_code_cell(text, id=f"cell-{n}") for n, text in enumerate(sources)]
        kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})
        notebook = lab.open(server.write("scratch/call_view.ipynb", book))
        notebook.page.evaluate(WATCH)
        notebook.run_all()
        done = "() => [...document.querySelectorAll('.gv-call')].filter(n => n.dataset.state === 'done').length === 2"
        notebook.page.wait_for_function(done)
        if notebook.errors():
            raise SystemExit("\n".join(notebook.errors()))
        _report(notebook, frames, rate)
        lab.close()
        browser.close()


def _report(notebook: OpenNotebook, frames: int, rate: int) -> None:
    seen = notebook.page.evaluate("window.seen")
    blocked = notebook.page.evaluate("window.blocked")
    total, took = notebook.value("[len(stream.frames), took]")
    print(
        f"stream of 20,000 messages: {total} frames in {took:.1f} s, {total / took:,.0f} frames/s while drawn"
    )
    _intake("  ", seen["real"], total, notebook.value("real_updates"))
    print(f"replay of {frames} frames at {rate:,} frames/s")
    _intake("  ", seen["replay"], frames, notebook.value("replay_updates"))
    print(f"longest time the page was busy: {blocked:.0f} ms")
    print(f"redraw at {frames} frames            median     worst of 30")
    for name, times in notebook.page.evaluate(REDRAW).items():
        print(f"  {name:<30} {statistics.median(times):6.1f} ms {max(times):8.1f} ms")


def _intake(indent: str, seen: list, total: int, updates: int) -> None:
    steps = [(at, count) for at, count in seen if count]
    (first, begun), shown = steps[0], steps[-1][1]
    seconds = (next(at for at, count in steps if count == shown) - first) / 1000
    print(f"{indent}taken in by the page: {(shown - begun) / seconds:,.0f} frames/s")
    print(f"{indent}updates sent: {updates}, {updates / seconds:.1f} a second")
    print(f"{indent}last frame shown: {'yes' if shown == total else f'no ({shown} of {total})'}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=50_000)
    parser.add_argument("--rate", type=int, default=10_000, help="frames a second")
    arguments = parser.parse_args()
    measure(arguments.frames, arguments.rate)
