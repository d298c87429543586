"""TLS records: what can be read of real handshakes, and what becomes of broken ones."""

from __future__ import annotations

import itertools
import ssl

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.wire.capture import Capture
from helpers.wire.connection import Connection
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.tls import names
from helpers.wire.tls.reader import MESSAGE_LIMIT
from helpers.wire.tls.records import TlsRecord
from tests.wire.build import Sent, records
from tests.wire.test_any_bytes import deep_size
from tests.wire.tls.talk import (
    NAME,
    another_group,
    at_most,
    captured,
    handshake,
    mutual,
    no_version_in_common,
    nothing,
    record,
    talk,
)

C, S = TO_SERVER, TO_CLIENT
TLS12 = at_most(ssl.TLSVersion.TLSv1_2)
CHANGES = [nothing, TLS12, mutual, another_group, no_version_in_common]
EVERY = pytest.mark.parametrize("change", CHANGES, ids=["1.3", "1.2", "mutual", "retry", "alert"])


def told(capture: Capture, direction: str) -> list[str]:
    return [each.summary for each in capture.frames if each.direction == direction]


def test_tls_13_shows_the_two_hellos_and_sizes():
    capture = captured(talk())
    hello = "offers TLS 1.3 or TLS 1.2; server name quotes.courier.example; ALPN h2, http/1.1"
    assert told(capture, C)[:2] == [f"ClientHello: {hello}", "change cipher spec, 1 B"]
    assert told(capture, S)[0].startswith("ServerHello: TLS 1.3, TLS_AES_256_GCM_SHA384, ")
    rest = [each for each in capture.frames if not each.handshakes and each.type != names.CHANGE_CIPHER_SPEC]
    assert rest
    assert all(each.encrypted and each.summary == f"encrypted, {len(each.payload)} B" for each in rest)
    assert not any(each.handshakes[0].certificates for each in capture.frames if each.handshakes)
    assert capture.calls == ()


def test_tls_12_shows_the_certificate_too():
    capture = captured(talk(TLS12))
    shown = [message.name for each in capture.frames for message in each.handshakes]
    assert shown[:6] == [
        "ClientHello",
        "ServerHello",
        "Certificate",
        "ServerKeyExchange",
        "ServerHelloDone",
        "ClientKeyExchange",
    ]
    (der,) = next(
        each for frame in capture.frames for each in frame.handshakes if each.certificates
    ).certificates
    names_in_it = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert names_in_it.value.get_values_for_type(x509.DNSName) == [NAME]
    ends = [each.summary for each in capture.frames if each.encrypted]
    assert sorted({each.rpartition(", ")[0] for each in ends}) == [
        "encrypted",
        "encrypted alert",
        "encrypted handshake",
    ]


def test_what_is_agreed_on_stands_with_every_record():
    (found,) = captured(talk()).encrypted
    assert found.session._replace(group=None) == (0x0304, 0x1302, None, NAME, ("h2", "http/1.1"), None)
    assert captured(talk(TLS12)).encrypted[0].session.alpn == "h2"
    first, second, *_ = captured(talk()).frames
    assert (first.session.version, second.session.version) == (None, 0x0304)


def test_a_connection_in_a_sentence():
    capture = captured(talk())
    (note,) = capture.notes
    (found,) = capture.encrypted
    sizes = {way: sum(len(part) for each, part in talk() if each == way) for way in (C, S)}
    assert found.wire[C] == sizes[C]
    assert note.startswith("The connection is encrypted: TLS 1.3, TLS_AES_256_GCM_SHA384, ")
    assert (
        f"server name {NAME}, ALPN h2 or http/1.1 offered; 5 records with {sizes[C]} B from the client"
        in note
    )
    assert note.endswith("Nothing more can be read without the keys.")


def test_no_name_is_sent_for_an_address():
    assert "no server name" in told(captured(talk(name=None)), C)[0]
    assert captured(talk(name=None)).encrypted[0].session.server_name is None


def test_a_server_may_ask_for_another_hello():
    shown = [message.name for each in captured(talk(another_group)).frames for message in each.handshakes]
    assert shown == ["ClientHello", "HelloRetryRequest", "ClientHello", "ServerHello"]
    assert captured(talk(another_group)).encrypted[0].session.group == 24


def test_an_alert_in_the_clear():
    capture = captured(talk(no_version_in_common))
    (found,) = capture.encrypted
    assert capture.frames[-1].alert == "fatal protocol_version"
    assert capture.frames[-1].fatal
    assert found.alerts == ((S, "fatal protocol_version"),)
    assert "not encrypted: TLS was begun, and not agreed on" in capture.notes[0]
    assert "Alert of the server: fatal protocol_version." in capture.notes[0]


