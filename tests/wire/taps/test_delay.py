"""A tap with a delay: all arrives, in order, later, and ends as without."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from helpers.wire import tap


@pytest.fixture
def echo():
    """A server that sends back what it gets, until the client ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            client, _ = listener.accept()
            with client:
                while data := client.recv(65536):
                    client.sendall(data)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)


def test_bytes_arrive_in_order_after_the_way_there_and_back(echo):
    sent = bytes(range(256)) * 400
    with tap(echo, delay=0.05) as wire, socket.create_connection(("127.0.0.1", wire.port)) as client:
        started = time.monotonic()
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        received = b""
        while data := client.recv(65536):
            received += data
        took = time.monotonic() - started
    assert received == sent
    assert took >= 0.1, "once there, once back"


def test_a_near_and_a_far_tap_of_one_server_are_two(echo):
    with tap(echo) as near, tap(echo, delay=0.01) as far:
        assert near.port != far.port
        assert tap(echo, delay=0.01) is far
        with socket.create_connection(("127.0.0.1", near.port)):
            pass


def test_nothing_is_left_of_it(echo):
    with tap(echo, delay=0.01) as wire, socket.create_connection(("127.0.0.1", wire.port)) as client:
        client.sendall(b"x")
        assert client.recv(1) == b"x"
    deadline = time.monotonic() + 10
    while any(t.name == "tap-delay" for t in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(t.name == "tap-delay" for t in threading.enumerate())


@pytest.mark.parametrize("delay", [-1, float("nan")])
def test_a_delay_is_not_negative(delay):
    with pytest.raises(ValueError, match="delay is a number of seconds"):
        tap(50051, delay=delay)
