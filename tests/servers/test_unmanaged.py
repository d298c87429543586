"""What a lesson's last cell stops besides what `serve` knows: the names of the notebook itself."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
from concurrent import futures

import grpc
import httpx
import pytest

from helpers.servers import unmanaged


@pytest.fixture
def pool():
    with futures.ThreadPoolExecutor(1) as executor:
        yield executor


def test_servers_channels_and_processes_end(pool):
    server = grpc.server(pool)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    unmanaged.stop([server, "a text", None, channel, process, channel])
    assert process.poll() is not None
    with pytest.raises(ValueError, match="closed"):
        channel.unary_unary("/a/b")(b"")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_what_has_ended_already_and_what_never_started_disturbs_nobody(pool):
    never, stopped = grpc.server(pool), grpc.server(pool)
    stopped.start()
    stopped.stop(None).wait()
    channel = grpc.insecure_channel("127.0.0.1:1")
    channel.close()
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    unmanaged.stop([never, stopped, channel, process])


def test_http_clients_are_closed():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        kept = http.client.HTTPConnection("127.0.0.1", listener.getsockname()[1])
        kept.connect()
        client = httpx.Client()
        unmanaged.stop([kept, client, http.client.HTTPConnection("127.0.0.1", 1)])
    assert kept.sock is None
    assert client.is_closed
