"""What the lesson on reflection, health and channelz claims."""

# after: ask
assert services == ["courier.v1.ParcelService", "courier.v1.QuoteService", reflection.SERVICE_NAME]
assert services[-1] == reflection.SERVICE_NAME, "the last of them gave the answer"

# after: ask-wire
(call,) = asked.calls
assert call.path.endswith("/ServerReflectionInfo")
assert len(call.requests) == len(call.responses) == 1

# after: describe
assert printed == "GetQuote(weight_grams, distance_km, speed) -> GetQuoteResponse\n"

# after: file
assert printed.startswith("courier/v1/quote.proto as a FileDescriptorProto of ")
assert printed.endswith("comments in it: 0\n")
assert file.SerializeToString() == quote_pb2.DESCRIPTOR.serialized_pb, (
    "generated code has the same message inside"
)

# after: without-stub
assert get_quote(Request(weight_grams=1200)).price_cents == 570
assert Request is not quote_pb2.GetQuoteRequest, "made a moment ago"

# after: json-call
assert json_format.MessageToDict(get_quote(asked_for)) == {"priceCents": "530"}, "an int64 is a text in JSON"

# after: buf-call
assert '"priceCents": "570"' in printed
assert printed.endswith("exit code: 0\n")

# after: buf-wire
newer, older, quoted = by_hand.calls
assert (newer.path, newer.status) == (
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "UNIMPLEMENTED",
)
assert (older.path, older.status) == (
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    "OK",
)
assert (quoted.path, quoted.status) == ("/courier.v1.QuoteService/GetQuote", "OK")

# after: buf-fails
codes = [line.split()[-1] for line in printed.splitlines() if line.startswith("exit code")]
assert codes == ["24", "1"], "the status times 8, and a failure of the command itself"
assert "30 kg at most" in printed
assert 'unknown field "weight"' in printed
assert printed.endswith("['/courier.v1.QuoteService/GetQuote']\n"), "nothing was sent the second time"

# after: buf-schema
assert printed.count("failed to find service") == 1
assert '"priceCents": "570"' in printed

# after: check
assert [check(""), check("courier.v1.Nobody")] == ["SERVING", "NOT_FOUND"]
own_health_now = outputs[-1]["data"]["text/plain"]
assert "NOT_FOUND" in own_health_now

# after: set
assert "NOT_FOUND" not in outputs[-1]["data"]["text/plain"]
assert check("courier.v1.QuotesService") == "NOT_FOUND", "a misspelt one"

# after: watch
assert printed == "SERVING\nNOT_SERVING\nSERVING\n"

# after: watch-wire
(call,) = watched.calls
assert len(call.responses) == 3, "one for each call of set, and the first"


# after: live
def until(condition):
    """Waits for what comes over the wire, on another thread."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


until(lambda: "SERVING" in str(board))
board.click("depot", "Not serving")
until(lambda: "NOT_SERVING" in str(board))
board.click("watcher", "Call")
board.click("depot", "Serving")
until(lambda: "NOT_SERVING" not in str(board))

# after: leaving
assert printed.split("\n")[:2] == ["SERVING", "NOT_SERVING"]
assert "status: NOT_SERVING" in printed, "set is ignored"
assert "stopped: False\n" in printed
assert printed.endswith("StatusCode.UNAVAILABLE - stopped: True\n"), "it was cut at the end of the grace"

# after: dashboard
shown = outputs[-1]["data"]["text/plain"]
for address in (wire.address, cared_wire.address, inspector.address):
    assert address in shown, "every channel of this kernel"

# after: trouble
assert printed.startswith("StatusCode.INVALID_ARGUMENT\n")
(row,) = dashboard(shaky.address).rows
assert row[1:] == ("READY", "3", "1")

# after: stopped
assert printed.startswith("StatusCode.UNAVAILABLE\n")
(row,) = dashboard(shaky.address).rows
assert row[1] != "READY"
assert row[2:] == ("4", "2")

# after: trace
lines = printed.splitlines()
assert lines[0] == "Channel created"
assert any("READY" in line for line in lines)

# after: chart
assert chart.most("started") == 60
assert chart.most("failed") == 15

# after: servers
assert "calls" in printed
assert "127.0.0.1:0" in printed, "a server's port is missing"

# after: ghost
listed, methods, called = printed.split("$ ")[1:]
assert "courier.v1.QuotesService" in listed
assert 'failed to find service named "courier.v1.QuotesService"' in methods
assert called.endswith("exit code: 0\n")

# after: ghost-cured
assert QUOTE in printed
assert printed.endswith("exit code: 0\n")

# after: pool-default
tolled, checked = printed.split("$ ")[1:]
assert "failed to find service" in tolled
assert '"status": "SERVING"' in checked

# after: pool-own
tolled, checked = printed.split("$ ")[1:]
assert '"tollCents": 150' in tolled
assert "failed to find service" in checked

# after: pool-cured
tolled, checked = printed.split("$ ")[1:]
assert '"tollCents": 150' in tolled
assert '"status": "SERVING"' in checked

# after: not-serving
assert printed == "NOT_SERVING\nprice_cents: 570\n\n"

# after: not-serving-cured
assert printed == "StatusCode.UNAVAILABLE - the price list is away\n"

# after: explorer
import pytest

assert {service.full_name for service in {m.service for m in explorer._session.methods.values()}} == {
    *offered,
    "grpc.health.v1.Health",
    "grpc.channelz.v1.Channelz",
}
explorer.choose("GetQuote")
explorer.press("call")
assert explorer.wait().status.code is grpc.StatusCode.OK
explorer.choose("GetTopChannels")
explorer.press("call")
assert explorer.address in str(explorer.wait().entries[-1].what), "the channel over which it calls"
assert "ProtoReflectionDescriptorDatabase" in explorer.python()
explorer.ask(haunted.address)
assert explorer.offered.without_schema == ("courier.v1.QuotesService",)
for silent_one, why in ((mute, "does not tell"), (gone, "no gRPC server without TLS")):
    with pytest.raises(ValueError, match=why):
        explorer.ask(silent_one.address)
    assert explorer.address == haunted.address, "one can still call what was there before"
