"""HTTP/1.1 beside HTTP/2: exchanges in the summary, in the frames, and as lanes."""

from __future__ import annotations

import dataclasses
import struct

import pytest

from helpers.views.capture import CaptureView
from helpers.views.capture.concurrency import at_once, counted
from helpers.views.capture.encode import frame_batch
from helpers.views.capture.explain import explain_frame
from helpers.views.capture.html import capture_html, capture_text
from helpers.views.capture.lanes import MOST_LANES, WIDTH, lanes_text
from helpers.views.capture.lanes_html import lanes_html
from helpers.views.capture.summary import MOST_CALLS, Head, summarize_call
from tests.views.capture.samples import (
    MS,
    TO_CLIENT,
    TO_SERVER,
    FakeCapture,
    answer,
    ask,
    frame,
    http1,
    in_line,
    pipelined,
    unary,
)

NASTY = "/<img src=x onerror=alert(1)>\u202e"


def side_by_side(count: int = 20) -> FakeCapture:
    """Calls on streams of one connection, begun 1 ms apart; call n takes 10 × n ms."""
    frames, calls = [], []
    for n in range(count):
        stream, end = 2 * n + 1, n + 10 * (n + 1)
        request = {
            ":method": "POST",
            ":path": "/courier.v1.QuoteService/GetQuote",
            "content-type": "application/grpc",
        }
        head = frame(2 * n, "HEADERS", headers=request, flags=5, stream=stream, at=n)
        tail = frame(
            2 * n + 1, "HEADERS", TO_CLIENT, headers={"grpc-status": "0"}, flags=5, stream=stream, at=end
        )
        frames += [head, tail]
        calls.append(
            dataclasses.replace(
                unary().calls[0],
                stream=stream,
                frames=(head, tail),
                messages=(),
                start_ns=n * MS,
                end_ns=end * MS,
            )
        )
    frames.sort(key=lambda each: each.t_ns)
    return FakeCapture(frames, calls)


def lane_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(("exchange ", "stream "))]


def test_the_summary_of_http1_counts_exchanges():
    head = Head(in_line(20))()
    assert (head["what"], head["goods"], head["moreCalls"]) == ("20 exchanges", "bodies", 0)
    assert head["payload"] == 20 * len(b"690")
    third = head["calls"][2]
    assert (third["exchange"], third["stream"], third["method"]) == (3, 0, "GET /quote?w=3")
    assert (third["sign"], third["word"], third["short"], third["state"]) == ("✓", "200 OK", "200", "done")
    assert (third["took"], third["payload"], third["kind"]) == (pytest.approx(0.03), 3, "HTTP/1.1")
    for told in (capture_text(in_line(20)), capture_html(in_line(20))):
        assert "20 exchanges" in told
        assert "of bodies in" in told
        assert "No gRPC call" not in told
        assert "0 calls" not in told


def test_a_single_exchange_is_told_as_a_call_is():
    text = capture_text(http1((0, TO_SERVER, ask("/quote")), (12, TO_CLIENT, answer())))
    assert text.startswith(
        "✓ 200 OK  GET /quote (HTTP/1.1) in 12.0 ms, 1 request, 1 response, 3 frames, 3 B of bodies in"
    )


def test_both_kinds_are_counted_apart():
    assert counted(0, 1) == "1 exchange"
    assert counted(1, 0) == "1 call"
    assert counted(3, 20) == "3 calls and 20 exchanges"
    assert counted(0, 0) == ""
    mixed = FakeCapture(
        [*unary().frames, *http1((9, TO_SERVER, ask("/")), connection=2).frames], unary().calls
    )
    head = Head(mixed)()
    assert head["what"] == "1 call and 1 exchange"
    assert head["goods"] == "messages and bodies"
    assert [each["kind"] for each in head["calls"]] == ["unary", "HTTP/1.1"]


@pytest.mark.parametrize(
    ("end", "state", "word", "note"),
    [
        (answer(b"", "302 Found"), "done", "302 Found", ""),
        (answer(b"", "503 Service Unavailable"), "failed", "503 Service Unavailable", ""),
        (b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", "done", "200", ""),
        (b"", "running", "running", ""),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "failed",
            "malformed",
            "not the size of a chunk",
        ),
    ],
)
def test_how_an_exchange_went(end, state, word, note):
    (told,) = Head(http1((0, TO_SERVER, ask("/")), *([(5, TO_CLIENT, end)] if end else [])))()["calls"]
    assert (told["state"], told["word"], told["note"]) == (state, word, note)


def test_an_answer_that_began_before_the_capture():
    capture = FakeCapture(in_line(1).frames[2:])
    (told,) = Head(capture)()["calls"]
    assert (told["method"], told["sign"], told["word"], told["short"]) == ("?", "✓", "answered", "answered")


def test_a_connection_that_ends_cuts_an_exchange():
    capture = http1((0, TO_SERVER, ask("/")))
    end = frame(1, "FIN", TO_CLIENT, stream=0, at=7)
    (told,) = Head(FakeCapture([*capture.frames, end]))()["calls"]
    assert (told["state"], told["word"], told["note"]) == (
        "failed",
        "no answer",
        "the server closed the connection",
    )