@EVERY
def test_every_byte_has_a_meaning(change):
    for each in captured(talk(change)).frames:
        region = captured([]).explain(each)
        position = 0
        for start, end in leaves(region):
            assert start == position
            position = end
        assert position == len(each.raw)
        assert each.problem is None


def leaves(region):
    for each in region.children:
        yield from leaves(each)
    if not region.children and region.end > region.start:
        yield region.start, region.end


def test_values_have_their_bytes():
    hello = captured(talk()).frames[0]
    region = captured([]).explain(hello)
    found = {each.label: hello.raw[each.start : each.end] for each in every(region) if each.text == NAME}
    assert found["host name"].endswith(NAME.encode())
    suite = next(each for each in every(region) if each.text == "TLS_AES_128_GCM_SHA256")
    assert hello.raw[suite.start : suite.end] == b"\x13\x01"


def every(region):
    yield region
    for child in region.children:
        yield from every(child)


def again_in_records_of(size: int, sent: list[Sent]) -> list[Sent]:
    """The same handshake messages in the clear, cut into other records."""
    out = []
    for direction, data in sent:
        pos = 0
        while pos < len(data):
            end = pos + 5 + int.from_bytes(data[pos + 3 : pos + 5], "big")
            payload = data[pos + 5 : end]
            step = size if data[pos] == 22 else len(payload)
            out += [
                (direction, record(payload[at : at + step], data[pos])) for at in range(0, len(payload), step)
            ]
            pos = end
    return out


@pytest.mark.parametrize("size", [1, 3, 4, 50, 500])
def test_messages_may_be_cut_into_records(size):
    # Without what is encrypted and looks like a handshake by its type, which nobody may cut.
    sent = [each for each in talk(TLS12) if each[0] == S][:1]
    whole, cut = captured(sent), captured(again_in_records_of(size, sent))
    assert [m.data for f in cut.frames for m in f.handshakes] == [
        m.data for f in whole.frames for m in f.handshakes
    ]
    assert all(each.problem is None for each in cut.frames)
    for each in cut.frames:
        region = cut.explain(each)
        assert [*leaves(region)][-1][1] == len(each.raw)
    assert any("so far" in each.summary or "of a handshake message" in each.summary for each in cut.frames)


def test_several_messages_may_share_a_record():
    hello = handshake(14, b"")
    (only,) = captured([(S, record(hello * 3))]).frames
    assert [each.name for each in only.handshakes] == ["ServerHelloDone"] * 3


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (record(b""), "a record of a handshake without any of it"),
        (record(b"\x02", 21), "a record of alert of 1 B instead of 2 B"),
        (record(b"\x02\x28\x00", 21), "a record of alert of 3 B instead of 2 B"),
        (record(b"\x01\x01", 20), "a record of change cipher spec of 2 B instead of 1 B"),
        (record(bytes(16_385)), "a record of 16385 B, where TLS allows 16384 B at the most"),
        (record(bytes(18_433), 23), "a record of 18433 B, where TLS allows 18432 B at the most"),
        (record(handshake(1, b"\x03\x03")), "ClientHello is cut short"),
        (record(handshake(1, b"\x03\x03" + bytes(32) + b"\xff")), "legacy session id is cut short"),
        (record(handshake(1, b"\x03\x03" + bytes(33) + b"\x00\x03\x13\x01\x13\x01\x00")), "cipher suites is cut short"),
        (
            record(handshake(1, b"\x03\x03" + bytes(33) + b"\x00\x02\x13\x01\x01\x00" + b"\x00\x00" + b"x")),
            "ClientHello has 1 B too many",
        ),
        (
            record(handshake(1, b"\x03\x03" + bytes(33) + b"\x00\x02\x13\x01\x01\x00" + b"\x00\x05\x00\x2b\x00\x09\x00")),
            "supported_versions is cut short",
        ),
        (record(handshake(11, b"\x00\x00\x04\x00\x00\x09x")), "certificate 1 is cut short"),
    ],
)  # fmt: skip
def test_what_is_malformed_is_told(sent, problem):
    capture = captured([(S, record(b"\x02\x28", 21)), (S, sent)])
    found = capture.frames[1]
    assert found.problem == problem
    assert found.summary.startswith(problem)
    assert repr(capture.explain(found))


def test_what_is_not_tls_any_more_is_told():
    found = captured([(C, record(b"\x02\x28", 21) + b"GET / HTTP/1.1\r\n" + bytes(5000))]).frames
    assert [each.name for each in found[:2]] == ["TLS", "MALFORMED"]


def test_plain_http2_to_a_server_with_tls():
    capture = captured([(C, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), (S, record(b"\x02\x46", 21))])
    assert [(each.name, each.summary) for each in capture.frames] == [
        ("PREFACE", "HTTP/2 begins"),
        ("TLS", "alert: fatal protocol_version"),
    ]


