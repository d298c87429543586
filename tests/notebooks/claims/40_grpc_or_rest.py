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

# after: mistakes-table
became = {name: cells for name, *cells in rows}
assert all(cell == "810 cents" for cell in became.pop("nothing wrong"))
assert all(
    became[name][0].startswith("client")
    for name in ("text for a number", "misspelt", "too large", "one too many", "a fraction", "digits as text")
)
assert all(
    became[name][0].endswith("cents") for name in ("missing", "null", "no such number of a speed", "negative")
)
assert all(
    became[name][1] == "server: INVALID_ARGUMENT"
    for name in ("missing", "null", "no such number of a speed", "negative")
)
assert became["missing"][2] == "server: 422"
lets_through = ("digits as text", "too large", "negative", "one too many")
assert all(became[name][2].endswith("cents") for name in lets_through)
assert {cells[3] for cells in became.values()} == {"server: 422"}

# after: newer-call
assert printed.strip() == "cents: 810"

# after: no-json
assert printed.startswith("422 JSON")

# after: no-tools
assert '"cents":810' in printed.replace(" ", "") or "no curl" in printed

# after: caching-wire
fresh, unchanged = (int(line.split()[1].replace(",", "")) for line in printed.splitlines())
assert fresh > 10 * unchanged
assert (answer.status_code, again.status_code) == (200, 304)

# after: reading-along
assert '{"cents": "900"}' in printed
assert '"weightGrams": 1200' in printed

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

# after: patience-calls
assert printed.splitlines()[:2] == ["StatusCode.DEADLINE_EXCEEDED", "ReadTimeout"]
assert 0 <= noticed["gRPC, seconds left at the start"] <= 0.2
assert noticed["gRPC, still wanted at the end"] is noticed["REST, still wanted at the end"] is False

# after: patience-mended
assert "DEADLINE_EXCEEDED" in printed

# after: guide
assert str(guide.advice)
