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
metadata, message = (float(line.split()[0]) for line in lines[:2])
assert metadata + 0.1 < message >= 0.3, "the metadata came before the first message, which waited for 0.3 s"
assert "{'distance-km': '12'}" in lines[3]

# after: leave
lines = printed.splitlines()
assert "ended after" in lines[0], "nothing referred to the stream, so the call was cancelled"
assert first_run.seconds < server.log[0].seconds, "it did not go to its end"
assert "still running" in lines[1], "a name keeps the stream, and the call"

# after: leave-cancel
assert "ended after" in printed

# after: disagree
lines = printed.splitlines()
assert "ended after" in lines[0], "for the handler all is well"
assert quick.log[-1].error is None
assert lines[1].endswith("StatusCode.CANCELLED"), "for the client it is not"

# after: flood-default
lines = printed.splitlines()
assert "10000]" in lines[0], "by default all of it fits into the window"
assert lines[1] == "read afterwards: 9999"

# after: flood-call
lines = printed.splitlines()
assert int(lines[0].partition("]")[0].split()[-1]) < 10_000, "the handler stopped by itself"
came = int(lines[0].split("; ")[1].split()[0].replace(",", ""))
assert 65_535 < came < 2 * 65_535, "a window, and about half of one more"
assert lines[1] == "read afterwards: 9999"

# after: flood-wire
samples = [sample for sample in held_up.windows() if sample.direction == "to_client"]
assert min(sample.window for sample in samples) < 100, "no room was left"

# after: dying-call
assert len(received) == 10
assert "StatusCode.UNAVAILABLE" in printed

# after: twice
assert printed.split() == ["counted:", "49", "drawn:", "0"]

# after: endless-call
assert printed == "StatusCode.DEADLINE_EXCEEDED\n"

# after: deaf-call
assert float(printed.split()[-2]) > 0.95, "it went on to the end"

# after: listening-call
assert float(printed.split("TrackParcel")[1].split()[2]) < 0.9, "it stopped"

# after: stop-soon
assert "StatusCode.UNAVAILABLE" in printed
assert 1 < int(printed.splitlines()[1].split()[-2]) < 49, "some more came within the grace"

# after: stop-late
assert printed == "with a grace of 10 s: 49 positions\n"

# after: console
console.choose("TrackParcel", request)
assert console.press("Call") == {}
account = console.wait(30)
assert account.status.code is grpc.StatusCode.OK
assert account.received == 49
