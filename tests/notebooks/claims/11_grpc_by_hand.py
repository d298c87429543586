"""What the lesson on a call by hand claims."""

# after: model-frames
named = [line.split()[0] for line in printed.splitlines()]
assert named[:1] == ["PREFACE"]
assert {"SETTINGS", "HEADERS", "DATA"} < set(named)

# after: by-hand-exchange
assert by_hand.calls[0].status == "OK"
assert quote_pb2.GetQuoteResponse(price_cents=690).SerializeToString() in answer

# after: curl
assert "grpc-status: 0" in printed or "There is no curl" in printed

# after: ping
assert printed.splitlines() == [
    "to_server 616e79626f64793f b'anybody?'",
    "to_client ack 616e79626f64793f b'anybody?'",
]

# after: reset
assert "price_cents: 1050" in printed
resets = [frame for frame in cancelled.frames if frame.name == "RST_STREAM"]
assert [frame.direction for frame in resets] == ["to_server"]
assert resets[0].stream == cancelled.calls[0].stream != cancelled.calls[1].stream

# after: stop-politely
assert printed.split() == ["under", "way:", "2450", "too", "late:", "StatusCode.UNAVAILABLE"]
leaves = [frame.summary for frame in stopped.frames if frame.name == "GOAWAY"]
assert "last stream 2147483647" in leaves[0]
assert "last stream 1," in leaves[1]

# after: failing-grpc
assert printed.splitlines()[-1].startswith("StatusCode.DATA_LOSS")
assert printed.count("position") == 3

# after: failing-web
assert printed.splitlines()[0] == "status 200"
assert printed.splitlines()[1].startswith("IncompleteRead")

# after: failing-wire
assert "trailers: grpc-status 15 DATA_LOSS" in printed
assert "response headers: :status 200" in printed

# after: flag
assert "INTERNAL" in printed

# after: flag-right
assert "grpc-status 0 OK" in printed

# after: pings
assert "GOAWAY ENHANCE_YOUR_CALM" in printed
assert "too_many_pings" in printed

# after: keepalive
idle, permitted = (line.split(":")[1].split() for line in printed.splitlines())
assert idle == ["0", "PING,", "0", "GOAWAY"]
assert 1 <= int(permitted[0]) <= 3
assert permitted[2:] == ["0", "GOAWAY"]

# after: patient
assert "GOAWAY" not in printed
assert printed.count("ack") >= 7, "all answered, but perhaps the last, for which nobody waits long"
import contextlib
import io

for one in patient:
    with contextlib.redirect_stdout(io.StringIO()) as told_alone:
        nag(tap(serve(Quotes(), options=[one])))
    assert "GOAWAY" in told_alone.getvalue(), "one of the two options alone is not enough"

# after: try-it-switches
assert call_without(**dict.fromkeys(parts, True)).calls[0].status == "OK"
answers = {}
for part in parts:
    tried = call_without(**{name: name != part for name in parts})
    answers[part] = [frame.name for frame in tried.frames if frame.direction == "to_client"]
assert answers["te"][-1] == "RST_STREAM" or "RST_STREAM" in answers["te"], answers
assert "HEADERS" not in answers["preface"] + answers["settings"], "it hangs up"
assert "HEADERS" in answers["end_stream"], "it answers"
assert "HEADERS" in answers["content_type"], "it answers"
assert "HEADERS" in answers["prefix"], "with a status"
