"""What the lesson on testing claims."""

import re


def plain(text):
    """What pytest printed, without its colors."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def ended(text, summary):
    """Whether pytest's last line says so: `2 passed`."""
    return re.search(rf"(^|\n){summary} in [\d.]+s", plain(text)) is not None


# after: configure
assert "testing" in globals(), "the exercises are no tests"

# after: first-test
assert ended(printed, "1 failed, 1 passed")
assert "At index 2 diff: 3350 != 3000" in plain(printed), "the first place where both differ"
assert ".F" in plain(printed), "a dot and an F"

# after: in-a-file-run
assert ended(printed, "1 failed, 1 passed"), "the same two results"

# after: cost
assert "ms" in printed

# after: real-tests
assert ended(printed, "2 passed")

# after: mock-abort
assert printed.startswith("a KeyError: 'P-404'\n"), "the handler went on"
assert "NOT_FOUND" in printed

# after: mock-client
assert [line.rpartition(" ")[2] for line in printed.splitlines()] == ["False", "False", "True"]
with serving(Parcels()) as real_stub:
    assert hasattr(mock.Mock(spec=real_stub), "GetParcel"), "an object can be the spec"

# after: client-tests
assert ended(printed, "2 passed")

# after: half-fake
assert ended(printed, "1 failed")
assert "the courier's phone is off" in printed
with serving(HalfWay(), (), tracking_pb2_grpc, "TrackingService") as tracking:
    positions = tracking.TrackParcel(tracking_pb2.TrackParcelRequest(), timeout=5)
    assert len([next(positions), next(positions)]) == 2, "after the two positions"

# after: clock-test
assert ended(printed, "1 passed")

# after: breaking
rows = [line.split()[-8:] for line in printed.splitlines() if "breaks" in line]
assert [row[1::2] for row in rows] == [
    ["breaks", "breaks", "breaks", "passes"],
    ["breaks", "breaks", "breaks", "breaks"],
    ["breaks", "breaks", "passes", "passes"],
]

# after: load-run
assert codes == {grpc.StatusCode.OK: 300, grpc.StatusCode.NOT_FOUND: 100}

# after: property
assert ended(printed, "1 failed")
assert "StatusCode.UNKNOWN" in plain(printed)
found = re.search(r"weight_grams: (\d+)\s+E?\s*distance_km: ([\d.e+]+)", plain(printed))
grams, km = int(found[1]), float(found[2])
assert 450 + grams * round(km) // 1000 > 2**63 - 1, "its price does not fit into an int64"

# after: green
assert ended(printed, "1 failed, 1 passed")
assert "FAILED" in plain(printed)
assert "::test_too_heavy -" in plain(printed), "the one with the real server"
assert "StatusCode.INTERNAL" in plain(printed)
wrapped = Wrapped()
wrapped.CreateParcel(HEAVY, mock.Mock(spec=grpc.ServicerContext))
assert wrapped.parcels, "the handler went on and took the parcel in"

# after: green-cured
assert printed == "['INVALID_ARGUMENT', 'INTERNAL']\n"

# after: sleeps
assert "::test_with_a_sleep[busy]" in plain(printed), "that it passes alone is not sure on any machine"

# after: sleeps-cured
assert ended(printed, "2 passed")

# after: http-200
assert by_http == {200: 400}
assert by_grpc == {"OK": 300, "NOT_FOUND": 100}
assert "100%" in printed
assert "75%" in printed

# after: h2load-run
assert "not installed" in printed or ("100 succeeded, 0 failed" in printed and "100 2xx" in printed)

# after: board-tests
assert board.tally.state == "done"
caught = [name for name, tests in board.tally.caught.items() if tests]
assert caught == ["answers an unknown number with nothing"]
assert board.tally.named("keeps to the contract", "passed") == ["test_found", "test_not_found"]


def test_status(parcels):
    with pytest.raises(grpc.RpcError) as caught:
        parcels.GetParcel(quote_pb2.GetParcelRequest(parcel_id="P-404"), timeout=1)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def test_weight(parcels):
    sent = quote_pb2.CreateParcelRequest(recipient="Ada", weight_grams=1200)
    assert parcels.CreateParcel(sent, timeout=1).parcel.weight_grams == 1200


def test_heavy(parcels):
    code = parcels.CreateParcel.future(HEAVY, timeout=1).code()
    assert code is grpc.StatusCode.INVALID_ARGUMENT


board.run(test_status, test_weight, test_heavy)
assert all(board.tally.caught.values()), "all can be caught"
board.run(test_found, test_not_found)
