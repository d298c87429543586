"""What the unary lesson claims."""

import re

seconds = [float(number) for number in re.findall(r"(\d+\.\d+) s", printed)]

# after: load
assert "rpc GetQuote(GetQuoteRequest)" in outputs[0]["data"]["text/plain"]
page = re.sub(r"<[^>]+>", "", outputs[0]["data"]["text/html"])
assert "class GetQuoteRequest(_message.Message)" in page, "the part on messages shows the types"
assert "class QuoteServiceStub" in page
assert "class QuoteServiceServicer" in page

# after: base-class
assert "UNIMPLEMENTED" in printed
assert "Method not implemented!" in printed

# after: direct
assert "price_cents: 540" in outputs[0]["data"]["text/plain"]

# after: by-hand
assert plain_port > 0
with grpc.insecure_channel(f"127.0.0.1:{plain_port}") as there:
    assert quote_pb2_grpc.QuoteServiceStub(there).GetQuote(request, timeout=10).price_cents == 540

# after: serve
assert "running" in outputs[0]["data"]["text/plain"]
assert quotes_server.port != plain_port, "two servers on two ports"

# after: first-call
assert reply.price_cents == Quotes().GetQuote(request, None).price_cents == 540

# after: pickup-call
assert "minutes: 20" in outputs[0]["data"]["text/plain"]
more = protos.compile_cell(
    "pickup_more",
    """syntax = "proto3";
    package pickup.v1;
    service PickupService {
      rpc BookPickup(BookPickupRequest) returns (BookPickupResponse);
      rpc CancelPickup(CancelPickupRequest) returns (CancelPickupResponse);
    }
    message BookPickupRequest { string street = 1; }
    message BookPickupResponse { int32 minutes = 1; }
    message CancelPickupRequest { string street = 1; }
    message CancelPickupResponse {}
    """,
)
with grpc.insecure_channel(pickup_server.address) as there:
    unwritten = (
        more[1].PickupServiceStub(there).CancelPickup.future(more[0].CancelPickupRequest(), timeout=10)
    )
    assert unwritten.code() is grpc.StatusCode.UNIMPLEMENTED, "a method that the servicer does not have"

# after: pickup-methods
assert printed == "['BookPickup']"

# after: outside-generate
assert printed == "['courier/v1/quote_pb2.py', 'courier/v1/quote_pb2_grpc.py']"

# after: outside-run
assert process.pid != __import__("os").getpid(), "a process of its own"
assert address.startswith("127.0.0.1:")
assert "price_cents: 540" in printed
assert "still running? False" in printed
assert process.returncode is not None

# after: see-first
shown = [frame for frame in first_call.frames if frame.stream and not frame.control]
assert [(frame.name, frame.direction) for frame in shown] == [
    ("HEADERS", "to_server"),
    ("DATA", "to_server"),
    ("HEADERS", "to_client"),
    ("DATA", "to_client"),
    ("HEADERS", "to_client"),
], "five arrows"
assert shown[-1].role == "trailers"
assert not any(b"weight" in frame.raw for frame in shown), "there are no names in the bytes"

# after: see-third
headers = [next(f for f in each.frames if f.role == "request headers") for each in (first_call, third_call)]
assert len(headers[1].raw) < len(headers[0].raw) / 5, "both sides keep a table of headers"

# after: not-found-wire
answer = [
    frame for frame in refused.frames if frame.direction == "to_client" and frame.stream and not frame.control
]
assert [frame.role for frame in answer if frame.name == "HEADERS"] == ["trailers-only"]

# after: deadline-wire
assert not any(f.name == "DATA" and f.direction == "to_client" for f in given_up.frames), "no reply"
names = {entry.name for f in given_up.frames if f.role == "request headers" for entry in f.block.entries}
assert "grpc-timeout" in {n.decode() if isinstance(n, bytes) else n for n in names}

# after: with-call
assert printed == "StatusCode.OK {'price-list': '2026-11'}\n"

# after: future
assert printed.startswith("sent; done? False")

# after: at-once
assert len({run.thread for run in slow_server.log[-5:]}) == 5, "each of the five had a thread of its own"
assert max(run.started_at for run in slow_server.log[-5:]) < min(run.ended_at for run in slow_server.log[-5:])

# after: not-found
assert printed == "StatusCode.NOT_FOUND\nthere is no parcel 'P-1000'\n"

# after: stop-server
assert printed.startswith("StatusCode.UNAVAILABLE\n")
assert quotes_server.address in printed, "the details name the address"

# after: wait-for-ready
assert printed.startswith("answered before there is a server? False")
assert early.result().price_cents == 540
assert late_server.port == port

# after: cut-cable
assert printed.startswith("StatusCode.UNAVAILABLE"), "the connection broke"
assert [parcel.recipient for parcel in slow_parcels.parcels.values()] == ["Grace"], "and yet the handler ran"

# after: bug-call
assert printed.startswith("StatusCode.UNKNOWN\n")
card = next(output["data"]["text/plain"] for output in outputs if output["output_type"] == "display_data")
assert "KeyError" in card
assert "self.prices[request.speed]" in card, "the traceback shows the learner's own line"

# after: bug-logged
client, server = printed.splitlines()[:2]
assert client == "client: StatusCode.UNKNOWN"
assert server == "server: Exception calling application: 2 … KeyError: 2", (
    "the traceback is in the log grpc._server"
)
assert listener not in logging.getLogger("grpc._server").handlers

# after: aio-call
assert printed.startswith("StatusCode.DEADLINE_EXCEEDED")
assert isinstance(cancelled[-1], asyncio.CancelledError), "a coroutine is cancelled"

# after: bug-fixed-call
assert printed == "StatusCode.INVALID_ARGUMENT - no price for speed 2\n"

# after: deadline
assert printed.startswith("StatusCode.DEADLINE_EXCEEDED")

# after: deadline-log
assert sleepy_server.log[-1].seconds >= 1.0, "the handler worked to the end"
assert any(frame.name == "RST_STREAM" for frame in sleepy_wire.snapshot().frames), (
    "the call was ended before its answer; on a busy machine after the capture"
)

# after: polite-call
assert printed.startswith("StatusCode.DEADLINE_EXCEEDED")
assert polite_server.log[-1].seconds < 1.0, "the polite handler stopped early"

# after: too-large
assert "RESOURCE_EXHAUSTED" in printed
assert "SERVER: Received message larger than max (5000005 vs. 4194304)" in printed

# after: larger-server
assert "CLIENT: Received message larger than max" in printed

# after: two-servers
assert len(answers) == 12
assert set(answers) <= {111, 222}

# after: port-fixed
assert "Failed to bind" in printed

# after: port-serve
assert "in use" in printed

# after: lab
lab.knobs["delay"].value = 0.5
lab.knobs["deadline"].value = 0.9  # room for a busy machine
lab.knobs["workers"].value = 1
lab.knobs["calls"].value = 4
result = lab.wait()
assert [span.status for span in result.calls].count("OK") >= 1
assert [span.status for span in result.calls].count("DEADLINE_EXCEEDED") >= 2, (
    "one thread, four calls: some come too late"
)
lab.knobs["deadline"].value = 3.0
lab.knobs["workers"].value = 4
assert [span.status for span in lab.wait().calls] == ["OK"] * 4, "a thread for each: all succeed"

# after: console
console.choose("GetParcel", quote_pb2.GetParcelRequest(parcel_id="P-1000"))
assert console.press("Call") == {}
assert console.wait(30).status.code is grpc.StatusCode.NOT_FOUND
