"""Whatever a message, a name or an error says: no view lets through what hides text, turns it around or commands
a terminal, and JupyterLab typesets none of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import anywidget
import grpc
import pytest
from google.protobuf import struct_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import text
from helpers.servers.log import HandlerLog, HandlerRun
from helpers.views.bytelab import ByteLab
from helpers.views.bytes import bytes_of
from helpers.views.capture import CaptureView
from helpers.views.citymap import CityMap
from helpers.views.console.call import CallEvent, CallState, CallStatus
from helpers.views.console.html import console_html, console_text
from helpers.views.console.schema import Method
from helpers.views.kit import style
from helpers.views.kit.bars import Bars
from helpers.views.kit.card import card
from helpers.views.kit.table import Table
from helpers.views.networkmap import NetworkMap
from helpers.views.panels import Panel
from helpers.views.progressbar import ProgressBar
from helpers.views.timeline import CallSpan, Timeline
from helpers.views.whiteboard import Whiteboard
from helpers.wire.capture import Capture
from helpers.wire.direction import TO_SERVER
from helpers.wire.recording import Recording
from tests.views.capture.samples import ask, http1, unary
from tests.views.fanout import dispatch_pb2
from tests.views.trace.calls import call, moment
from tests.wire.build import PREFACE, headers
from tests.wire.build import settings as frame_settings

EVIL = "\x1b[31mred\x1b[0m \u202egnp.exe \u200b\u2066x\u2069 \x07\x9b1m $3 … $5 <b>&amp;"
HIDDEN = "\x00\x1b\x9b\u202e\u200b\u2028\ufeff\n\ta"


def a_card(said: str) -> object:
    return card("failed", said, said, said, code=said, table=[(said, 1)], header=(said, "n"))


def a_table(said: str) -> object:
    return Table([(said, 1), (said, 2)], (said, "n"), title=said, note=said)


def some_bars(said: str) -> object:
    return Bars({said: [1.0, 2.0]}, title=said, note=said)


def a_timeline(said: str) -> object:
    return Timeline((CallSpan(said, 0.0, finished=1.0, status=said, worker=said),), note=said)


def a_progress_bar(said: str) -> object:
    bar = ProgressBar(10, said)
    bar.failed(said)
    return bar


def a_map(said: str) -> object:
    city = CityMap()
    city.place(said, 1, 1)
    city.say(said, "failed")
    return city


def a_network_map(said: str) -> object:
    net = NetworkMap([said, "depot"], [(said, "depot")], title=said)
    net.state(said, said, "failed")
    net.count(said, {said: said})
    net.strip(said, [said])
    net.button(said, said, print)
    net.say(said)
    return net


def a_whiteboard(said: str) -> object:
    board = Whiteboard("Ada", "Bob")
    board.say("Ada", said)
    return board


def a_panel(said: str) -> object:
    panel = Panel(said or "Ada")
    panel.sent(said, said)
    panel.received(said, said)
    panel.note(said)
    panel.status("NOT_FOUND", said)
    return panel


def a_byte_lab(said: str) -> object:
    return ByteLab(said, "string")


def a_message(said: str) -> object:
    clean = said.encode("utf-8", "replace").decode()
    return bytes_of(struct_pb2.Struct(fields={clean: struct_pb2.Value(string_value=clean)}))


def a_call(said: str) -> object:
    return CaptureView(unary("5", said, f"/{said}/{said}"))


def a_web_request(said: str) -> object:
    return CaptureView(http1((0, TO_SERVER, ask(f"/{said.encode('utf-8', 'replace').decode()}"))))


def a_trace(said: str) -> object:
    return moment(
        (said, call(said, 0, 10, 2, details=said, x_request_id=said)),
        ("depot", call(said, 2, 8, x_request_id=said)),
    )


MAKERS: dict[str, Callable[[str], object]] = {
    maker.__name__: maker
    for maker in (
        a_card, a_table, some_bars, a_timeline, a_progress_bar, a_map, a_network_map, a_whiteboard, a_panel, a_byte_lab,
        a_message, a_call, a_web_request, a_trace,
    )
}  # fmt: skip


def pictures(value: object) -> Iterator[str]:
    """All that a value shows: HTML, text, and what its widget tells the page as markup."""
    bundle = value._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    yield data["text/html"]
    yield data["text/plain"]
    if isinstance(value, anywidget.AnyWidget):
        for name in ("html", "content"):
            yield json.dumps(getattr(value, name, ""), ensure_ascii=False)
    else:
        yield str(value)


def check(shown: str) -> None:
    assert text.visible(shown) == shown


@pytest.mark.parametrize("name", MAKERS)
@given(said=st.one_of(st.just(EVIL), st.text(st.characters(codec="utf-8")), st.text(HIDDEN)))
@settings(max_examples=15)
def test_nothing_hidden_gets_out(name, said):
    made = MAKERS[name](said)
    try:
        for shown in pictures(made):
            check(shown)
    finally:
        getattr(made, "close", lambda: None)()


@pytest.mark.parametrize("name", MAKERS)
def test_nothing_is_typeset_as_mathematics(name):
    made = MAKERS[name]("$3 … $5")
    html = next(iter(pictures(made)))
    getattr(made, "close", lambda: None)()
    assert re.search(r'<div class="mathjax_ignore">', html)
    assert (
        "$3"
        not in re.sub(r"<style>.*?</style>", "", html, flags=re.S).split('<div class="mathjax_ignore">')[0]
    )


def test_a_handler_log_shows_what_was_raised_in_one_line():
    log = HandlerLog()
    log.append(HandlerRun("/a/B", error=ValueError(EVIL + "\nsecond"), ended_at=0.0))
    check(log._repr_html_())
    check(repr(log))
    assert len(repr(log).splitlines()) == 2
    assert "mathjax_ignore" in log._repr_html_()
    assert "&lt;b&gt;" in log._repr_html_()


def test_reprs_of_what_was_captured_command_no_terminal():
    recording = Recording()
    recording.append(1, TO_SERVER, PREFACE + frame_settings())
    capture = Capture.begin(recording, title=EVIL)
    recording.append(1, TO_SERVER, headers([(":method", "POST"), (":path", f"/{EVIL}"), ("x", EVIL)]))
    capture.finish()
    for shown in (capture.text(), repr(capture), *map(repr, capture.frames)):
        check(shown)
    check(repr(capture.compare(capture)))
    sample = unary("5", EVIL, f"/{EVIL}")
    for each in (*sample.calls, *sample.frames):
        check(repr(each))


def test_the_console_shows_what_came_and_commands_no_terminal():
    status = CallStatus(grpc.StatusCode.NOT_FOUND, EVIL)
    entries, pairs = (CallEvent(0, 0.0, False, EVIL),), ((EVIL, EVIL),)
    account = CallState(entries, 1, 1, 1, 0, pairs, pairs, status, True, 0.1, False)
    method = Method(dispatch_pb2.DESCRIPTOR.services_by_name["DispatchService"].methods[0], EVIL)
    told = ("127.0.0.1:1", [method], method, account)
    for shown in style.bundle(console_html(*told), console_text(*told)).values():
        check(shown)
        assert r"\x1b[31mred" in shown
