from __future__ import annotations

import dataclasses
import struct
import sys
import threading
import time

import pytest

from helpers.views.bytes.encode import MOST_BYTES
from helpers.views.capture import CaptureView, show
from helpers.views.capture import encode as calls_encode
from helpers.views.capture import widget as calls
from helpers.views.capture.encode import KINDS, frame_batch, kind_of, label
from helpers.views.capture.html import capture_html, capture_text
from helpers.views.capture.summary import Head
from helpers.views.capture.windows import encode_windows
from helpers.views.kit import lifecycle
from helpers.wire import Capture
from helpers.wire.decoder import Decoder
from helpers.wire.http2.flow_control import WindowSample
from helpers.wire.recording import Recording
from tests.views.capture.samples import TO_CLIENT, TO_SERVER, FakeCapture, frame, unary

NASTY = "<img src=x onerror=alert(1)>\u202e\x1b[31m\0"


@pytest.fixture
def sent(monkeypatch):
    """What views send to the page, as ``(content, buffers)``."""
    messages = []
    monkeypatch.setattr(
        CaptureView, "send", lambda self, content, buffers=None: messages.append((content, buffers))
    )
    return messages


def until(condition) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def updates() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "view updates"]


def times(content, records) -> list[float]:
    return [struct.unpack_from("<d", records, 32 * n)[0] for n in range(content["count"])]


def test_kinds_follow_the_visual_language():
    capture = unary()
    assert [kind_of(each) for each in capture.frames] == [
        "control",
        "headers",
        "data",
        "headers",
        "data",
        "trailers",
    ]
    assert kind_of(frame(1, "RST_STREAM", payload=bytes(4))) == "reset"
    assert kind_of(frame(1, "OPEN")) == "tcp"
    assert kind_of(frame(1, "DATA", problem="cut")) == "malformed"


def test_a_batch_is_one_record_a_frame():
    capture = unary()
    content, records = frame_batch(capture, capture.frames, 2)
    assert (content["from"], content["count"], len(records)) == (2, 4, 4 * 32)
    assert times(content, records) == [0.002, 0.202, 0.202, 0.203]
    _, connection, stream, size, text, name, bits = struct.unpack_from("<dIIIIII", records, 32)
    assert (connection, stream, size) == (1, 1, 19)
    assert content["texts"][name] == "HEADERS"
    assert content["texts"][text] == ":status 200"
    assert KINDS[bits & 0xFF] == "headers"
    assert bits & 0x100, "to the client"


def test_labels_show_the_message():
    capture = unary()
    assert (
        label(capture.frames[2], capture.locate(capture.frames[2])[1])
        == "message {field 1: 1200}, END_STREAM"
    )
    assert label(capture.frames[5]) == "trailers, grpc-status 0 OK"


def test_the_summary_counts_and_names_the_outcome():
    head = Head(unary("5", "no parcel"))()
    (call,) = head["calls"]
    assert (call["state"], call["sign"], call["word"], call["note"]) == (
        "failed",
        "✗",
        "NOT_FOUND",
        "no parcel",
    )
    assert (call["service"], call["method"], call["kind"]) == ("courier.v1.QuoteService", "GetQuote", "unary")
    assert (call["sent"], call["got"], call["payload"], call["took"]) == (1, 1, 6, 0.202)


def test_ended_calls_are_summed_up_once():
    capture = unary()
    head = Head(capture)
    assert head()["calls"][0] is head()["calls"][0]
    capture.calls = (dataclasses.replace(capture.calls[0], end_ns=None),)
    assert head()["calls"][0]["took"] is None


def test_windows_become_lines(monkeypatch):
    capture = unary()
    samples = [
        WindowSample(n, 1, TO_CLIENT, stream, 1000 - n, -1, n) for n in range(5000) for stream in (0, 1)
    ]
    monkeypatch.setattr(capture, "windows", lambda: tuple(samples))
    first, second = encode_windows(capture)["series"]
    assert (first["stream"], first["toServer"]) == (0, False)
    assert len(first["t"]) < 1500
    assert min(first["w"]) == 1000 - 4999, "the lowest point is never thinned out"
    assert first["t"] == sorted(first["t"])
    assert second["stream"] == 1


