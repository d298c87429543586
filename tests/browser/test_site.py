"""The book, built of two lessons: its pages work without a kernel, without a server and without the rest of the web."""

from __future__ import annotations

import copy
import http.server
import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from nbformat import v4
from playwright.sync_api import Browser, Page, expect

from tools.lab import SCREENSHOTS
from tools.lab_server import PATIENCE
from tools.lessons import ROOT, Lesson, find_lessons
from tools.site.book import build, check_target
from tools.site.execution import executed
from tools.site.pages import machine_folders, relative

pytestmark = pytest.mark.filterwarnings("ignore:.*Check CHANGES for Sphinx API modifications")
LARGEST = 1_500_000  # bytes of a lesson's page
START, WIRE = "00_start_here", "10_http2_on_the_wire"
# What the two lessons lack: a contract in a cell, the bytes of a message, a trace, a page in a frame, and paths.
MORE = """\
%%proto sample
syntax = "proto3";
message Sample { string text = 1; }

from helpers import bytes_of, trace
bytes_of(sample_pb2.Sample(text="Hello"))

with trace(front=wire) as drawn:
    greeter.SayHello(greeter_pb2.SayHelloRequest())
drawn

from IPython.display import IFrame
IFrame("http://127.0.0.1:1/", 300, 100)

import sys
print(sys.prefix, __import__("helpers").__file__)
"""


def with_more(lesson: Lesson, folder: Path) -> Lesson:
    """The start page with what the other lesson does not have either."""
    notebook = copy.deepcopy(lesson.notebook)
    notebook.cells[-2:-2] = [v4.new_code_cell(source) for source in MORE.split("\n\n")]
    nbformat.write(notebook, folder / lesson.path.name)
    return Lesson(folder / lesson.path.name)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a book of two lessons."""
    folder = tmp_path_factory.mktemp("site")
    known = {lesson.name: lesson for lesson in find_lessons()}
    lessons = [with_more(known[START], folder), known[WIRE]]
    with ThreadPoolExecutor() as pool:
        pages = dict(zip((START, WIRE), pool.map(executed, lessons), strict=True))
    build(pages, lessons, folder / "book", folder / "scratch")
    return folder / "book"


def test_a_book_takes_its_own_place_alone(book, tmp_path):
    assert {each.name for each in book.parent.iterdir()} == {f"{START}.ipynb", "book", "scratch"}
    check_target(book)
    (tmp_path / "work.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="something else than a book"):
        build({}, [], tmp_path, tmp_path / "scratch")
    assert [each.name for each in tmp_path.iterdir()] == ["work.txt"]


class Links(HTMLParser):
    """Where a page leads, and where in it one can be led."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.add(value or "")
            elif name in ("href", "src"):
                self.targets.append(value or "")


@pytest.fixture(scope="module")
def pages(book: Path) -> dict[str, Links]:
    return {file.name: Links(file.read_text(encoding="utf-8")) for file in book.glob("*.html")}


def test_every_link_leads_somewhere(book, pages):
    assert {"index.html", f"{START}.html", f"{WIRE}.html", "search.html"} <= pages.keys()
    broken = []
    for name, page in pages.items():
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme in ("https", "data"):
                continue
            there = unquote(parts.path) or name
            found = (book / there).is_file() and not parts.scheme
            if found and parts.fragment and there in pages:
                found = unquote(parts.fragment) in pages[there].ids
            broken += [] if found else [f"{name}: {target}"]
    assert broken == []


def test_nothing_is_asked_of_the_rest_of_the_web(book):
    loads = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=["']?(?:https?:)?//""")
    assert [file.name for file in book.glob("*.html") if loads.search(file.read_text(encoding="utf-8"))] == []


def test_no_folder_of_this_machine_is_named(book):
    files = [*book.glob("*.html"), *book.glob("*.js"), *book.glob("_static/views.*")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    named = [folder for folder in machine_folders() if re.search(rf"(?<![\w.~/-]){folder}(?![\w-])", text)]
    assert named == []
    assert "\x1b" not in text, "a terminal's colors are colors"
    assert "helpers/__init__.py" in text  # as the cell said it


def test_paths_stay_readable():
    root, tmp = str(ROOT), tempfile.gettempdir()
    assert relative(f'File "{root}/helpers/x.py", in {root}') == 'File "helpers/x.py", in .'
    assert relative(f"{tmp}/lesson-1/tmp/a.proto: ../../..{tmp}/b") == "tmp/a.proto: tmp/b"
    assert (
        relative(f"\x1b[31m{tmp}/c\x1b[0m at http://host{tmp}/d")
        == f"\x1b[31mtmp/c\x1b[0m at http://host{tmp}/d"
    )


def test_a_lesson_is_small(book):
    sizes = {name: (book / f"{name}.html").stat().st_size for name in (START, WIRE)}
    assert all(0 < size <= LARGEST for size in sizes.values()), sizes


def test_exercises_are_folded(book):
    text = (book / f"{WIRE}.html").read_text(encoding="utf-8")
    folds = re.findall(r'<div class="hog-folds">.*?</div>', text, re.DOTALL)
    assert (
        len(folds) == 5
    )  # of three exercises hints and solution, and of two of them the answers to choose from
    assert "<details open" not in "".join(folds)
    assert text.count("<summary>Solution</summary>") == 1
    assert text.count("<summary>Answer</summary>") == 2
    assert ".hint()</span>" not in text
    assert "Not attempted" not in text


def test_contracts_have_their_colors(book):
    text = (book / f"{START}.html").read_text(encoding="utf-8")
    assert re.search(r'<span class="k">%%proto sample', text)
    assert re.search(r'<span class="kd">message</span>', text)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(params=["from a folder", "from a server"])
def address(request: pytest.FixtureRequest, book: Path) -> Iterator[str]:
    """Where the book is opened."""
    if request.param == "from a folder":
        yield book.as_uri()
    else:
        with served(book) as url:
            yield url


@pytest.fixture
def open_page(browser: Browser, address: str, own_loop: None) -> Iterator[Callable[..., Page]]:
    """Opens a page of the book; whatever leaves the book, or goes wrong on it, is found at the end."""
    wrong: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE * 1000)

    def look(page: Page) -> None:
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("requestfailed", lambda request: wrong.append(f"failed: {request.url}"))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith((address, "data:")) else wrong.append(f"left: {request.url}")
            ),
        )

    def open_(name: str, dark: bool = False) -> Page:
        page = context.new_page()
        look(page)
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.goto(f"{address}/{name}")
        return page

    yield open_
    context.close()
    assert wrong == []


