"""A private key without its certificate: an exception instead of the end of the process."""

from __future__ import annotations

import subprocess
import sys

import grpc
import pytest

from helpers.servers import lone_keys

PEM = b"what stands in it does not matter"


@pytest.fixture
def guarded(monkeypatch):
    monkeypatch.setattr(grpc, "ssl_channel_credentials", grpc.ssl_channel_credentials)
    lone_keys.guard()
    return grpc.ssl_channel_credentials


@pytest.mark.parametrize("given", [(PEM, None), (PEM, b""), (None, PEM), (b"", PEM)])
def test_one_half_of_a_pair_is_refused(guarded, given):
    with pytest.raises(ValueError, match="came without") as caught:
        guarded(PEM, *given)
    assert PEM.decode() not in str(caught.value), "a key is never shown"


@pytest.mark.parametrize("given", [(), (PEM,), (PEM, None, None), (None, PEM, PEM), (PEM, b"", b"")])
def test_all_else_is_as_ever(guarded, given):
    assert isinstance(guarded(*given), grpc.ChannelCredentials)


def test_guarding_twice_guards_once(guarded):
    lone_keys.guard()
    assert grpc.ssl_channel_credentials is guarded


def test_without_it_the_process_ends():
    """When this fails, gRPC has mended it, and the guard can go."""
    program = "import grpc; grpc.secure_channel('127.0.0.1:1', grpc.ssl_channel_credentials(None, b'key'))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
    assert done.returncode < 0