def test_plain_http2_requests_are_told_with_method_and_status():
    head = {":method": "GET", ":path": "/quote?w=1"}
    asked = frame(0, "HEADERS", headers=head, flags=5)
    got = frame(1, "HEADERS", TO_CLIENT, headers={":status": "404"}, flags=4)
    body = frame(2, "DATA", TO_CLIENT, b"nothing", flags=1)
    call = dataclasses.replace(
        unary().calls[0],
        frames=(asked, got, body),
        request_headers=asked.headers,
        response_headers=got.headers,
        trailers=(),
        messages=(),
    )
    told = summarize_call(call, 0)
    assert (told["method"], told["service"], told["kind"]) == ("GET /quote?w=1", "", "HTTP/2")
    assert (told["sign"], told["word"], told["payload"], told["goods"]) == ("✗", "HTTP 404", 7, "bodies")


def test_records_tell_exchanges_from_streams():
    capture = FakeCapture([*pipelined().frames, *unary().frames])
    content, records = frame_batch(capture, capture.frames, 0)
    found = [struct.unpack_from("<dIIIIII", records, 32 * n) for n in range(content["count"])]
    assert [(bits & 0x400 > 0, number) for _, _, number, _, _, _, bits in found[:4]] == [
        (True, 1),
        (True, 2),
        (True, 3),
        (True, 1),
    ]
    assert [(bits & 0x400, number) for _, _, number, _, _, _, bits in found[-5:]] == [(0, 1)] * 5


def test_the_frames_face_shows_the_number_of_the_exchange(parse):
    text = capture_text(pipelined())
    assert "exchange" in next(line for line in text.splitlines() if "server" in line)
    assert [line.split()[2] for line in text.splitlines() if "GET /" in line and "▶" in line] == [
        "1",
        "2",
        "3",
    ]
    assert "Exchange" in parse(capture_html(pipelined())).text
    both = FakeCapture(
        [*unary().frames, *http1((9, TO_SERVER, ask("/")), connection=2).frames], unary().calls
    )
    assert "conn·str" in capture_text(both)
    assert "2·1" in capture_text(both)
    assert "Stream" in parse(capture_html(unary())).text


def test_words_say_which_request_is_answered():
    told = [explain_frame(each) for each in pipelined().frames]
    assert told[1].startswith("The client's HTTP/1.1 request number 2 on this connection.")
    assert told[3].startswith("The server's answer to request number 1. The head is plain text")
    assert "answers come in the order of the requests" in told[5]
    assert told[4] == "3 B of the body of the answer to request number 1. It is complete with this."
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    waits = b"HTTP/1.1 100 Continue\r\n\r\n"
    told = [
        explain_frame(each)
        for each in http1((0, TO_SERVER, ask("/")), (1, TO_CLIENT, waits + chunked)).frames
    ]
    assert told[1].startswith(
        "The server says that it has seen request number 1; its answer is still to come."
    )
    assert told[-1] == "The end of the body of the answer to request number 1: a chunk of no bytes."


def test_at_most_at_once():
    assert at_once([]) == 0
    assert at_once([(0, 0)]) == 1
    assert at_once([(0, 1), (1, 2), (2, 3)]) == 1
    assert at_once([(0, 3), (1, 2), (2, 4)]) == 2


def test_requests_that_wait_in_line_are_a_staircase():
    text = lanes_text(in_line(20))
    lanes = lane_lines(text)
    assert len(lanes) == 20
    assert lanes[2].startswith("exchange 3   GET /quote?w=3   ✓ 200")
    begins = [line.rindex("▶") if "▶" in line else line.rindex("◀") for line in lanes]
    ends = [line.rindex("◀") for line in lanes]
    assert begins == sorted(begins)
    assert all(end <= begin + 1 for end, begin in zip(ends, begins[1:], strict=False)), (
        "none begins before the end"
    )
    assert "20 exchanges on 1 connection, in 2.12 s: at most 1 at the same time." in text
    assert "waited" not in text, "who waits for an answer before it asks again is not in line on the wire"


def test_streams_overlap():
    text = lanes_text(side_by_side(20))
    lanes = lane_lines(text)
    assert lanes[0].startswith("stream 1   GetQuote  ✓ OK")
    assert len({line.index("▶") for line in lanes}) <= 6, "all begin at the left"
    assert "20 calls on 1 connection, in 219 ms: at most 19 at the same time." in text, (
        "the first ends at 10 ms"
    )


