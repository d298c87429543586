"""What the lesson on server streaming claims."""

# after: follow
assert len(list(ride(CORNERS))) == 49
assert [
    frame.name
    for frame in call.frames
    if frame.stream and frame.direction == "to_server" and not frame.control
] == [
    "HEADERS",
    "DATA",
], "one request"
answers = [
    frame for frame in call.frames if frame.stream and frame.direction == "to_client" and not frame.control
]
assert [frame.name for frame in answers] == ["HEADERS"] + ["DATA"] * 49 + ["HEADERS"], (
    "a frame for every position"
)
assert answers[-1].role == "trailers"

# after: polling-result
assert len(questions.calls) > 10
assert len(call.calls) == 1
assert questions.totals.wire > call.totals.wire, "asking costs more bytes"

# after: cancel
assert len(printed.splitlines()) == 5

# after: cancel-wire
resets = [frame for frame in cut.frames if frame.name == "RST_STREAM"]
assert [frame.direction for frame in resets] == ["to_server"]

# after: cancel-log
assert server.log[-1].ended_at is not None, "the handler was left standing, and closed"
assert server.log[-1].error is None
assert server.log[-1].seconds < server.log[0].seconds

# after: announce-call
lines = printed.splitlines()
assert "{'courier': 'ada'}" in lines[0]
assert float(lines[0].split()[0]) < 0.3 <= float(lines[1].split()[0]), (
    "the metadata came before the first message"
)
assert "{'distance-km': '12'}" in lines[3]

# after: flood-call
produced = [int(line.split(":")[1]) for line in printed.splitlines()]
assert produced[2] < 20_000, "the server stopped by itself"
assert produced[3] == 19_999

# after: flood-wire
assert min(sample.window for sample in drunk.windows() if sample.direction == "to_client") < 100, (
    "no room was left"
)

# after: dying-call
assert len(received) == 10
assert "StatusCode.UNAVAILABLE" in printed

# after: twice
assert printed.split() == ["counted:", "49", "drawn:", "0"]

# after: endless-call
assert printed == "StatusCode.DEADLINE_EXCEEDED\n"

# after: deaf-call
assert "1.0" in printed, "it went on to the end"

# after: listening-call
assert "1.0" not in printed.split("TrackParcel")[1], "it stopped"

# after: console
console.choose("TrackParcel", request)
assert console.press("Call") == {}
account = console.wait(30)
assert account.status.code is grpc.StatusCode.OK
assert account.received == 49
