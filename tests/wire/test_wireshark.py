"""A capture is taken to Wireshark with its schema, and tshark reads the messages with nothing but what was written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2

from helpers import protos
from helpers.wire.capture import Capture
from helpers.wire.decoder import Decoder
from helpers.wire.pcap import SERVER_PORT
from helpers.wire.schema import lookup_in
from tests.wire.build import OPENING, records, unary
from tests.wire.test_tshark import TSHARK, needs_tshark


@pytest.fixture
def capture(kinds_pb2) -> Capture:
    sent = [*OPENING, *unary(kinds_pb2.Request(text="a parcel").SerializeToString())]
    lookup = lookup_in(kinds_pb2)
    return Capture(Decoder(keep=False), records(sent), start_ns=0, end_ns=0, lookup=lookup)


def test_what_is_written_and_told(capture, tmp_path):
    written = capture.save_for_wireshark(tmp_path / "for wireshark")
    assert written.pcap.read_bytes()
    assert written.files
    assert all("syntax" in (written.schemas / name).read_text(encoding="utf-8") for name in written.files)
    assert repr(written) == written.steps
    for said in (
        "File → Open",
        "Protobuf search paths",
        f"TCP port, {SERVER_PORT}",
        "tshark -r",
        str(written.schemas),
    ):
        assert said in written.steps
    assert capture.save_for_wireshark(tmp_path / "for wireshark") == written


def test_a_schema_of_which_only_the_code_is_known(tmp_path):
    sent = [(way, payload) for way, payload in [*OPENING, *unary()]]
    method = health_pb2.DESCRIPTOR.services_by_name["Health"].methods[0]
    capture = Capture(Decoder(keep=False), records(sent), start_ns=0, end_ns=0, lookup=lambda path: method)
    written = capture.save_for_wireshark(tmp_path)
    assert written.files == ()
    assert written.unknown == (health_pb2.DESCRIPTOR.name,)
    assert f"Put these there, too, which are not known here: {health_pb2.DESCRIPTOR.name}" in written.steps


def test_the_sources_of_a_schema(kinds_pb2):
    found = protos.sources(kinds_pb2)
    assert found == protos.sources(kinds_pb2.DESCRIPTOR)
    assert "service Kinds" in found[kinds_pb2.DESCRIPTOR.name]
    stranger = DescriptorPool().AddSerializedFile(
        FileDescriptorProto(name="a/stranger.proto").SerializeToString()
    )
    assert protos.sources(stranger) == {}


@needs_tshark
def test_tshark_reads_the_messages(capture, tmp_path: Path):
    written = capture.save_for_wireshark(tmp_path / 'a "folder"')
    command = [TSHARK, *written.options, "-Y", "grpc", "-V"]
    told = subprocess.run(
        command, capture_output=True, check=True, text=True, timeout=120, encoding="utf-8"
    ).stdout
    assert "Message: wiretest.v1.Request" in told
    assert "text = a parcel (string)" in told
