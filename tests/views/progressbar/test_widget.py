"""The progress bar of an upload: real chunks over a real stream, and its pictures."""

from __future__ import annotations

import hashlib
import threading

import grpc
import pytest

from helpers import protos, serve, servers
from helpers.text import breakable
from helpers.views.progressbar import ProgressBar

tracking_pb2, tracking_pb2_grpc = protos.load("courier/v1/tracking.proto")
PHOTO = bytes(range(256)) * 400
CHUNK = 4096


class Tracking(tracking_pb2_grpc.TrackingServiceServicer):
    def UploadProof(self, requests, context):
        photo = b""
        for request in requests:
            photo += request.chunk
            if len(photo) > 50_000 and next(iter(dict(context.invocation_metadata()).get("limit", "")), None):
                context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "no room")
        return tracking_pb2.UploadProofResponse(
            size_bytes=len(photo), sha256=hashlib.sha256(photo).hexdigest()
        )


@pytest.fixture
def stub():
    server = serve(Tracking())
    with grpc.insecure_channel(server.address) as channel:
        yield tracking_pb2_grpc.TrackingServiceStub(channel)
    servers.stop_all()


@pytest.fixture
def bar():
    made = ProgressBar(len(PHOTO), "proof.jpg")
    yield made
    made.close()
    assert [thread.name for thread in threading.enumerate() if thread.name == "view updates"] == []


def chunks(bar):
    for at in range(0, len(PHOTO), CHUNK):
        chunk = PHOTO[at : at + CHUNK]
        yield tracking_pb2.UploadProofRequest(chunk=chunk)
        bar.advance(len(chunk))


def test_an_upload_fills_the_bar(stub, bar):
    reply = stub.UploadProof(chunks(bar))
    bar.done(reply.sha256[:8])
    bar._pacer.flush()
    assert reply.sha256 == hashlib.sha256(PHOTO).hexdigest()
    assert 'aria-valuenow="100.0"' in bar.html
    assert 'data-state="done"' in bar.html
    text = bar.static()["text/plain"]
    assert text.startswith("[####################] proof.jpg 102 kB of 102 kB")
    assert text.endswith(f"✓ {reply.sha256[:8]}")


def test_an_upload_that_is_refused_stays_where_it_was(stub, bar):
    with pytest.raises(grpc.RpcError) as caught:
        stub.UploadProof(chunks(bar), metadata=[("limit", "1")])
    bar.failed(f"{caught.value.code().name}: {caught.value.details()}")
    assert 'data-state="failed"' in bar.static()["text/html"]
    assert bar.static()["text/plain"].endswith("✗ RESOURCE_EXHAUSTED: no room")


def test_many_steps_are_few_updates(bar):
    updates = []
    bar.observe(lambda change: updates.append(change["new"]), "html")
    for _ in range(20_000):
        bar.advance(2)
    bar._pacer.flush()
    assert len(updates) < 500
    assert "40.0 kB of 102 kB" in breakable(updates[-1])


def test_empty_reset_and_beyond(bar, parse):
    assert 'data-state="empty"' in bar.html
    bar.advance(10 * len(PHOTO))
    bar._pacer.flush()
    assert 'aria-valuenow="100.0"' in bar.html
    bar.reset(50)
    assert "0 B of 50 B" in bar.static()["text/plain"]
    bar.failed("<b>x</b>")
    assert "b" not in parse(bar._static_html()).tags()


def test_other_units_and_impossible_totals():
    bar = ProgressBar(1200, "points", unit="points")
    bar.advance(600)
    assert "600 points of 1,200 points" in str(bar)
    bar.close()
    with pytest.raises(ValueError, match="larger than 0"):
        ProgressBar(0)
