"""What the lesson on microservices claims."""


def by_server(drawn):
    """The calls of a trace, by their servers; `_` is the trace that a cell has shown."""
    return {call.server: call for call in drawn.calls}


# after: start
everybody = [*quote, *billing, depot_b]
assert all(each.running for each in everybody)
assert len({each.pid for each in everybody}) == 5

# after: first-order
assert printed.startswith("OK price_cents: 1500")
calls = by_server(_)
assert set(calls) == {"orders", "quote 1", "depot A", "depot B", "billing 1"}, "each replica has a twin"
assert calls["depot B"].parent is calls["depot A"]
assert calls["depot A"].parent is calls["orders"]
assert {call.request_id for call in _.calls} == {"O-first"}

# after: too-heavy
assert printed.startswith("RESOURCE_EXHAUSTED the order was not taken\n")
calls = by_server(_)
assert [calls[name].status for name in ("orders", "depot A", "depot B")] == ["RESOURCE_EXHAUSTED"] * 3
assert calls["depot B"].details == "no shelf for 50000 g", "the reason, at the innermost server alone"
assert not {"billing 1", "billing 2"} & set(calls), "billing was not asked"

# after: grep
assert "depot.py   O-heavy: RESOURCE_EXHAUSTED: no shelf for 50000 g\n" in printed
assert "orders.py  O-heavy: RESOURCE_EXHAUSTED: the order was not taken\n" in printed

# after: too-late
assert printed.startswith("DEADLINE_EXCEEDED"), "in the front's words, unless the machine is busy"
calls = by_server(_)
assert "depot A" in calls
deadlines = [calls[name].deadline_ns for name in ("orders", "depot A", "depot B") if name in calls]
assert deadlines == sorted(deadlines, reverse=True), "they pass from the inside out"

# after: pick-first
assert _["quote 1"] == _["billing 1"] == 4
assert not {"quote 2", "billing 2"} & set(_)

# after: configure
for service in ("quote", "billing"):
    assert _[f"{service} 1"] + _[f"{service} 2"] == 4
assert {"quote 1", "quote 2"} <= set(_), "each has its share"

# after: kill
assert printed.startswith("OK ")
charging = sorted((call for call in _.calls if call.method == "Charge"), key=lambda call: call.attempt)
assert [call.attempt for call in charging] == [1, 2]
assert charging[0].server != charging[1].server, "the other replica"
assert charging[0].status is None
assert not billing[int(charging[0].server[-1]) - 1].running

# after: charged
assert len(_) == 1, "one row"
assert not billing[int(_[0][1][-1]) - 1].running, "from the first, which died"

# after: rehearsal
assert "orders a second on this machine" in printed
assert 0 < number <= 10_000

# after: ten-thousand
assert full == {
    "orders": number, "OK, and not charged": 0, "failed": 0, "failed, and charged": 0, "charged twice": 0
}  # fmt: skip
assert billing[0].running, "it is back"
assert any(line.text.endswith("was ended by SIGKILL") for line in billing[0].log)

# after: who-charged
assert _["billing 1"] < _["billing 2"], "less than its twin"

# after: graceful
assert ends["SIGKILL"]["failed"] == 0
assert ends["SIGTERM"]["failed"] > 0, "the friendly end made orders fail"
assert all(seen["charged twice"] == seen["OK, and not charged"] == 0 for seen in ends.values())

# after: why
assert sum(_.values()) >= ends["SIGTERM"]["failed"]

# after: roll-out
assert ends["SIGTERM, drained"]["failed"] == 0
assert ends["SIGTERM, drained"]["charged twice"] == 0

# after: no-key
assert broken["no unique key"]["failed"] == 0, "every customer heard OK"
assert broken["no unique key"]["charged twice"] > 0

# after: no-retries
assert broken["no retries"]["failed"] > 0
assert broken["no retries"]["failed, and charged"] > 0
assert broken["no retries"]["charged twice"] == 0

# after: roll-quickly
assert rolls["at once"]["failed"] > 0

# after: roll-patiently
assert rolls["when it charges again"]["failed"] == 0

# after: shop
assert all(replica.running for replica in replicas.values())
shop.click("billing 1", "Kill")
assert not billing[0].running
shop.click("customers", "100 orders")
assert totals["orders"] == 100
assert totals["failed"] == 0
shop.click("billing 1", "Renew")
assert billing[0].running
