"""What differs between the calls of two captures, by name."""

from __future__ import annotations

from google.protobuf import timestamp_pb2

from helpers import protos
from helpers.wire import names
from helpers.wire.differences import MOST
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from tests.wire.build import OPENING, REQUEST, RESPONSE, data, headers, message
from tests.wire.test_broken import captured

C, S = TO_SERVER, TO_CLIENT


def call(
    requests=(b"",),
    responses=(b"",),
    stream=1,
    path="/wiretest.v1.Kinds/Unary",
    sent=(),
    first=(),
    last=(),
    status="0",
):
    """The frames of one call."""
    asked = [(key, path if key == ":path" else value) for key, value in REQUEST]
    return [
        (C, headers([*asked, *sent], stream)),
        *((C, data(message(each), stream)) for each in requests),
        (C, data(b"", stream, names.END_STREAM)),
        (S, headers([*RESPONSE, *first], stream)),
        *((S, data(message(each), stream)) for each in responses),
        (S, headers([("grpc-status", status), *last], stream, names.END_STREAM)),
    ]


def told(one, other, ignore=(), schema=None) -> list[str]:
    """The differences of two captures of calls, as texts."""
    first, second = (captured([*OPENING, *sent]) for sent in (one, other))
    if schema is not None:
        first, second = first.with_schema(schema), second.with_schema(schema)
    return [str(each) for each in first.compare(second, ignore=ignore).differences]


def test_equal_calls_differ_in_nothing():
    assert told(call([b"\x08\x01"]), call([b"\x08\x01"])) == []


def test_statuses_and_metadata_are_named():
    one = call(sent=[("who", "ada"), ("a-bin", "AQI")], first=[("v", "1")], last=[("cost", "3")])
    other = call(sent=[("who", "bob")], first=[("v", "2")], last=[("grpc-message", "gone")], status="5")
    assert told(one, other) == [
        "Unary: status: OK → NOT_FOUND: gone",
        "Unary: request metadata who: ada → bob",
        "Unary: request metadata a-bin: 01 02 → nothing",
        "Unary: initial metadata v: 1 → 2",
        "Unary: trailing metadata cost: 3 → nothing",
    ]


def test_fields_are_named_with_a_schema_and_numbered_without(kinds_pb2):
    pb2 = kinds_pb2
    one, other = (
        pb2.Reply(text=text, number=number).SerializeToString() for text, number in (("a", 1), ("b", 0))
    )
    pair = call(responses=[one]), call(responses=[other])
    assert told(*pair, schema=pb2) == [
        "Unary: response text: 'a' → 'b'",
        "Unary: response number: 1 → nothing",
    ]
    assert told(*pair, schema=timestamp_pb2)[0] == "Unary: response field 1: 'a' → 'b'"


def test_messages_are_numbered_where_there_are_several():
    one, other = call(responses=[b"\x08\x01", b"\x08\x02"]), call(responses=[b"\x08\x01", b"\x08\x03", b""])
    assert told(one, other) == ["Unary: responses: 2 → 3", "Unary: response 2 field 1: 2 → 3"]


def test_calls_are_compared_with_those_of_the_same_method():
    first = [*call([b"\x08\x01"]), *call([b"\x08\x02"], stream=3), *call(path="/a.B/Other", stream=5)]
    second = [*call(path="/a.B/More"), *call([b"\x08\x01"], stream=3)]
    assert told(first, second) == [
        "Unary: calls: 2 → 1",
        "Other: calls: 1 → 0",
        "More: calls: 0 → 1",
    ]
    second = [*call([b"\x08\x01"], stream=1), *call([b"\x08\x07"], stream=3)]
    assert told(first[:12], second) == ["Unary 2: request field 1: 2 → 7"]


def test_what_differs_each_time_is_left_out():
    def at(moment, port):
        text = f"\x0a{chr(len(moment))}{moment}".encode()
        said = [("date", moment), ("x-request-id", moment), ("seen", moment)]
        return call([text], sent=said, last=[("grpc-message", f"127.0.0.1:{port} refused")], status="14")

    assert told(at("2026-11-29T10:00:00Z", 41000), at("2026-12-01T11:11:11Z", 41001)) == []


def test_moments_of_a_schema_are_left_out():
    stamped_pb2, _ = protos.compile_cell(
        "stamped",
        """
        syntax = "proto3";
        import "google/protobuf/timestamp.proto";
        message Stamped { google.protobuf.Timestamp at = 1; string what = 2; map<string, int32> counts = 3;
                          repeated string names = 4; Stamped inner = 5; }
        service Stamps { rpc Stamp(Stamped) returns (Stamped); }
        """,
    )

    def stamped(seconds, what, **more):
        made = stamped_pb2.Stamped(at=timestamp_pb2.Timestamp(seconds=seconds), what=what, **more)
        made.inner.at.seconds = seconds
        made.inner.what = what
        return call([made.SerializeToString()], path="/Stamps/Stamp")

    assert told(stamped(1, "a"), stamped(2, "a"), schema=stamped_pb2) == []
    one, other = (
        stamped(1, "a", counts={"x": 1}, names=["p", "q"]),
        stamped(2, "b", counts={"x": 2}, names=["p"]),
    )
    assert told(one, other, schema=stamped_pb2) == [
        "Stamp: request what: 'a' → 'b'",
        "Stamp: request counts['x']: 1 → 2",
        "Stamp: request names[1]: 'q' → nothing",
        "Stamp: request inner.what: 'a' → 'b'",
    ]
    assert told(one, other, ["what", "counts", "n*"], schema=stamped_pb2) == []
    assert told(one, other, ["inner.what"], schema=stamped_pb2)[-1].startswith("Stamp: request names")


def test_they_are_bounded_and_shown():
    one, other = (call([bytes((8, n)) for _ in range(2 * MOST)]) for n in (1, 2))
    first, second = captured([*OPENING, *one]), captured([*OPENING, *other])
    found = first.compare(second)
    assert len(found.differences) == MOST
    assert "Unary: request 1 field 1: 1 → 2" in repr(found)
    assert "more" in repr(found).splitlines()[-1]
    assert repr(first.compare(first)).splitlines()[-1].startswith("on the wire")
