"""What the lesson on client streaming claims."""

# after: send
assert (summary.points, summary.distance_km) == (5, 12)

# after: send-wire
sent = [
    frame for frame in call.frames if frame.stream and frame.direction == "to_server" and not frame.control
]
assert [frame.name for frame in sent] == ["HEADERS"] + ["DATA"] * 6, "five points and the half-close"
assert sent[-1].end_stream
assert not any(frame.end_stream for frame in sent[:-1])

# after: upload
assert printed.endswith("True")
assert bar.value == len(photo)
assert len(list(pieces(photo, ProgressBar(1)))) == 124, "a header and 123 pieces"

# after: early
assert "INVALID_ARGUMENT - a proof has 1,000,000 bytes at most" in printed
assert bar.value < len(photo), "the rest was never taken"

# after: early-result
stops = [frame for frame in refused.frames if frame.name == "RST_STREAM"]
assert [frame.direction for frame in stops][:1] == ["to_client"], "the server told the client to stop"

# after: pace-call
shares = [int(line.rsplit(" ", 1)[1].rstrip("%")) for line in printed.splitlines()]
assert shares == sorted(shares)
assert shares[0] < 50, "the generator was not run at full speed"

# after: list
assert "Exception iterating requests!" in printed
assert "'list' object is not an iterator" in printed, "the card tells why"

# after: list-fixed
assert "points: 2" in printed

# after: raising
assert "Exception iterating requests!" in printed
assert "x * 1.0" in printed, "the card shows the learner's own line"

# after: endless
assert printed == "StatusCode.DEADLINE_EXCEEDED\n"
