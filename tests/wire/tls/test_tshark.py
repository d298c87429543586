"""TLS against tshark: both read the same records, and the same of the hello messages."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from helpers.wire.capture import Capture
from helpers.wire.direction import TO_SERVER
from helpers.wire.pcap import SERVER_PORT, save_pcap
from tests.wire.tls.talk import another_group, at_most, captured, mutual, no_version_in_common, nothing, talk

TSHARK = shutil.which("tshark")
pytestmark = pytest.mark.skipif(
    TSHARK is None, reason="tshark is not installed: apt-get install tshark, or brew install wireshark"
)
# what tshark calls the values -> how they look here
FIELDS = {
    "tls.record.content_type": lambda frame: [] if opaque(frame) else [frame.type],
    "tls.record.opaque_type": lambda frame: [frame.type] if opaque(frame) else [],
    "tls.record.length": lambda frame: [len(frame.payload)],
    "tls.handshake.type": lambda frame: [message.type for message in frame.handshakes],
    "tls.handshake.ciphersuite": lambda frame: hellos(frame, "ciphers"),
    "tls.handshake.extensions_server_name": lambda frame: hellos(frame, "server_name"),
    "tls.handshake.extensions_alpn_str": lambda frame: hellos(frame, "alpn"),
    "tls.handshake.extensions.supported_version": lambda frame: offered(frame),
    "tls.handshake.extensions_supported_group": lambda frame: hellos(frame, "groups"),
    "tls.handshake.extensions_key_share_group": lambda frame: hellos(frame, "key_shares"),
    "tls.alert_message.desc": lambda frame: [frame.payload[1]] if frame.alert else [],
    "tls.handshake.certificate": lambda frame: [
        each.hex() for message in frame.handshakes for each in message.certificates
    ],
}


def opaque(frame) -> bool:
    """Whether the type says nothing: in TLS 1.3 all that is encrypted has that of application data."""
    return frame.type == 23 and frame.session.version == 0x0304


def hellos(frame, name: str) -> list:
    """What the hello messages of a record say."""
    # tshark has another field for what a HelloRetryRequest wants.
    told = [message.hello for message in frame.handshakes if message.hello]
    found = [getattr(each, name) for each in told if not (each.retry and name == "key_shares")]
    return [each for value in found if value for each in (value if isinstance(value, list) else [value])]


def offered(frame) -> list[int]:
    """Versions of the extension, which stand for TLS 1.3 only."""
    found = hellos(frame, "versions")
    return found if 0x0304 in found else []


def by_us(capture: Capture) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {name: [] for name in FIELDS}
    for name, ask in FIELDS.items():
        for frame in capture.frames:
            told[name] += [str(each) for each in ask(frame)]
    return told


def by_tshark(file: Path) -> dict[str, list[str]]:
    command = [
        TSHARK,
        "-r",
        str(file),
        "-d",
        f"tcp.port=={SERVER_PORT},tls",
        "-T",
        "fields",
        "-E",
        "occurrence=a",
    ]
    for name in FIELDS:
        command += ["-e", name]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=120, encoding="utf-8")
    told: dict[str, list[str]] = {name: [] for name in FIELDS}
    for line in done.stdout.splitlines():
        for name, value in zip(FIELDS, line.split("\t"), strict=True):
            told[name] += [plain(each) for each in value.split(",") if each]
    return told


def plain(value: str) -> str:
    """Numbers in decimal; versions of tshark differ in that."""
    return str(int(value, 16)) if value.startswith("0x") else value.replace(":", "")


@pytest.mark.parametrize(
    "change",
    [nothing, at_most(ssl.TLSVersion.TLSv1_2), mutual, another_group, no_version_in_common],
    ids=["1.3", "1.2", "mutual", "retry", "alert"],
)
def test_the_same_records_and_hellos_as_tshark(change, tmp_path):
    capture = captured(talk(change))
    file = tmp_path / "tls.pcap"
    save_pcap(capture.records(), file)
    ours, theirs = by_us(capture), by_tshark(file)
    for name in FIELDS:
        assert ours[name] == theirs[name], name
    assert {each.direction for each in capture.frames} > {TO_SERVER}
    assert ours["tls.handshake.type"][0] == "1"
