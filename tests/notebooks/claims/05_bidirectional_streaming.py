"""What the lesson on bidirectional streaming claims."""

# after: talk
assert printed.splitlines() == ["WHERE ARE YOU?", "HURRY UP"]

# after: talk-wire
data = [frame.direction for frame in call.frames if frame.name == "DATA" and not frame.end_stream]
assert data == ["to_server", "to_client", "to_server", "to_client"], "the two directions interleave"

# after: three-answers
assert printed.splitlines() == [
    "Patient ['you said 3 things']",
    "Chatty ['welcome, before you say anything', 'a?', 'a!', 'b?', 'b!', 'c?', 'c!']",
    "Rude ['closed for today']",
]

# after: queue
assert printed == "'ANYBODY THERE?'"

# after: queue-end
assert replies.code() is grpc.StatusCode.OK

# after: panels-say
heard = {name: str(panels[name]) for name in panels.names}
assert len({c.stream for c in talk.calls}) == 2, "two streams"
assert len({c.connection for c in talk.calls}) == 1, "on one connection"

# after: deadlock
assert printed == "StatusCode.DEADLINE_EXCEEDED\n"

# after: leak
assert int(printed.split(":")[1]) >= 3, "each open call holds threads"

# after: leak-cancelled
assert printed.startswith("calls still open on the server: 0")
assert int(printed.split(":")[2]) >= 3, "the threads that wait in get stay"

# after: leak-fixed
assert int(printed.split(":")[1]) < 3, "they have ended"

# after: crowd-room
lines = printed.splitlines()
assert lines[0] == "the speaker heard 5000 of her own words"
assert int(lines[1].split("[")[1].rstrip("]")) > 1000, "they pile up in the server"
assert lines[2] == "out of the tunnel: 5000 messages, then StatusCode.OK"

# after: bounded-room
lines = printed.splitlines()
assert lines[1] == "waiting in mailboxes: []"
assert lines[2].endswith("then StatusCode.CANCELLED")

# after: far
value, unit = next(line for line in printed.splitlines() if "ping-pong" in line).split()[1:3]
assert float(value) * {"ms": 1e-3, "s": 1}[unit] >= 0.5, "each question pays for both ways"
