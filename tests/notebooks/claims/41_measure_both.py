"""What the lesson that measures both claims."""

# after: sizes
one, many = sizes(1).medians, sizes(1000).medians
assert one["JSON"] > 1.5 * one["protobuf"]
assert one["JSON, gzip"] > 0.8 * one["JSON"], "gzip needs repetitions"
assert many["JSON, gzip"] < 0.3 * many["JSON"]
assert many["JSON, gzip"] / many["protobuf, gzip"] < many["JSON"] / many["protobuf"], "the gap closes"

# after: measure-results
assert results.mode == "quick"
assert all(len(results.of(case.id)) > 1 for case in results.cases)
assert {who.id for who in results.candidates} == {who.id for who in comparison.CANDIDATES}, results.notes
assert {case.id for case in results.cases} == {case.id for case in comparison.CASES}
from helpers.comparison.rounds import MODES  # where the tests are in a hurry, one round is enough

assert all(len(each.seconds) >= min(5, MODES["quick"].least_rounds) for each in results.measurements)
assert all(each.wire > each.payload > 0 for each in results.measurements)
assert all(case.title in str(results) for case in results.cases)

# after: keep
assert "grpcio" in printed

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

# after: unfair
# (which of two connections is quicker is measured on the page; that it is drawn is what matters here)
assert "gRPC" in outputs[-1]["data"]["text/plain"]

# after: first-calls
taken = [float(line.split()[2]) for line in printed.splitlines()]
assert taken[0] > min(taken[1:]), "the first call connects"

# after: fair
assert "REST, http.client" in outputs[-1]["data"]["text/plain"]

# after: own-work
assert with_own_work("small", 50).medians
