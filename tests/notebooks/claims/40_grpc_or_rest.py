"""What the lesson on gRPC and REST claims."""

# after: grpc-side
assert "cents: 900" in outputs[-1]["data"]["text/plain"]

# after: rest-side
assert outputs[-1]["data"]["text/plain"] == "{'cents': 900}"

# after: openapi
assert '"weight_grams"' in printed
assert '"cents"' in printed

# after: wire-bytes
assert totals["gRPC, first call"] > totals["gRPC, second call"], "headers are sent as numbers"
assert abs(totals["REST, first call"] - totals["REST, second call"]) < 5, "the same text each time"

# after: wire-rest
assert "POST /price HTTP/1.1" in printed

# after: measure-results
assert results.mode == "quick"
assert all(len(results.of(case.id)) > 1 for case in results.cases)
assert {who.id for who in results.contenders} == {who.id for who in comparison.CONTENDERS}, results.notes
assert {case.id for case in results.cases} == {case.id for case in comparison.CASES}
hurried = any("hurry" in note for note in results.notes)
assert all(len(each.seconds) >= (1 if hurried else 5) for each in results.measurements)
assert all(each.wire > each.payload > 0 for each in results.measurements)
assert all(case.title in str(results) for case in results.cases)

# after: ride-measured
assert all(row["moves seen"] == "20 of 20" for name, row in seen.items() if name != "polling")
others = [row["bytes on the wire"] for name, row in seen.items() if name != "polling"]
assert seen["polling"]["bytes on the wire"] > max(others), "it pays for headers at each question"

# after: leave
assert set(stopped_at) == {"NDJSON", "SSE", "gRPC"}
assert all(3 <= number < 20 for number in stopped_at.values()), "nobody works on for nobody"

# after: leave-ndjson
assert "FIN" in [frame.name for frame in left_ndjson.frames if frame.direction == "to_server"]

# after: leave-grpc
assert [frame.name for frame in left_grpc.frames if frame.name in ("RST_STREAM", "FIN")] == ["RST_STREAM"]

# after: own-work
assert with_own_work(50).medians

# after: mistakes-table
became = {name: cells for name, *cells in rows}
assert all("accepted: 810" in cell for cell in became.pop("nothing wrong"))
assert all(
    became[name][0].startswith("client")
    for name in ("text for a number", "misspelt", "too large", "negative")
)
assert all(
    became[name][0].startswith("accepted") for name in ("missing", "null", "no such number of a speed")
)
assert all(
    became[name][1] == "server: INVALID_ARGUMENT" for name in ("missing", "null", "no such number of a speed")
)
assert became["missing"][2] == "server: 422"
lets_through = ("digits as text", "too large", "negative", "one too many")
assert all(became[name][2].startswith("accepted") for name in lets_through)
assert {cells[3] for cells in became.values()} == {"server: 422"}

# after: no-tools
assert '"cents":810' in printed.replace(" ", "") or "no curl" in printed

# after: newer-call
assert printed.strip() == "cents: 810"

# after: caching-wire
fresh, unchanged = (int(line.split()[1].replace(",", "")) for line in printed.splitlines())
assert fresh > 10 * unchanged
assert (answer.status_code, again.status_code) == (200, 304)

# after: reading-along
assert '{"cents": "900"}' in printed
assert '"weightGrams": 1200' in printed

# after: unfair
# (which of two connections is quicker is measured on the page; that it is drawn is what matters here)
assert "gRPC" in outputs[-1]["data"]["text/plain"]

# after: contract-changed
assert printed.splitlines() == [
    "protobuf, renamed: 900 cents",
    "protobuf, renumbered: 0 cents",
    "JSON, renamed: KeyError: 'cents'",
]

# after: contract-check
renamed, renumbered = printed.splitlines()
assert renamed.endswith("no objection")
assert "cents" in renumbered
assert "no objection" not in renumbered

# after: guide
assert str(guide.advice)