def test_a_call_can_be_clicked_on_the_start_page(open_page):
    page = open_page("index.html")
    call = page.locator(".hog-awake .gv-call").first
    expect(call).to_be_visible()
    assert call.bounding_box()["y"] < 900, "in the first screenful"
    call.get_by_text(":status 200").click()
    expect(call.locator(".gv-call-say")).to_contain_text("The server begins its answer")
    # From a byte to its meaning, and from the tree to the bytes.
    call.get_by_text("SayHelloRequest").first.click()
    call.locator(".gv-tree-row", has_text=re.compile("^.?name.?'Ada'")).first.click()
    expect(call.locator(".gv-tree-row[aria-selected=true]")).to_contain_text("Ada")
    call.get_by_role("tab", name="Flow control").click()
    expect(call.locator(".gv-call-windows")).to_be_visible()
    page.get_by_role("link", name="10 Read HTTP/2 on the wire").first.click()
    expect(page).to_have_title(re.compile("Read HTTP/2 on the wire"))


def test_header_tables_can_be_stepped_through(open_page):
    page = open_page(f"{WIRE}.html")
    tables = page.locator(".hog-awake .gv-hpack").first
    expect(tables).to_have_attribute("data-shown", re.compile("to_server 1$"))
    tables.get_by_role("button", name="Next header block").click()
    expect(tables).to_have_attribute("data-shown", re.compile("to_server 2$"))
    expect(tables.locator(".gv-hpack-picture")).to_contain_text("Request 2")
    # To the answer of the same call.
    tables.get_by_role("button", name="Responses and trailers").click()
    expect(tables.locator(".gv-hpack-picture")).to_contain_text("Response 2")
    tables.locator(".gv-hpack-slider").press("End")
    expect(tables).to_have_attribute("data-shown", re.compile("to_client 6$"))
    assert page.locator(".hog-alive:not(.hog-awake)").count() == 0
    # What needs a kernel is a picture, and says so.
    expect(page.get_by_text("The controls work in the notebook")).to_be_visible()
    expect(page.locator(".hog-control input[type=range]").first).to_be_disabled()


def test_bytes_are_linked_with_their_fields(open_page):
    page = open_page(f"{START}.html")
    bytes_ = page.locator(".hog-awake .gv-bytemap").last
    row = bytes_.locator(".gv-tree-row", has_text=re.compile("^.?text.?'Hello'")).first
    row.click()
    expect(row).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("They are drawn here")).to_be_visible()
    expect(page.get_by_text("a page that a server of the lesson serves")).to_be_visible()


def test_a_trace_has_the_frames_of_its_calls_beneath(open_page):
    page = open_page(f"{START}.html")
    trace = page.locator(".hog-awake", has=page.locator(".gv-tr-live"))
    trace.locator("[data-call]").click()
    expect(trace.locator(".gv-call")).to_contain_text("SayHello")
    trace.locator("[data-call]").press("Enter")
    expect(trace.locator(".gv-call")).to_have_count(0)


def test_diagrams_follow_the_switch_to_dark(open_page):
    page = open_page(f"{START}.html")
    diagram = page.locator(".hog-diagram-box img").first
    expect(diagram).to_be_visible()
    light = diagram.get_attribute("src")
    background = "document.querySelector('.gv-call') && getComputedStyle(document.querySelector('.gv-call')).backgroundColor"
    before = page.evaluate(background)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    expect(diagram).not_to_have_attribute("src", light)
    assert page.evaluate(background) != before


def test_search_finds_a_lesson(open_page):
    page = open_page("search.html?q=hpack")
    expect(page.locator("ul.search a").first).to_have_attribute("href", re.compile(WIRE))


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_fit(browser, book, own_loop, width, theme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    for name in ("index", START, WIRE):
        page.goto(f"{book.as_uri()}/{name}.html")
        expect(page.locator(".hog-alive:not(.hog-awake)")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        SCREENSHOTS.joinpath("site").mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / "site" / f"{name}-{width}-{theme}.png")
    context.close()
