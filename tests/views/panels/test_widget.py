"""Panels of messages: a real conversation of two clients over one server, and their pictures."""

from __future__ import annotations

import queue
import threading

import grpc
import pytest

from helpers.views.kit import lifecycle
from helpers.views.panels import Panel, Panels
from helpers.views.panels.html import KEEP
from tests.views.fanout import PATIENCE, dispatch_pb2, dispatching, until


@pytest.fixture
def dispatch():
    with dispatching() as made:
        yield made


@pytest.fixture
def panels():
    made = Panels("dispatcher", "Ada")
    yield made
    made.close()
    until(lambda: leftovers() == [])


@pytest.fixture
def panel():
    made = Panel("Ada")
    yield made
    made.close()
    until(lambda: leftovers() == [])


def leftovers() -> list[str]:
    names = ("view updates", "panel", "panel cancel")
    return [thread.name for thread in threading.enumerate() if thread.name in names]


def join(stub, panel):
    """What a lesson's cell does: a queue-fed call, its panel, and a thread that reads the answers."""
    outbox = queue.SimpleQueue()

    def requests():
        for text in iter(outbox.get, None):
            panel.sent(text)
            yield dispatch_pb2.TalkRequest(author=panel.name, text=text)

    call = stub.Talk(requests())

    def receive():
        try:
            for reply in call:
                panel.received(reply.text, reply.author)
        except grpc.RpcError:
            pass

    reader = threading.Thread(target=receive, daemon=True)
    reader.start()
    panel.on_send(outbox.put)
    panel.on_half_close(lambda: outbox.put(None))
    panel.on_stop(lambda: outbox.put(None))
    panel.hold(call)
    return reader


def texts(panel):
    return [(row["kind"], row["author"], row["text"]) for row in panel.events.items]


def test_two_clients_talk_over_one_server(dispatch, panels):
    stub, servicer = dispatch
    readers = [join(stub, panel) for panel in panels]
    until(lambda: len(servicer.clients) == 2)
    panels["dispatcher"].click("send", "P-1 to Mill Lane 4")
    until(lambda: ("received", "dispatcher", "P-1 to Mill Lane 4") in texts(panels["Ada"]))
    panels["Ada"].click("send", "on my way")
    until(lambda: ("received", "Ada", "on my way") in texts(panels["dispatcher"]))
    panels["Ada"].click("half-close")
    until(lambda: panels["Ada"]._label == "OK")
    panels["dispatcher"].click("cancel")
    until(lambda: panels["dispatcher"]._label == "CANCELLED")
    text = panels.static()["text/plain"]
    assert "Ada · → 1 sent, ← 2 received · ✓ OK" in text
    assert "dispatcher · → 1 sent, ← 2 received · ✗ CANCELLED" in text
    assert "← dispatcher: P-1 to Mill Lane 4" in text
    with pytest.raises(ValueError, match="nothing"):
        panels["Ada"].click("send", "too late")
    for reader in readers:
        reader.join(PATIENCE)
        assert not reader.is_alive()


@pytest.mark.parametrize("how", ["stop", "close", "stop_all"])
def test_stopping_leaves_no_call_open(dispatch, how):
    stub, servicer = dispatch
    panels = Panels("dispatcher", "Ada")
    readers = [join(stub, panel) for panel in panels]
    until(lambda: len(servicer.clients) == 2)
    {"stop": panels.stop, "close": panels.close, "stop_all": lifecycle.stop_all}[how]()
    for reader in readers:
        reader.join(PATIENCE)
        assert not reader.is_alive()
    until(lambda: leftovers() == [])
    panels.close()


def test_joining_again_cancels_the_earlier_call(dispatch, panel):
    stub, servicer = dispatch
    first = join(stub, panel)
    until(lambda: len(servicer.clients) == 1)
    second = join(stub, panel)
    first.join(PATIENCE)
    assert not first.is_alive()
    until(lambda: panel._label == "open")
    panel.click("send", "still here")
    until(lambda: ("received", "Ada", "still here") in texts(panel))
    panel.stop()
    second.join(PATIENCE)


