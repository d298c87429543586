"""What the lesson on resilience claims."""

# after: gone
first, second = printed.splitlines()
assert first.startswith("OK ")
assert second.startswith("UNAVAILABLE ")
assert "Connection refused" in second

# after: come-back
assert _.startswith("OK, ")

# after: come-back-soon
assert _.startswith("OK, ")

# after: hidden
rows = outputs[-1]["data"]["text/plain"]
assert "Connection refused" in " ".join(rows.split())
assert "DEADLINE_EXCEEDED" in rows

# after: retry
assert printed.startswith("OK ")
assert [call.attempt for call in attempts.calls] == [1, 2, 3]
assert [call.status for call in attempts.calls] == ["UNAVAILABLE", "UNAVAILABLE", "OK"]
assert attempts.calls[1].call.header("grpc-previous-rpc-attempts") == "1"
assert len({call.call.stream for call in attempts.calls}) == 3, "each a stream of its own"

# after: storm
assert "each customer: [4, 8, 12, 16]\n" in printed
assert printed.endswith("with a brake: [2, 3, 4, 5]\n")

# after: pushback
told_300, told_never = printed.splitlines()
assert told_300.startswith("300 OK ")
assert told_300.endswith(" 2 attempts")
assert float(told_300.split()[2]) >= 0.3
assert told_never.startswith("-1 UNAVAILABLE ")
assert told_never.endswith(" 1 attempts")

# after: hedge-race
assert printed.startswith("price_cents: 450\n\n")
slow, quick = race.calls
assert (slow.server, slow.cancelled_by) == ("slow", "client")
assert (quick.server, quick.status) == ("quick", "OK")
assert quick.start > slow.start

# after: turns
alone = shares({})
assert sorted(alone[name] for name in "ABC") == [0, 0, 30], "it stays there; A, unless the machine is busy"
turns = shares(TURNS)
assert turns["OK"] == 30
assert min(turns[name] for name in "ABC") >= 1, "in turn, as soon as all connections stand"

# after: unwell
assert seen["round_robin"]["A"] >= 1
assert seen["and health"]["A"] == 0
assert seen["and health"]["OK"] == 30
assert 30 in seen["health alone"].values(), "A, unless the machine is busy"

# after: mute
assert printed.count("DEADLINE_EXCEEDED") == 2
assert ask(believing)[0] == "OK", "over the same connection, once it is heard again"

# after: keepalive
assert found == [("DEADLINE_EXCEEDED", "Deadline Exceeded"), ("UNAVAILABLE", "Stream removed (ping timeout)")]
assert ask(pinging[1])[0] == "OK", "the next call gets a new connection"

# after: keepalive-wire
sent = [frame for frame in unanswered.frames if frame.direction == "to_server"]
assert len({frame.connection for frame in sent if frame.name == "PING" and not frame.ack}) == 2, (
    "both sent PINGs"
)
assert "'ping_timeout'" in printed
assert printed.count("GOAWAY") == 1

# after: aging
assert set(ended) == {"OK"}, "none failed"
assert len({frame.connection for frame in aged.frames}) >= 2

# after: goaways
assert "connection 1, to_client: GOAWAY NO_ERROR, last stream 2147483647, 'max_age'\n" in printed
assert printed.count("connection 1,") == 2, "two of them on a connection"

# after: stop-well
assert printed.startswith("too late: UNAVAILABLE ")
assert "\nunder way: OK - stopped: True\n" in printed
control_frames = [frame for frame in farewell.frames if frame.name in ("GOAWAY", "PING")]
goaways = [frame for frame in control_frames if frame.name == "GOAWAY"]
assert [frame.last_stream for frame in goaways] == [2**31 - 1, 1]
between = control_frames[control_frames.index(goaways[0]) : control_frames.index(goaways[1])]
assert any(frame.name == "PING" and frame.ack for frame in between), (
    "its answer proves that the first was read"
)

# after: too-old
assert (_[0], _[2]) == ("UNAVAILABLE", "max connection age")

# after: rush
limited = rush(maximum_concurrent_rpcs=4)
assert limited["RESOURCE_EXHAUSTED"] + limited["OK"] == 30
assert limited["handlers"] == limited["OK"]
unlimited = rush()
assert unlimited["DEADLINE_EXCEEDED"] >= 15
assert unlimited["OK"] > limited["OK"], "fewer were answered in all"
assert unlimited["handlers"] < 30, "who waits for a thread until his time is over is never begun"

# after: misspelt
assert printed.startswith("UNAVAILABLE ")
assert printed.endswith("\n1 attempt\n")

# after: refused
assert printed.startswith("INVALID_ARGUMENT ")
assert "retryPolicy.maxAttempts error:must be at least 2" in printed

# after: check
small, loudly, unread, four, nothing = printed.strip().split("\n\n")
assert small.endswith("Did you mean retryPolicy?")
assert "must be 2 or more" in loudly
assert unread.startswith("healthCheckConfig is ignored by pick_first")
assert len(four.splitlines()) == 4
assert nothing == "nothing to say"

# after: config-timeout
two, sent_two, one, sent_one = printed.splitlines()
assert two.startswith("2s DEADLINE_EXCEEDED ")
assert float(two.split()[2]) < 1.2, "long before its time"
assert one.startswith("1s DEADLINE_EXCEEDED ")
assert sent_two in ("deadlines that were sent: [None]", "deadlines that were sent: []")
assert sent_one == "deadlines that were sent: []", "before it was sent"

# after: pings
assert printed == "UNAVAILABLE Too many pings\n"

# after: ping-frames
assert "to_client: GOAWAY ENHANCE_YOUR_CALM, last stream 1, 'too_many_pings'" in printed
goaway = next(frame for frame in pinged.frames if frame.name == "GOAWAY")
pings = Counter(
    f.connection for f in pinged.frames if (f.name, f.direction, f.ack) == ("PING", "to_server", False)
)
(of_content,) = (count for connection, count in pings.items() if connection != goaway.connection)
assert of_content <= 2 < pings[goaway.connection], "two PINGs without data, and no more"


# after: lab
def calls_with(name):
    """What is said after calls with a policy."""
    policy.label = name
    return call_for(0.3)


for name in policies:
    assert calls_with(name).endswith(" 0 failed"), name
board.click("A", "Kill")
assert "gone" in str(board)
assert calls_with("round_robin and retries").endswith(" 0 failed")
board.click("A", "Start")
board.click("B", "Unhealthy")
before = replicas["B"].quotes.asked
calls_with("round_robin and health")
assert replicas["B"].quotes.asked == before
board.click("B", "Unhealthy")
board.click("C", "Slow")
assert "slow" in str(board)
board.click("C", "Slow")
assert str(board).count("well") == 3
