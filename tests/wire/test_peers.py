"""Peers other than gRPC-Python speak through the tap: curl, nghttp, Node, and plain HTTP/1.1 clients."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from helpers.wire import tap
from tests.wire.build import message

HERE = Path(__file__).parent

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
needs_nghttp = pytest.mark.skipif(
    shutil.which("nghttp") is None, reason="nghttp is not installed: apt-get install nghttp2-client"
)
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")


class Pages(BaseHTTPRequestHandler):
    """A small HTTP/1.1 server."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for piece in (b"one ", b"two ", b"three"):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(201)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Quiet."""


@pytest.fixture
def pages() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def run(*command: str, **kwargs: object) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, check=True, timeout=60, **kwargs)


@needs_curl
def test_a_unary_call_by_curl(wire, kinds_pb2):
    request = kinds_pb2.Request(text="curl").SerializeToString()
    command = ["curl", "--silent", "--noproxy", "*", "--http2-prior-knowledge", "--data-binary", "@-"]
    for header in ("content-type: application/grpc", "te: trailers"):
        command += ["--header", header]
    with wire.capture() as found:
        url = f"http://{wire.address}/wiretest.v1.Kinds/Unary"
        answer = run(*command, url, input=message(request)).stdout
    assert kinds_pb2.Reply.FromString(answer[5:]).text == "curl"
    (call,) = found.calls
    assert (call.outcome, call.kind) == ("OK", "unary")
    assert call.requests[0].fields[0].value == "curl"
    assert call.header("user-agent").startswith("curl/")
    assert not any(each.problem for each in found.frames)
    # unlike gRPC's core, curl codes its headers with Huffman
    assert any(entry.value_huffman for entry in call.request_headers)


@needs_curl
def test_curl_and_a_server_of_http1(pages):
    with tap(pages) as wire, wire.capture() as found:
        get = run("curl", "--silent", "--noproxy", "*", f"http://{wire.address}/a")
        post = run("curl", "--silent", "--noproxy", "*", "--data", "x=1", f"http://{wire.address}/b")
    assert (get.stdout, post.stdout) == (b"one two three", b"x=1")
    heads = [each.detail.start_line for each in found.frames if each.name == "HTTP/1.1"]
    assert heads == ["GET /a HTTP/1.1", "HTTP/1.1 200 OK", "POST /b HTTP/1.1", "HTTP/1.1 201 Created"]
    assert found.totals.payload == len(b"one two three") + 2 * len(b"x=1")
    assert not any(each.problem for each in found.frames)


def test_a_client_of_python(pages):
    with tap(pages) as wire, wire.capture() as found:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://{wire.address}/a", timeout=10) as answer:
            assert answer.read() == b"one two three"
    assert [each.name for each in found.frames if each.raw] == ["HTTP/1.1", "HTTP/1.1", *["BODY"] * 4]


@needs_nghttp
def test_nghttp_tells_the_same_frames(wire):
    with wire.capture() as found:
        command = [
            "nghttp",
            "-nv",
            "--no-dep",
            "-H:method: POST",
            "-Hcontent-type: application/grpc",
            "-Hte: trailers",
        ]
        told = run(*command, f"http://{wire.address}/wiretest.v1.Kinds/Nope").stdout.decode()
    plain = "".join(
        part.partition("m")[2] if number else part for number, part in enumerate(told.split("\x1b["))
    )
    theirs = sorted(headline(line) for line in plain.splitlines() if " frame <" in line)
    ours = sorted(headline(line) for line in found.text().splitlines() if " frame <" in line)
    assert theirs
    # what nghttp tells before it has ended; a GOAWAY or an acknowledgement may pass after that
    assert [line for line in theirs if line not in ours] == []
    (call,) = found.calls
    assert call.outcome.startswith("UNIMPLEMENTED")
    assert call.header("user-agent").startswith("nghttp2/")


def headline(line: str) -> str:
    """``send SETTINGS frame <length=...>`` of a line of either text."""
    return line.partition("]")[2].strip()


@needs_node
def test_all_four_kinds_by_node(wire, kinds_pb2):
    with wire.capture() as found:
        proto = HERE / "schemas" / "kinds.proto"
        told = json.loads(run("node", str(HERE / "client.cjs"), wire.address, str(proto)).stdout)
    assert told == ["hé", 5, "sss", "abc", "xy"]
    assert [(call.kind, call.status) for call in found.calls] == [
        ("unary", "OK"),
        ("unary", "NOT_FOUND"),
        ("server streaming", "OK"),
        ("client streaming", "OK"),
        ("bidirectional streaming", "OK"),
    ]
    assert dict(found.calls[0].metadata)["k-bin"] == b"\x00\x01\xff"
    assert dict(found.calls[0].metadata)["x-from"] == "node"
    assert found.calls[0].requests[0].fields[0].value == "hé"
    assert not any(each.problem for each in found.frames)
