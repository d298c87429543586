"""A capture for Wireshark, with the schemas that it needs to read the messages, and the steps to take there."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.descriptor import MethodDescriptor

from helpers import protos

from .pcap import SERVER_PORT, save_pcap
from .record import Record

PCAP, SCHEMAS = "capture.pcap", "protos"
"""The names of the file and the folder that are written."""


@dataclass(frozen=True, repr=False)
class WiresharkFolder:
    """A folder that was written for Wireshark; shown, it tells the steps."""

    pcap: Path
    """The packets."""
    schemas: Path
    """The folder with the ``.proto`` files."""
    files: tuple[str, ...]
    """The ``.proto`` files in it, by the names that imports have for them."""
    unknown: tuple[str, ...] = ()
    """Schemas of which only compiled code is known: put their ``.proto`` files into the folder yourself."""

    @property
    def options(self) -> tuple[str, ...]:
        """The options with which ``wireshark`` and ``tshark`` open it, ready to read."""
        folder = str(self.schemas).replace("\\", "\\x5c").replace('"', "\\x22")
        paths = f'uat:protobuf_search_paths:"{folder}","TRUE"'
        return ("-r", str(self.pcap), "-d", f"tcp.port=={SERVER_PORT},http2", "-o", paths)

    @property
    def steps(self) -> str:
        """What to do in Wireshark, step by step, as text."""
        command = shlex.join(self.options)
        lines = [
            f"1. File → Open: {self.pcap}",
            "2. Edit → Preferences → Protocols → ProtoBuf → Protobuf search paths → Edit…: add the folder",
            f"   {self.schemas}",
            '   and tick "Load all files".',
            f"3. Analyze → Decode As…: add a row, TCP port, {SERVER_PORT}, Current: HTTP2.",
            "4. Type the filter `grpc` (messages), `http2` (all frames), or `grpc.status_code != 0` (failures).",
            "",
            "All of it in one command:",
            f"   wireshark {command}",
            "or in the terminal:",
            f"   tshark {command} -Y grpc -V",
        ]
        if self.unknown:
            lines[4:4] = [f"   Put these there, too, which are not known here: {', '.join(self.unknown)}"]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.steps

    __repr__ = __str__


def save_for_wireshark(
    records: Iterable[Record], methods: Iterable[MethodDescriptor], folder: str | os.PathLike[str]
) -> WiresharkFolder:
    """Write records and schemas into a folder.

    Args:
        records: `Capture.records()`.
        methods: The methods that were called, as far as they are known.
        folder: Where; it is made where it does not exist.
    """
    place = Path(folder).resolve()
    schemas = place / SCHEMAS
    schemas.mkdir(parents=True, exist_ok=True)
    texts: dict[str, str] = {}
    unknown = []
    for file in dict.fromkeys(method.containing_service.file for method in methods):
        found = protos.sources(file)
        texts.update(found)
        if not found:
            unknown.append(file.name)
    for name, text in texts.items():
        target = (schemas / name).resolve()
        if target.is_relative_to(schemas):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    save_pcap(records, place / PCAP)
    return WiresharkFolder(place / PCAP, schemas, tuple(sorted(texts)), tuple(sorted(unknown)))
