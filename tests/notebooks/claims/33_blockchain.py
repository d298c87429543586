"""What the lesson on a blockchain claims."""

# after: one-letter
assert len(set(names.values())) == 2
assert names["north"] == ledger.hash_of(header).hex(), "the same again"

# after: not-canonical
assert _ == (True, False), "other bytes, the same message"

# after: calibrate
assert 10 < BITS < 26, f"{rate} hashes a second"
assert f"{BITS} zero bits" in printed

# after: tries
assert [row[0] for row in rows.values()] == [2**bits for bits in range(BITS - 6, BITS + 1, 2)]

# after: alone
assert _ == {"P-0": "Ada"}

# after: twice
assert printed == "Ada holds P-0, and it was to pass from north\n"

# after: first-transfer
assert all(arrival in depot.waiting for depot in depots.values())
(gossip,) = heard.calls
assert gossip.path == "/courier.v1.GossipService/Gossip"
assert not gossip.done, "still running"
said_to_east = [message for message in gossip.requests if arrival.SerializeToString() in message.data]
assert len(said_to_east) == 1, "it came to east from north"
assert not any(arrival.SerializeToString() in message.data for message in gossip.responses), (
    "and did not go back"
)
assert dict(gossip.metadata)["x-depot"] == "north"

# after: race-run
assert agreed()
assert north.height >= 6
assert sum(Counter(block.header.miner for block in north.chain()[1:]).values()) == north.height
assert "in the ledger: True" in printed
assert {name: depot.holders()[arrival.parcel_id] for name, depot in depots.items()} == dict.fromkeys(
    depots, "north"
)
assert len(north.blocks) >= len(north.chain())
drawn = [line for line in str(net).splitlines() if "north ↔ east" in line]
assert "message" in drawn[0], "the picture has counted"

# after: join-run
assert depots["airport"].head == depots["north"].head
joined = joining.calls[-1]
assert dict(joined.metadata)["x-depot"] == "airport"
assert len(joined.responses) >= depots["north"].height, "north sent all blocks"
assert len(joined.requests) == 1, "airport has asked once"

# after: office-call
assert printed.startswith(f"{parcel} stands in block ")
assert depots["north"].holders()[parcel] == "north"

# after: split
assert net.cuts == [("east", "south"), ("west", "north")]

# after: two-truths
held = {name: depot.holders()[parcel] for name, depot in depots.items()}
assert held["north"] == held["east"] == "Ada"
assert held["south"] == held["west"] == "Ben"
assert depots["north"].height == depots["south"].height + 1, "two blocks against one"

# after: heal
assert {depot.holders()[parcel] for depot in depots.values()} == {"Ben"}
assert other in [transfer.parcel_id for transfer in depots["north"].waiting], "it came back"
assert parcel not in [transfer.parcel_id for transfer in depots["north"].waiting], "Ada's is void"
assert net.cuts == []

# after: tamper
assert answers["as it is"] == ("OK", "")
assert {name: answer[0] for name, answer in answers.items() if name != "as it is"} == dict.fromkeys(
    ["garbage", "a transfer more", "another miner", "less work"], "INVALID_ARGUMENT"
)
assert "not the transfers" in answers["a transfer more"][1]
assert "does not begin with" in answers["another miner"][1]
assert "it asks for 1 zero bits" in answers["less work"][1]
assert answers["garbage"][1]
assert ledger.hash_of(more.header) in depots["north"].blocks, "a header that north knows"
assert "Mallory" not in str(depots["north"].chain())
assert agreed(), "nobody else has heard of it"

# after: lab
assert "Mine" in _._drawn()
