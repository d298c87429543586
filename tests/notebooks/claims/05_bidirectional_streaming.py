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

# after: mailboxes
import sys

sys.setswitchinterval(1e-6)
both, boxes = Mailboxes(), [queue.Queue(), queue.Queue(), queue.Queue()]
both.members = dict.fromkeys(boxes)
speakers = [
    threading.Thread(target=lambda word=word: [both.tell_all(word) for _ in range(2000)])
    for word in ("one", "other")
]
for speaker in speakers:
    speaker.start()
for speaker in speakers:
    speaker.join()
sys.setswitchinterval(0.005)
heard = [list(each.queue) for each in boxes]
assert heard[0].count("one") == heard[0].count("other") == 2000
assert heard[0] == heard[1] == heard[2], "all hear what is said at the same time in one order"

# after: panels-say
assert "Waited" not in printed
assert len({c.stream for c in talk.calls}) == 2, "two streams"
assert len({c.connection for c in talk.calls}) == 1, "on one connection"
for name in panels.names:
    assert heard_by[name] == [question, answer], "both hear the question first"
    account = panels[name].static()["text/plain"]
    assert account.index("who is near?") < account.index("two minutes"), "and so it stands in both panels"

# after: deadlock
assert printed == "StatusCode.DEADLINE_EXCEEDED\n"

# after: both-write
numbers = [int(line.split(":")[1]) for line in printed.splitlines()]
assert numbers[1] == numbers[2] < 500, "both sides stand still"
assert numbers[3:] == [5000, 500], "reading sets both free"

# after: leak-three
assert [[int(part.split()[0]) for part in line.split(":")[1:]] for line in printed.splitlines()] == [
    [3, 3],
    [3, 0],
    [0, 0],
], "each call holds two threads; cancelling frees the server's, a None the client's"

# after: crowd-room
lines = printed.splitlines()
assert lines[0] == "the speaker heard 3000 of her own words"
assert max(map(int, lines[1].split("[")[1].rstrip("]").split(","))) > 1000, "they pile up in the server"
assert lines[2] == "out of the tunnel: 3000 messages, then StatusCode.OK"

# after: bounded-room
lines = printed.splitlines()
assert lines[0] == "the speaker heard 3000 of her own words", "the others have not noticed"
left = [int(count) for count in lines[1].split("[")[1].rstrip("]").split(",") if count]
assert len(left) <= 1, "the one in the tunnel has been sent away"
assert sum(left) < 10, "nothing piles up"
assert lines[2].endswith("then StatusCode.CANCELLED")

# after: far
value, unit = next(line for line in printed.splitlines() if "ping-pong" in line).split()[1:3]
assert float(value) * {"ms": 1e-3, "s": 1}[unit] >= 0.5, "each question pays for both ways"
