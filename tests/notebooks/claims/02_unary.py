"""What the unary lesson claims."""

import re

seconds = [float(number) for number in re.findall(r"(\d+\.\d+) s", printed)]

# after: load
assert "rpc GetQuote(GetQuoteRequest)" in outputs[0]["data"]["text/plain"]
page = outputs[0]["data"]["text/html"]
assert "class GetQuoteRequest(_message.Message)" in page, "the part on messages shows the types"
assert "class QuoteServiceStub" in page
assert "class QuoteServiceServicer" in page

# after: message-types
assert "integer" in printed, "a field knows its type"

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

# after: see-first
shown = [frame for frame in first.frames if frame.stream and not frame.control]
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
headers = [next(f for f in each.frames if f.role == "request headers") for each in (first, third)]
assert len(headers[1].raw) < len(headers[0].raw) / 5, "both sides keep a table of headers"

# after: not-found-wire
answer = [
    frame for frame in refused.frames if frame.direction == "to_client" and frame.stream and not frame.control
]
assert [frame.role for frame in answer if frame.name == "HEADERS"] == ["trailers-only"]

# after: deadline-wire
assert any(f.name == "RST_STREAM" for f in given_up.frames), "the call was ended before its answer"
assert not any(f.name == "DATA" and f.direction == "to_client" for f in given_up.frames), "no reply"
names = {entry.name for f in given_up.frames if f.role == "request headers" for entry in f.detail.entries}
assert "grpc-timeout" in {n.decode() if isinstance(n, bytes) else n for n in names}

# after: with-call
assert printed == "StatusCode.OK {'price-list': '2026-11'}\n"

# after: future
assert printed.startswith("sent; done? False")

# after: one-by-one
assert seconds[0] >= 1.5, "five calls of 0.3 s each"

# after: at-once
assert len({run.thread for run in slow_server.log[-5:]}) == 5, "each of the five had a thread of its own"
assert max(run.started_at for run in slow_server.log[-5:]) < min(run.ended_at for run in slow_server.log[-5:])

# after: not-found
assert printed == "StatusCode.NOT_FOUND\nthere is no parcel 'P-1000'\n"

# after: stop-server
assert printed.startswith("StatusCode.UNAVAILABLE\n")
assert quotes_server.address in printed, "the details name the address"

# after: wait-for-ready
assert early.result().price_cents == 540

# after: bug-call
assert printed.startswith("StatusCode.UNKNOWN\n")
card = next(output["data"]["text/plain"] for output in outputs if output["output_type"] == "display_data")
assert "KeyError" in card
assert "self.prices[request.speed]" in card, "the traceback shows the learner's own line"

# after: bug-fixed-call
assert printed == "StatusCode.INVALID_ARGUMENT - no price for SPEED_EXPRESS; ask for SPEED_STANDARD\n"

# after: deadline
assert printed.startswith("StatusCode.DEADLINE_EXCEEDED")

# after: deadline-log
assert sleepy_server.log[-1].seconds >= 1.0, "the handler worked to the end"

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
lab.knobs["delay"].value = 0.3
lab.knobs["deadline"].value = 0.4
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