def test_static_faces_tell_the_same(parse):
    html, text = capture_html(unary()), capture_text(unary())
    page = parse(html)
    assert {"table", "svg", "line", "path", "bdi"} <= page.tags()
    for word in (
        "GetQuote",
        "HEADERS",
        "DATA",
        "message {field 1: 1200}",
        "trailers, grpc-status 0 OK",
        "200 ms",
    ):
        assert word in page.text
        assert word in text
    assert "client to server" in page.text, "an arrow has words, too"
    assert "… 200 ms …" in text
    assert text.splitlines()[0].startswith("✓ OK  courier.v1.QuoteService/GetQuote (unary)")


def test_many_frames_show_the_first_and_the_last():
    frames = [frame(n, "DATA", payload=b"x" * (n + 1)) for n in range(1000)]
    html, text = (make(FakeCapture(frames)) for make in (capture_html, capture_text))
    assert html.count('<tr class="gv-call-data') == 60
    assert "… 940 more frames …" in text
    assert "DATA  30 B" in text
    assert "DATA  31 B" not in text
    assert text.endswith("DATA  1000 B")
    assert len(html) < 80_000


def test_the_connections_own_frames_are_left_out_where_they_are_many():
    own = [frame(n, "PING", payload=bytes(8), stream=0) for n in range(20)]
    text = capture_text(FakeCapture([*own, frame(20, "DATA")]))
    assert "and 20 more frames of the connection itself" in text
    assert "PING  " not in text
    assert "PING" in capture_text(FakeCapture(own))


def test_nothing_recorded():
    for is_open, expected in ((False, "Make a call inside"), (True, "Nothing has come yet")):
        capture = FakeCapture(open=is_open)
        assert expected in capture_text(capture)
        assert expected in capture_html(capture)


def test_hostile_text_stays_text(parse):
    capture = unary("3", NASTY, path=f"/a.B/{NASTY}")
    page = parse(capture_html(capture))
    assert not {"img", "script"} & page.tags()
    assert NASTY[:28] in page.text
    for shown in (page.text, capture_text(capture), str(CaptureView(capture).get_state("snapshot"))):
        assert not set("\u202e\x1b\0") & set(shown)


def test_a_capture_at_the_end_of_a_cell_has_all_three_faces():
    bundle = Capture(Decoder(), [], start_ns=0, end_ns=0)._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert len(bundle["text/html"]) < 60_000
    assert updates() == [], "a closed capture needs no thread"


def test_an_unknown_face_is_refused():
    with pytest.raises(ValueError, match="one of frames, streams, windows"):
        show(unary(), tab="lanes")


def test_the_snapshot_has_the_details_of_a_small_capture():
    snapshot = CaptureView(unary()).get_state("snapshot")["snapshot"]
    assert set(snapshot["details"]) == {"0", "1", "2", "3", "4", "5"}
    detail = snapshot["details"]["2"]
    raw = snapshot["raw"][detail["at"] : detail["at"] + detail["length"]]
    assert raw == unary().frames[2].raw
    assert detail["tree"][:5] == [0, 17, "frame", None, "DATA"]


def test_an_open_capture_is_followed_to_its_end(sent):
    capture = FakeCapture(open=True)
    CaptureView(capture)
    frames = [frame(n, "DATA", payload=bytes([n % 256])) for n in range(2000)]
    capture.grow(frames[:1500])
    until(lambda: sent)
    capture.grow(frames, open=False)
    until(lambda: not updates())
    known: dict[int, float] = {}
    for content, buffers in sent:
        assert content["from"] <= len(known), "no gap"
        known.update(enumerate(times(content, buffers[0]), content["from"]))
    assert known == {n: n / 1000 for n in range(2000)}
    assert [content["head"]["open"] for content, _ in sent][-1] is False
    assert sent[-1][0]["from"] >= 1500, "what is known is not sent again"
    assert sent[-1][0]["details"], "at the end the first frames come with their meaning"


