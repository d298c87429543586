"""What the lesson on HTTP/2 claims."""

# after: first-frames
names = [frame.name for frame in first.frames if frame.raw]
assert names[0] == "PREFACE" or names[0] == "SETTINGS", "both sides speak at once"
assert len(next(frame.raw for frame in first.frames if frame.name == "PREFACE")) == 24
settings = [frame for frame in first.frames if frame.name == "SETTINGS"]
assert sorted(frame.summary == "ack" for frame in settings) == [False, False, True, True]
assert {frame.direction for frame in settings if frame.summary == "ack"} == {"to_server", "to_client"}
assert [frame.stream for frame in first.frames if frame.name == "DATA"] == [1, 1]

# after: frame-header
assert length == len(data.raw) - 9
assert (kind, flags, stream) == (0, 1, 1)

# after: together
assert "1 connection" in printed
assert len({call.stream for call in together.calls}) == 20
assert all(call.stream % 2 for call in together.calls), "clients use odd numbers"
asked = [frame.stream for frame in together.frames if frame.role == "request headers"]
answered = [frame.stream for frame in together.frames if frame.role == "trailers"]
assert sorted(asked) == sorted(answered)
assert asked != answered, "answers come in another order than questions"
last_asked = max(frame.t_ns for frame in together.frames if frame.role == "request headers")
first_answered = min(frame.t_ns for frame in together.frames if frame.role == "trailers")
assert last_asked < first_answered, "all requests are out before the first answer"

# after: in-line
assert "the same prices: True" in printed
turns = [frame.direction for frame in in_line.frames if frame.name == "HTTP/1.1"]
assert turns == ["to_server", "to_client"] * 20, "everybody waits for the one in front"

# after: busy
assert printed.startswith("CannotSendRequest")

# after: several-times
taken = [float(line.split()[2]) for line in printed.splitlines()]
assert taken[0] > taken[2], "the staircase is gone"
assert printed.count("the same prices: True") == 3

# after: three-sizes
sizes = [int(line.split(":")[1].split()[0]) for line in printed.splitlines()]
assert sizes[0] > 200 > 50 > sizes[2] > sizes[1]
blocks = [frame.block for frame in three.frames if frame.role == "request headers"]
path = [next(entry for entry in block.entries if entry.name == ":path") for block in blocks]
assert [entry.size for entry in path][1:] == [1, 1]
shop = [next(entry for entry in block.entries if entry.name == "shop") for block in blocks]
assert len({entry.size for entry in shop}) == 1, "metadata of one's own is written out every time"
assert not any(entry.encoding == "indexed" for entry in shop)
added = [entry.name for entry in blocks[2].entries if entry.encoding == "literal, added to the table"]
assert added == ["grpc-timeout"]

# after: own-metadata
first_size, second_size = (int(line.split()[1]) for line in printed.splitlines())
assert (first_size > 10, second_size) == (True, 1)

# after: too-late
assert printed.startswith("InvalidTableIndex")

# after: default-reader
assert printed.split() == ["read:", "1,", "sent:", "6000"]

# after: two-readers
read_quick, come_to, read_slow = (int(line.split()[-1]) for line in printed.splitlines())
assert (read_quick, read_slow) == (6000, 6000)
assert come_to < 6000, "the handler stood still"

# after: two-readers-lows
came = int(printed.split("ended: ")[1].split()[0].replace(",", ""))
assert 65_535 < came < 3 * 65_535, "the window, and a part of it that was given back ahead of time"
done = {call.stream: call.end_ns for call in two_readers.calls}
assert done[3] < done[1], "the quick one was not held up"
to_client = [each for each in two_readers.windows() if each.direction == "to_client"]
assert min(each.window for each in to_client if each.stream == 1) < 100, (
    "the slow window went down to nothing"
)
stuck = next(each.t_ns for each in to_client if each.stream == 1 and each.window < 100)
meanwhile = [each.window for each in to_client if each.stream == 0 and stuck < each.t_ns < done[3]]
assert max(meanwhile) > 10_000, "the connection's came back, so the quick one went on"
said = " ".join(each.summary for each in two_readers.frames if each.name == "SETTINGS")
windows = [part.rstrip(",") for part in said.split() if part.startswith("INITIAL_WINDOW_SIZE")]
assert set(windows) <= {"INITIAL_WINDOW_SIZE=65535"}, "the windows are those of RFC 9113"

# after: wrong-client
assert printed.startswith("BadStatusLine")

# after: wrong-server
assert "Trying to connect an http1.x server" in printed

# after: narrow
open_now = most = 0
for frame in queued.frames:
    open_now += (frame.role == "request headers") - (frame.role == "trailers")
    most = max(most, open_now)
assert most == 2, "two streams at a time"
assert "OK" in printed

# after: narrow-late
assert printed.splitlines() == ["StatusCode.DEADLINE_EXCEEDED", "2 calls on the wire"]

# after: wide
assert len({call.stream for call in side_by_side.calls}) == 20

# after: scaling-calls
assert "4 connections: " in printed
assert "OK" in printed

# after: try-it-sliders
lanes = twenty(1, 3)
assert lanes is not None
assert len({call.connection for call in spread.calls}) == 4
