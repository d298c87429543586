"""What the lesson on client streaming claims."""

# after: send
assert (summary.points, summary.distance_km) == (5, 12)
lines = printed.splitlines()
assert lines[0] == "the phone sends (1, 1)"
assert lines.index("the server has (1.0, 1.0)") < lines.index("the phone sends (8, 6)"), (
    "the handler did not wait for all"
)

# after: send-wire
sent = [
    frame for frame in call.frames if frame.stream and frame.direction == "to_server" and not frame.control
]
assert [frame.name for frame in sent] == ["HEADERS"] + ["DATA"] * 6, "five points and the half-close"
assert sent[-1].end_stream
assert not any(frame.end_stream for frame in sent[:-1])

# after: draw-wire
points = [
    frame
    for frame in drawn.frames
    if frame.name == "DATA" and frame.direction == "to_server" and frame.stream
]
assert len(points) == 14, "13 points and the half-close"
assert points[-1].t_ns - points[0].t_ns > 500_000_000, "they left while it was drawn"

# after: sizes
assert printed == "124 messages; the largest has 65,540 bytes\n"

# after: upload
assert printed.endswith("True")
assert bar.value == len(photo)

# after: early
assert "RESOURCE_EXHAUSTED - the disk is full" in printed
assert 0.4 < bar.value / len(photo) < 0.6, "half-way; the rest was never taken"

# after: early-result
stops = [frame for frame in refused.frames if frame.name == "RST_STREAM"]
assert [frame.direction for frame in stops][:1] == ["to_client"], "the server told the client to stop"

# after: enough
assert "points: 3" in printed, "a proper answer"
assert len(taken) < 50, "the rest was never taken"

# after: pace-call
shares = [
    [int(part.split("%")[0]) for part in line.split(":")[1:]]
    for line in printed.splitlines()
    if "taken" in line
]
assert shares == sorted(shares)
assert shares[0][0] < 60, "the generator was not run at full speed"
assert all(taken - read <= 5 for taken, read in shares), "the client is never far ahead"

# after: pace-end
assert printed == "8000000"

# after: list
assert "Exception iterating requests!" in printed

# after: list-next
assert printed == "'list' object is not an iterator\n"

# after: list-fixed
assert "points: 2" in printed

# after: raising
assert "Exception iterating requests!" in printed
assert "x * 1.0" in printed, "the card shows the learner's own line"

# after: endless
assert printed == "StatusCode.DEADLINE_EXCEEDED\n"