def test_nothing_is_sent_while_nothing_happens(sent):
    capture = FakeCapture([frame(0, "DATA")], open=True)
    view = CaptureView(capture)
    view.stop()
    sent.clear()
    view._snapshot()
    view._push()
    assert sent == []


def test_frames_that_were_replaced_are_sent_again(sent):
    frames = [frame(n, "DATA") for n in range(400)]
    view = CaptureView(FakeCapture(frames, open=True))
    view.stop()
    view._snapshot()
    frames[350] = dataclasses.replace(frames[350], problem="cut short")
    view.capture.frames = tuple(frames)
    sent.clear()
    view._push()
    assert sent[0][0]["from"] == 350


def test_a_page_can_ask(sent):
    view = CaptureView(unary())
    view._receive({"type": "detail", "frame": 5})
    (content, buffers) = sent.pop()
    assert content["detail"]["say"].startswith("The server ends the call")
    assert buffers[0] == view.capture.frames[5].raw
    view._receive({"type": "detail", "frame": 99})
    view._receive({"type": "detail", "frame": -1})
    assert sent == []
    view._receive({"type": "frames", "have": 4})
    assert sent.pop()[0]["from"] == 0, "few frames are sent as a whole"
    view._receive({"type": "labels", "frames": [2, 99]})
    assert sent.pop()[0]["texts"] == {"2": "message {field 1: 1200}, END_STREAM"}
    view._receive({"type": "windows"})
    assert sent.pop()[0]["windows"] == {"series": [], "more": 0}


def test_too_much_is_cut_and_said(monkeypatch):
    for module in (calls, sys.modules["helpers.views.capture.summary"]):
        monkeypatch.setattr(module, "MOST_FRAMES", 50)
    snapshot = CaptureView(FakeCapture(frame(n, "DATA") for n in range(80))).get_state("snapshot")["snapshot"]
    assert (snapshot["count"], snapshot["head"]["frames"], snapshot["head"]["hidden"]) == (50, 80, 30)


def test_megabytes_are_cut():
    big = FakeCapture([frame(0, "DATA", payload=bytes(1_000_000))])
    raw = bytearray()
    detail = calls_encode.frame_detail(big, big.frames[0], raw)
    assert len(raw) == MOST_BYTES
    assert detail["cut"] == 1_000_009 - MOST_BYTES
    assert CaptureView(big).get_state("snapshot")["snapshot"]["details"] == {}


def test_nothing_runs_for_an_open_capture_while_nothing_passes(sent):
    recording = Recording()
    capture = Capture.begin(recording)
    CaptureView(capture)
    assert updates() == []
    recording.append(1, TO_SERVER, b"", "OPEN")
    until(lambda: len(sent) == 1)
    until(lambda: not updates())
    recording.append(1, TO_SERVER, b"", "FIN")
    until(lambda: len(sent) == 2)


def test_the_end_of_a_capture_is_sent_without_waiting(sent, monkeypatch):
    recording = Recording()
    capture = Capture.begin(recording)
    view = CaptureView(capture)
    monkeypatch.setattr(view._pacer, "_period", 3600)
    recording.append(1, TO_SERVER, b"", "OPEN")
    until(lambda: sent)
    recording.append(1, TO_SERVER, b"", "FIN")
    capture.finish()
    until(lambda: not updates())
    assert sent[-1][0]["head"]["open"] is False
    assert sent[-1][0]["count"] == 2


def test_a_view_that_was_stopped_follows_no_more(sent):
    recording = Recording()
    capture = Capture.begin(recording)
    view = CaptureView(capture)
    lifecycle.stop_all()
    recording.append(1, TO_SERVER, b"", "OPEN")
    capture.finish()
    assert updates() == []
    assert sent == []
    view.close()


def test_a_view_that_is_closed_leaves_no_widget():
    from ipywidgets.widgets import widget

    before = set(widget._instances)
    view = show(unary())
    assert set(widget._instances) > before
    view.close()
    assert set(widget._instances) == before
