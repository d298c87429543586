"""Encrypted connections in the picture, and a tap's own handshakes: what is said of them."""

from __future__ import annotations

import re
import ssl

import pytest

from helpers.views.capture.encode import kind_of
from helpers.views.capture.explain import explain_frame
from helpers.views.capture.html import capture_html, capture_text
from helpers.views.capture.summary import Head
from helpers.wire.connection import Connection
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from tests.wire.tls.talk import NAME, at_most, captured, no_version_in_common, talk

TLS12 = at_most(ssl.TLSVersion.TLSv1_2)
SEVERAL = [("what", "1 encrypted connection"), ("goods", "readable messages")]


def test_the_title_says_that_it_is_encrypted():
    capture = captured(talk())
    head = Head(capture)()
    assert {key: head[key] for key, _ in SEVERAL} == dict(SEVERAL)
    (note,) = head["notes"]
    assert note == capture.notes[0]
    lines = capture_text(capture).splitlines()
    assert lines[0].startswith("1 encrypted connection, 14 frames, 0 B of readable messages in 2.")
    assert "The connection is encrypted: TLS 1.3" in lines[1] + lines[2]
    assert any("──────▶ TLS  ClientHello: offers TLS 1.3 or TLS 1.2" in line for line in lines)
    assert len(re.findall(r"TLS  encrypted, \d+ B", "\n".join(lines))) == 10


def test_the_picture_has_a_row_for_each_record():
    told = capture_html(captured(talk()))
    assert told.count('<span class="gv-call-chip">TLS</span>') == 14
    assert NAME in told
    assert "No gRPC call" not in told


def test_what_was_not_agreed_on_is_not_called_encrypted():
    head = Head(captured(talk(no_version_in_common)))()
    assert head["what"] == ""
    assert head["notes"][0].startswith("The connection is not encrypted: TLS was begun, and not agreed on; ")


def test_what_is_drawn_how():
    kinds = {
        each.summary.partition(":")[0].partition(",")[0]: kind_of(each) for each in captured(talk()).frames
    }
    assert kinds == {
        "ClientHello": "headers",
        "ServerHello": "headers",
        "change cipher spec": "tcp",
        "encrypted": "tcp",
    }
    assert kind_of(captured(talk(no_version_in_common)).frames[-1]) == "reset"
    goodbye = captured([(TO_SERVER, b"\x15\x03\x03\x00\x02\x01\x00")]).frames[0]
    assert kind_of(goodbye) == "tcp"
    assert "will send no more (close_notify)" in explain_frame(goodbye)


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        (None, 0, "The client begins with TLS, in the clear"),
        (None, 1, "From these two halves both compute the same keys"),
        (None, 2, "TLS 1.3 does without it; the server sends it"),
        (None, 3, "An encrypted record"),
        (TLS12, 2, "The server shows who it is"),
        (TLS12, 3, "A part of the handshake, in the clear"),
        (TLS12, 6, "From here on the client sends everything encrypted"),
        (TLS12, 7, "An encrypted record"),
        (no_version_in_common, -1, "The server gives up: protocol_version"),
    ],
)
def test_what_each_record_is(change, place, says):
    found = captured(talk(change) if change else talk()).frames[place]
    assert says in explain_frame(found)


def test_what_the_tap_has_agreed_on_and_who_has_refused():
    agreed, refused = (
        Connection().event(direction, event)[0]
        for direction, event in (
            (TO_CLIENT, "HANDSHAKE: TLS 1.3, ALPN h2"),
            (TO_SERVER, "REJECTED: The client speaks no TLS: \x1b[0m <b>"),
        )
    )
    assert (kind_of(agreed), kind_of(refused)) == ("tcp", "reset")
    assert explain_frame(agreed).startswith(
        "The server and the tap have agreed to speak TLS with each other: TLS 1.3"
    )
    assert explain_frame(refused) == "The client speaks no TLS: \\x1b[0m <b>"
    assert agreed.control
    assert not refused.control