def test_after_a_half_close_nothing_is_sent_but_cancel_works(panel):
    got = []
    panel.on_send(got.append)
    panel.on_half_close(lambda: got.append("half-closed"))
    panel.on_cancel(lambda: got.append("cancelled"))
    panel.status("open")
    for button, text in (("send", "one"), ("half-close", ""), ("send", "two"), ("cancel", "")):
        panel._receive({"type": button, "text": text})
    until(lambda: sorted(got) == ["cancelled", "half-closed", "one"])
    assert got.index("one") < got.index("half-closed"), "in the order they were clicked"
    assert panel._enabled() == ["cancel"]
    panel.status(grpc.StatusCode.DEADLINE_EXCEEDED, "too slow")
    assert panel._enabled() == []
    assert "✗ DEADLINE_EXCEEDED: too slow" in panel.static()["text/plain"]
    panel.status("open")
    assert panel._enabled() == ["send", "half-close", "cancel"]


def test_cancel_does_not_wait_for_a_callback_that_blocks(panel):
    release = threading.Event()
    panel.on_send(lambda text: release.wait(PATIENCE))
    panel.on_cancel(release.set)
    panel.click("send", "x")
    panel.click("cancel")
    assert release.wait(PATIENCE)


def test_an_exception_in_a_callback_is_shown_and_the_next_message_goes_on(panel, parse):
    got = []

    def send(text):
        if text == "bad":
            raise LookupError("<b>no courier</b>")
        got.append(text)

    panel.on_send(send)
    panel.click("send", "bad")
    until(lambda: panel._problem)
    tree = parse(panel.static()["text/html"].partition("</style>")[2])
    assert "b" not in tree.tags()
    assert "<b>no courier</b>" in tree.text
    assert 'raise LookupError("<b>no courier</b>")' in panel.static()["text/plain"]
    panel.click("send", "good")
    until(lambda: got == ["good"])
    assert panel._problem is None


def test_ten_thousand_messages_are_few_updates_and_the_last_is_shown(panel):
    updates = []
    panel.observe(lambda change: updates.append(change["new"]), "news")
    for number in range(10_000):
        panel.received(f"message {number}")
    panel._pacer.flush(PATIENCE)
    assert len(updates) < 500
    assert "message 9999" in updates[-1]["items"][-1]
    assert updates[-1]["count"] == 10_000
    assert len(panel.events.items) == KEEP
    text = panel.static()["text/plain"]
    assert f"{10_000 - KEEP:,} earlier ones are not kept." in text
    assert "0 sent, ← 10,000 received" in text


def test_messages_from_many_threads_are_all_counted_in_the_order_of_the_clock(panel):
    def work(name):
        for _ in range(100):
            panel.sent("x", name)

    workers = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    times = [row["at"] for row in panel.events.items]
    assert times == sorted(times)
    assert panel._counts["sent"] == 800


def test_a_servers_panel_points_the_other_way():
    panels = Panels("Ada", "server", server="server")
    panels["Ada"].sent("hello")
    panels["server"].received("hello")
    panels["server"].sent("welcome")
    panels["Ada"].received("welcome")
    for panel in panels:
        text = panel.static()["text/plain"]
        assert "→ hello" in text
        assert "← welcome" in text
    assert "← 1 sent, → 1 received" in panels["server"].static()["text/plain"]
    panels.close()


def test_everything_is_text(parse):
    evil = "<img src=x onerror=alert(1)>"
    panel = Panel(evil)
    panel.sent(evil + "2", evil + "3")
    panel.note(evil + "4")
    panel.status("UNKNOWN", evil + "5")
    tree = parse(panel.static()["text/html"].partition("</style>")[2])
    assert "img" not in tree.tags()
    for number in ("", "2", "3", "4", "5"):
        assert evil + number in tree.text
    panel.sent("a\u202eb\x1b")
    assert r"a\u202eb\x1b" in panel.static()["text/plain"], "nothing hides or turns around"
    panel.close()


def test_empty_panels_say_so_and_clear_starts_over(panels):
    assert panels.static()["text/plain"].count("No messages yet.") == 2
    panels["Ada"].sent("x")
    panels.clear()
    panels["Ada"].sent("y")
    assert "0.000 s  → y" in panels["Ada"].static()["text/plain"]
    assert panels["Ada"].events.epoch == 1


def test_names_that_are_not_there_are_refused(panels):
    with pytest.raises(KeyError, match="dispatcher, Ada"):
        panels["Ben"]
    with pytest.raises(ValueError, match="different"):
        Panels("Ada", "Ada")
    with pytest.raises(ValueError, match="not among"):
        Panels("Ada", server="Ben")


def test_the_widgets_carry_their_static_faces(panels):
    panels["Ada"].sent("hello")
    data = panels._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "hello" in data["text/html"]
    assert "hello" in data["text/plain"]
    assert data["text/html"].count("<style>") == 1
