"""What the lesson on gRPC and REST claims."""

# after: grpc-side
assert "cents: 900" in outputs[-1]["data"]["text/plain"]

# after: rest-side
assert outputs[-1]["data"]["text/plain"] == "{'cents': 900}"

# after: openapi
assert '"weight_grams"' in printed
assert client.get("/docs").status_code == 200

# after: wire-bytes
assert totals["gRPC, first call"] > totals["gRPC, second call"], "headers are sent as numbers"
assert abs(totals["REST, first call"] - totals["REST, second call"]) < 5, "the same text each time"

# after: wire-rest
assert "POST /price HTTP/1.1" in outputs[-1]["data"]["text/plain"]

# after: measure-results
assert results.mode == "quick"
assert {who.id for who in results.contenders} == {who.id for who in comparison.CONTENDERS}, results.notes
assert {case.id for case in results.cases} == {case.id for case in comparison.CASES}
assert all(len(each.seconds) >= 5 for each in results.measurements)
assert all(each.wire > each.payload > 0 for each in results.measurements)
assert all(case.title in str(results) for case in results.cases)

# after: ride-measured
assert seen["polling"]["moves seen"] != "20 of 20", "misses what happens between two questions"
assert all(row["moves seen"] == "20 of 20" for name, row in seen.items() if name != "polling")
assert seen["polling"]["bytes on the wire"] > max(
    row["bytes on the wire"] for name, row in seen.items() if name != "polling"
)

# after: leave
assert set(stopped_at) == {"NDJSON", "SSE", "gRPC"}
assert all(3 <= number < 20 for number in stopped_at.values()), "nobody works on for nobody"

# after: mistakes-table
became = {name: cells for name, *cells in rows}
assert all("accepted, 810" in cell for cell in became["nothing wrong"])
assert became["text for a number"][0].startswith("client"), "caught where it is made"
assert became["misspelt"][0].startswith("client")
assert became["missing"][0].startswith("accepted"), "a field that is missing is zero"
assert became["no such number of a speed"][0].startswith("accepted")
assert became["not a number"][0].startswith("server: UNKNOWN")
assert became["missing"][1] == "server: 422"
assert all(
    became[name][1].startswith("accepted")
    for name in ("digits as text", "too large", "negative", "one too many")
)
strict = {name: cells[2] for name, cells in became.items() if name not in ("nothing wrong", "not a number")}
assert set(strict.values()) == {"server: 422"}

# after: newer-call
assert printed.strip() == "cents: 810"

# after: caching-wire
fresh, unchanged = (int(line.split()[1].replace(",", "")) for line in printed.splitlines())
assert fresh > 10 * unchanged

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
