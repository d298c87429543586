"""What the lesson on errors, deadlines and cancellation claims."""


def by_server(drawn):
    """The calls of a trace, of which each server has one at most; `_` is the trace that a cell has shown."""
    return {call.server: call for call in drawn.calls}


# after: map
table = outputs[0]["data"]["text/plain"]
# Where the columns begin, and a row's name goes on in a second line, depends on who ended the call of the last row.
rows = {" ".join(line.split()[:3]): line for line in table.splitlines()}
for what, status in {
    "the handler aborts": "NOT_FOUND",
    "the handler raises": "UNKNOWN",
    "the handler returns": "INTERNAL",
    "nobody wrote the": "UNIMPLEMENTED",
    "the server is": "UNAVAILABLE",
}.items():
    assert rows[what].count(status) == 2, "the client has what came over the wire"
for what, status in {"the client cancels": "CANCELLED", "the connection breaks": "UNAVAILABLE"}.items():
    assert rows[what].count(status) == 1, "nothing came over the wire"
    assert " – " in rows[what]
    assert "at work" in rows[what]
assert "DEADLINE_EXCEEDED" in rows["the deadline passes"]
cards = [output["data"]["text/plain"] for output in outputs[1:]]
assert "IndexError" in cards[0]
assert "Is a `return` missing?" in cards[1]
assert len(cards) == 2, "two rows have a card"

# after: rich-call
assert printed.startswith("StatusCode.INVALID_ARGUMENT - the order is not complete\n")
assert [detail.TypeName() for detail in rich.details] == ["google.rpc.BadRequest"]
assert strict_orders.PlaceOrder(order_pb2.PlaceOrderRequest(recipient="Ada", weight_grams=5)).shelf == "A-1"

# after: rich-read
assert [line.split()[0] for line in printed.splitlines()] == ["weight_grams", "recipient"]

# after: rich-wire
(answer,) = [f for f in refused.frames if f.direction == "to_client" and f.role == "trailers-only"]
last = refused.explain(answer).children[-1]
assert last.label == "grpc-status-details-bin", "the answer's last header"
_, _, status = last.children[1].children
assert status.label == "google.rpc.Status"
assert [field.label for field in status.children] == ["code", "message", "details"]
told = {entry.name: entry.value for entry in answer.block.entries}
assert told["grpc-status"] == b"3", "code and text stand there twice"
assert told["grpc-message"].replace(b"%20", b" ") == b"the order is not complete"
assert told["grpc-status-details-bin"].endswith(rich.SerializeToString()), "serialized again: the same bytes"

# after: full-call
assert printed.split() == ["google.rpc.RetryInfo", "google.rpc.ErrorInfo"]

# after: deadline-lost
assert printed.startswith("StatusCode.DEADLINE_EXCEEDED")
calls = by_server(_)
assert [calls[name].status for name in usual] == ["OK"] * 3, "the others worked to the end"
assert [calls[name].deadline for name in usual] == [None] * 3
assert calls["front"].deadline is not None
assert calls["depot"].start > calls["front"].end, "the customer had gone"
assert calls["billing"].end > calls["front"].end, "it went on"
assert calls["depot"].parent is calls["front"], "nobody else calls it, as `callers` says"

# after: deadline-kept
assert printed.startswith("StatusCode.DEADLINE_EXCEEDED")
assert "depot" not in by_server(_)

# after: deadlines
assert printed.startswith("StatusCode.OK")
left = [call.deadline for call in handed_on.calls]
assert [call.server for call in handed_on.calls] == ["front", "quote", "billing", "depot"]
assert left == sorted(left, reverse=True), "they shrink from call to call"
assert left[0] >= 1.0, "rounded up"

# after: cancel-lost
assert printed.startswith("StatusCode.CANCELLED")
assert [by_server(_)[name].status for name in usual] == ["OK"] * 3

# after: cancel-kept
assert printed.startswith("StatusCode.CANCELLED")
calls = by_server(_)
assert "depot" not in calls
assert calls["front"].cancelled_by == calls["billing"].cancelled_by == "client"

# after: cancel-deadline
assert printed.startswith("StatusCode.DEADLINE_EXCEEDED")
calls = by_server(_)
assert "depot" not in calls
assert calls["billing"].cancelled_by == "client"
assert calls["billing"].deadline is None, "none was handed on"

# after: aio-cancel
first, second = printed.splitlines()[:2]
assert first == "time remaining: None"
assert 4 < float(second.split(":")[1]) <= 5.1
assert all(call.given_up for call in drawn.calls)
assert [call.deadline for call in drawn.calls if call.server == "quote"] == [None, None]

# after: slept-on
last = hung_up.calls[-1]  # billing's, unless a busy machine has not come so far
assert last.cancelled_by == "client"
assert last.server != "billing" or last.duration < billing_server.log[-1].seconds, "it slept on to its end"
assert billing_server.log[-1].seconds >= 0.2

# after: notice-log
first, second = noticing.log
assert first.seconds < second.seconds, "it ended when its client had cancelled"
assert second.seconds >= 0.4

# after: size-lost
heard = twenty_calls(12_000)
assert sum(heard.values()) == 20
lost = [words for words in heard if not words.startswith("INVALID_ARGUMENT")]
assert all(words.startswith("RESOURCE_EXHAUSTED: ") and "soft limit" in words for words in lost)
assert all("8192" in words for words in lost)
assert 0 < heard["INVALID_ARGUMENT: no price for this"] < 20, "by chance"

# after: size-table
assert arrived[7_000] == 20
assert arrived[17_000] == 0, "beyond the hard limit every call fails"
assert any("hard limit" in words and "16384" in words for words in twenty_calls(17_000))

# after: size-cured
larger = [("grpc.max_metadata_size", 32 * 1024)]
assert twenty_calls(12_000, larger) == {"INVALID_ARGUMENT: no price for this": 20}

# after: no-deadline
assert printed.startswith("StatusCode.DEADLINE_EXCEEDED")
assert list(by_server(_)) == ["front"], "nobody else was asked"

# after: no-deadline-seen
assert float(printed.split(":")[1]) > 9e18

# after: bounded-order
assert printed.startswith("StatusCode.OK")

# after: leave
assert printed.startswith("first StatusCode.DEADLINE_EXCEEDED\nsecond StatusCode.DEADLINE_EXCEEDED\n")
assert all(run.seconds < 0.2 for run in left_server.log), "the handlers ended at once"
assert isinstance(left_server.log[-1].error, SystemExit)

# after: leak
assert printed.startswith("StatusCode.UNKNOWN - Exception calling application: ")
assert "StatusCode.UNAVAILABLE" in printed
assert absent.address in printed, "the backend's address"

# after: chain-lab
assert len(chain(Bounded, 0.7, 0.2, 0.2, 0.2).calls) == 4, "something is left for the depot"
assert "depot" not in by_server(chain(Bounded, 0.3, 0.1, 0.6, 0.1)), "the depot's work is saved"
assert by_server(chain(Cancelling, 0.3, 0.1, 0.6, 0.1))["billing"].given_up
assert by_server(chain(Front, 0.3, 0.1, 0.3, 0.1))["depot"].status == "OK"
assert len(chain(Cancelling, 2, 0.0, 0.1, 0.0).calls) == 4, "at a normal end, cancelling changes nothing"
assert by_server(chain(Cancelling, 2, 0.0, 0.1, 0.0))["front"].status == "OK"