def test_a_message_that_is_too_long_is_passed_over():
    length = (MESSAGE_LIMIT + 1000).to_bytes(3, "big")
    body = b"\x0b" + length + bytes(MESSAGE_LIMIT + 1000) + handshake(14, b"")
    sent = b"".join(record(body[at : at + 16_000]) for at in range(0, len(body), 16_000))
    found = captured([(S, sent)]).frames
    assert "which is too long to be read here" in found[0].summary
    assert [each.name for each in found[-1].handshakes] == ["ServerHelloDone"]
    assert found[-1].problem is None


def test_memory_is_bounded_whatever_is_promised():
    connection = Connection()
    connection.feed(C, record(handshake(1, bytes(100))[:50]))
    for _ in range(5000):
        connection.feed(C, record(bytes([1, 0xFF, 0xFF, 0xFF]) + bytes(1000)))
        connection.feed(C, record(b"\x01\x01\xff\xff" + bytes(100)))
    assert deep_size(Connection.restore(1, connection.state())) < 5 * MESSAGE_LIMIT


def cut(sent: list[Sent], sizes: list[int]) -> list[Sent]:
    """The same bytes in other pieces."""
    pieces = itertools.cycle(sizes)
    out = []
    for direction, data in sent:
        while data:
            size = next(pieces)
            out.append((direction, data[:size]))
            data = data[size:]
    return out


TALKS = {change: talk(change) for change in CHANGES}


def frames_of(sent: list[Sent]) -> list:
    decoder = Decoder()
    for direction, data in sent:
        for each in records([(direction, data)]):
            decoder.feed(each._replace(t_ns=0))
    return decoder.frames


@given(st.sampled_from(CHANGES), st.lists(st.integers(1, 700), min_size=1, max_size=6))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_the_pieces_do_not_matter(change, sizes):
    assert frames_of(cut(TALKS[change], sizes)) == frames_of(TALKS[change])


@given(st.sampled_from(CHANGES), st.integers(0, 40))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_decoder_goes_on_from_its_state(change, at):
    sent = records(cut(TALKS[change], [97, 300]))
    whole, before = Decoder(), Decoder(keep=False)
    for each in sent:
        whole.feed(each)
    for each in sent[:at]:
        before.feed(each)
    after = before.clone()
    for each in sent[at:]:
        after.feed(each)
    assert after.frames == whole.frames[len(whole.frames) - len(after.frames) :]


@given(
    st.sampled_from(CHANGES),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=20),
)
@settings(max_examples=300, derandomize=True, deadline=None)
def test_changed_bytes_are_told_and_never_raise(change, changes):
    data = [bytearray(each) for _, each in TALKS[change]]
    for place, value in changes:
        part = data[place % len(data)]
        part[place // len(data) % len(part)] = value
    sent = [(way, bytes(each)) for (way, _), each in zip(TALKS[change], data, strict=True)]
    look_at(sent)


@given(
    st.lists(
        st.tuples(st.sampled_from([C, S]), st.sampled_from([1, 2, 11, 0, 20]), st.binary(max_size=200)),
        max_size=5,
    )
)
@settings(max_examples=300, derandomize=True, deadline=None)
def test_any_messages_are_told_and_never_raise(messages):
    look_at([(C, record(b"\x02\x28", 21)), (S, record(b"\x02\x28", 21))] + [
        (way, record(handshake(kind, body))) for way, kind, body in messages
    ])  # fmt: skip


def look_at(sent: list[Sent]) -> None:
    """Everything that can be asked of a capture, and no byte lost."""
    capture = captured(sent)
    for direction in (C, S):
        passed = b"".join(data for way, data in sent if way == direction)
        ours = b"".join(each.raw for each in capture.frames if each.direction == direction)
        rest = sum(each.size for each in capture.unfinished if each.direction == direction)
        assert passed[: len(passed) - rest] == ours
    for each in capture.frames:
        assert repr(each)
        check(capture.explain(each), 0, len(each.raw))
        if isinstance(each, TlsRecord):
            assert each.session.text is not None
            for message in each.handshakes:
                assert message.name
                assert message.certificates is not None
    assert capture.encrypted is not None
    assert repr(capture.compare(capture))


def check(region, start: int, end: int) -> None:
    assert start <= region.start <= region.end <= end
    position = region.start
    for child in region.children:
        check(child, position, region.end)
        position = child.end


def test_a_capture_that_begins_later_knows_what_was_agreed_on():
    sent = records(talk())
    before = Decoder(keep=False)
    for each in sent[:-2]:
        before.feed(each)
    capture = Capture(before, list(sent[-2:]), start_ns=0, end_ns=0)
    assert capture.encrypted[0].session.server_name == NAME
