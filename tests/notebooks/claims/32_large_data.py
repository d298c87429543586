"""What the lesson on large data claims."""

import math

# after: film
copy = (folder / "film.bin").read_bytes()
assert len(copy) == size, "the cell says how much it took"
assert hashlib.sha256(copy).hexdigest() == digest.hexdigest()
assert digest.hexdigest() in printed
del copy

# after: refused
assert "StatusCode.RESOURCE_EXHAUSTED" in printed
assert "CLIENT: Received message larger than max" in printed, "the client says no"
assert refused.memory["server"] > 2 * size, "the server has built and serialized it"
assert refused.memory["client"] < refused.memory["server"]

# after: allowed
assert f"{size:,} bytes have arrived" in printed
assert allowed.memory["server"] > 2 * size, "a multiple of the film"
assert allowed.memory["client"] > 2 * size

# after: chunked
assert f"{size:,} bytes" in printed
low = min(value for _, value in chunked.chart.values("server") if value)
assert chunked.memory["server"] - low < size / 2, "flat lines"

# after: sizes
table = outputs[0]["data"]["text/plain"]
assert [line.split()[0] for line in table.splitlines()[1:]] == ["16", "64", "256", "1024", "4095"]

# after: beside
assert all(rate > 0 for rate, *_ in ways.values())
assert fetch() == download(64 * 1024) == size, "HTTP brings the same file"

# after: packed
assert packed[1] < 0.5 < 0.99 < plain[1], "text becomes smaller"
assert plain[1] < 1.05

# after: stalled
ahead = [server or 0 for _, server in stalled.values("server")]
assert 1_000_000 < ahead[len(ahead) // 4] < 40_000_000, "some megabytes, and then it waits"

# after: stalled-small
assert 0 < stalled_small.values("server")[len(stalled_small.values("server")) // 4][1] < 1_000_000

# after: resumed
assert "the same film: True" in printed
assert "StatusCode.UNAVAILABLE at " in printed
assert kills == [], "it was killed twice"
assert "started again" in str(chart)
assert (folder / "copy.bin").stat().st_size == size
(folder / "copy.bin").unlink()

# after: rows-table
assert ways["10,000 in columns"][1] < ways["10,000 rows"][1], "fewer bytes"
for rate, _, mean in ways.values():
    assert rate > 0
    assert 0.4 < mean < 0.6
one, many = mean_x(1000, 7), mean_x(1000, 1000, in_columns=True)
assert math.isclose(one[2], many[2]), "rows and columns say the same"

# after: exactly
first, second = printed.splitlines()[:2]
assert first.startswith("StatusCode.RESOURCE_EXHAUSTED")
assert "4194309 vs. 4194304" in first, "five bytes more than the chunk"
assert second == "4,194,299 bytes in the first message"

# after: photo
assert weigh("photo.jpg", True)[1] > 0.99, "not a byte gained"

# after: listed
assert "StatusCode.UNKNOWN" in printed
assert "'list' object is not an iterator" in printed

# after: iterated
assert f"{size:,} bytes" in printed
assert iterated.memory["server"] > size, "all of the film"

# after: lab
table = pull("scans.csv", 64, True, 0)
assert table.header == ("read, MB/s", "server's memory, MB", "client's, MB")
assert all(float(cell.replace(",", "")) > 0 for cell in table.rows[0])

# after: flight-call
assert [call.path.rpartition("/")[2] for call in flights.calls][-1] == "DoGet"
assert all("arrow.flight.protocol.FlightService" in call.path for call in flights.calls)
assert has_arrow or "recorded" in printed
assert len(flights.calls) == 3, "pyarrow's client asks twice, the stub once"
assert all(call.status == "OK" for call in flights.calls)

# after: flight-body
assert eval(printed.strip()).count(True) == len(flights.calls), "the column lies in one message of each call"