def test_pipelined_requests_show_how_long_they_waited(parse):
    text = lanes_text(pipelined())
    first, second, third = lane_lines(text)
    assert "·" not in first
    assert second.count("·") == pytest.approx(WIDTH * 10 / 35, abs=2)
    assert third.count("·") == pytest.approx(WIDTH * 30 / 35, abs=2)
    assert "✗ 404" in second
    expected = (
        "Answers come in the order of the requests: 2 answers waited in line behind others, 30.0 ms at most."
    )
    assert expected in text
    assert "· waits in line" in text
    page = parse(lanes_html(pipelined()))
    assert expected in page.text
    queues = [attributes for tag, attributes in page.elements if attributes.get("class") == "gv-call-queue"]
    assert len(queues) == 3, "two lanes, and the legend"
    told = [attributes["aria-label"] for tag, attributes in page.elements if "aria-label" in attributes]
    assert "3 frames from 0 s to 35.0 ms, waited in line 30.0 ms" in told
    assert "gv-call-queue" not in lanes_html(in_line(3))


def test_static_lanes_tell_the_same(parse):
    html, text = lanes_html(in_line(20)), lanes_text(in_line(20))
    page = parse(html)
    assert [tag for tag, _ in page.elements].count("tr") == 21
    for word in ("exchange 20", "GET /quote?w=20", "200", "20 exchanges on 1 connection", "2.12 s"):
        assert word in page.text
        assert word in text
    assert "200 ms" in page.text, "how long it took"
    assert {"scope": "row"} in [attributes for tag, attributes in page.elements if tag == "th"]
    assert len(html) < 40_000


def test_many_lanes_and_long_streams_stay_small():
    many = lanes_text(in_line(MOST_LANES + 5))
    assert len(lane_lines(many)) == MOST_LANES
    assert "and 5 more lanes" in many
    long = FakeCapture([frame(n, "DATA", TO_CLIENT, b"x", at=n) for n in range(20_000)])
    assert len(lanes_html(long)) < 60_000
    assert lane_lines(lanes_text(long))[0].endswith("◀" + "•" * (WIDTH - 2) + "◀")


def test_many_exchanges_are_cut_and_counted(monkeypatch):
    monkeypatch.setattr("helpers.views.capture.summary.MOST_CALLS", 10)
    head = Head(in_line(12))()
    assert (len(head["calls"]), head["moreCalls"], head["what"]) == (10, 2, "12 exchanges")
    assert head["pace"].startswith("The first 10 exchanges on 1 connection")
    assert MOST_CALLS > 100


def test_several_connections_have_their_number():
    both = FakeCapture([*in_line(2).frames, *http1((3, TO_SERVER, ask("/")), connection=2).frames])
    text = lanes_text(both)
    assert "1·2  GET /quote?w=2  ✓ 200" in text
    assert "2·1  GET /           … running" in text
    assert "3 exchanges on 2 connections" in text


def test_frames_of_the_connection_have_a_lane_where_they_are_few():
    opened = frame(0, "OPEN", stream=0)
    capture = FakeCapture([opened, *in_line(2).frames])
    assert any(line.startswith("connection  ") for line in lanes_text(capture).splitlines())
    own = [frame(n, "PING", payload=bytes(8), stream=0) for n in range(20)]
    text = lanes_text(FakeCapture([*own, *in_line(2).frames]))
    assert "connection  " not in text
    assert "and 20 more frames of the connection itself" in text


def test_opening_and_closing_many_connections_needs_no_lanes(parse):
    frames = []
    for number in range(1, 4):
        asked = http1((number, TO_SERVER, ask("/")), (9, TO_CLIENT, answer()), connection=number).frames
        opened = frame(0, "OPEN", stream=0, connection=number, at=0)
        frames += [opened, *asked, frame(4, "FIN", stream=0, connection=number, at=10)]
    text = lanes_text(FakeCapture(frames))
    assert [line[:3] for line in text.splitlines() if "·1 " in line] == ["1·1", "2·1", "3·1"]
    assert "connection  " not in text
    assert "and 6 more frames of the connection itself (OPEN, FIN)" in text
    assert parse(lanes_html(FakeCapture(frames))).text.count("GET /") == 6, "in the list, and as lanes"
    only = [frame(0, "OPEN", stream=0, connection=number, at=number) for number in (1, 2)]
    assert "connection" in lanes_text(FakeCapture(only)), "what there is, is drawn"


@pytest.mark.parametrize("make", [lanes_html, lanes_text])
def test_nothing_recorded(make):
    assert "Make a call inside" in make(FakeCapture())
    assert "Nothing has come yet" in make(FakeCapture(open=True))


def test_hostile_paths_stay_text(parse):
    capture = http1(
        (0, TO_SERVER, ask(NASTY.replace(" ", "+"))), (1, TO_CLIENT, answer(b"", "200 <b>OK</b>\x1b[1m"))
    )
    page = parse(lanes_html(capture))
    assert not {"img", "b"} & page.tags()
    for shown in (page.text, lanes_text(capture), str(CaptureView(capture, "streams").get_state("snapshot"))):
        assert not set("\u202e\x1b") & set(shown)
        assert "<img+src=x" in shown


def test_the_static_face_of_lanes_is_lanes():
    bundle = CaptureView(in_line(3), "streams")._repr_mimebundle_()
    assert "gv-call-lanetable" in bundle["text/html"]
    assert bundle["text/plain"] == lanes_text(in_line(3))
    assert 'class="gv-call-table gv-call-lanetable"' not in CaptureView(in_line(3)).static()["text/html"]
