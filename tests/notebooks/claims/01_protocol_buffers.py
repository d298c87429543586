"""What the lesson on Protocol Buffers claims."""

# after: wrong-name
assert 'no "wieght_grams" field' in printed

# after: wrong-type
assert "integer" in printed

# after: oneof
assert printed == "('voucher', 0)", "setting one member clears the other"

# after: shipment
assert {field.name for field, _ in shipment.ListFields()} >= {
    "stops",
    "distance_km",
    "signature",
    "weights_grams",
}

# after: assign
refused = printed.splitlines()
assert len(refused) == 3, "neither a list nor a map nor a message is assigned"
assert all("Assignment not allowed" in line for line in refused)

# after: fill-in
assert (list(shipment.weights_grams), dict(shipment.labels)) == ([500], {"door": "red"})
assert shipment.to.city == "Faro"

# after: reading
assert printed.splitlines() == ["read:   '' ''", "labels: {'color': ''}", "has to: False"], (
    "reading a map inserts, a message that is not there reads as empty"
)

# after: presence
assert quiet.tip_cents == asked.tip_cents == 0
assert (quiet.HasField("tip_cents"), asked.HasField("tip_cents")) == (False, True)
assert quiet.SerializeToString() == b""
assert len(asked.SerializeToString()) == 2, "a zero that was set is sent"

# after: no-presence
assert "does not have presence" in printed
assert weightless.SerializeToString() == b"", "zero takes no byte"

# after: raw
assert printed == "'0a 03 50 2d 31 10 b0 09 18 01'"
assert 0x10 == 2 << 3 | 0, "the tag of the second field: number 2, wire type 0"

# after: varint
assert printed == "1200"

# after: negative-sizes
assert printed.splitlines() == ["plain 11 bytes", "zigzag 2 bytes", "fixed 5 bytes"], (
    "a tag, and 10, 1 and 4 bytes"
)

# after: skip
lines = printed.splitlines()
assert [line.split(":")[0] for line in lines] == [
    f"field {number:2}, wire type {kind}"
    for number, kind in ((1, 2), (2, 0), (3, 2), (4, 2), (5, 2), (7, 2), (9, 1), (10, 2), (11, 2))
], "each field is found by an Empty, too"
assert "Faro" in lines[2]

# after: numbers-schema
kinds = {
    field.wire_type
    for field in UnknownFieldSet(Empty.FromString(numbers_pb2.Numbers(fixed=1).SerializeToString()))
}
assert kinds == {5}

# after: unpack
assert printed.splitlines() == ["True P-1", "False"]

# after: sizes
assert sizes["Protocol Buffers"] < sizes["JSON"]
assert sizes["JSON"] / sizes["Protocol Buffers"] > sizes["JSON, gzip"] / sizes["Protocol Buffers, gzip"]

# after: read-fields
parsed = from_messages(depot_pb2.Depot.FromString(as_proto).parcels)
assert parsed == from_dicts(json.loads(as_json)) == from_dicts(orjson.loads(as_json)), "both read the same"

# after: write-same
assert printed == "True", "three ways, and the same bytes"

# after: to-json
assert '"signature": "iVBORw=="' in printed, "bytes are base64"
assert '"cents": "12345678901234567"' in printed, "64-bit numbers are text"
assert '"shipmentId"' in printed
assert '"speed": "SPEED_EXPRESS"' in printed
assert "tip" not in printed, "what is not set is left out"

# after: from-json
assert 'no field named "color"' in printed

# after: evolution-table
rows = {
    row.split(" | ")[0].strip("| "): row.split(" | ")[1:]
    for row in outputs[0]["data"]["text/markdown"].splitlines()[2:]
}
assert len(rows) == 8
assert "1200" in rows["add a field"][0]
assert "1200" in rows["add a field"][1]
assert "no objection" in rows["add a field"][2]
assert "1200" in rows["rename a field"][0]
assert "no objection" in rows["rename a field"][2], "renaming does not touch the bytes"
assert rows["remove a field"][:2] == ["2: 1200", "(nothing)"], "the value has no field any more"
assert rows["int32 to string"][:2] == ["2: 1200", '2: "1200"'], "an unknown field"
assert rows["int32 to sint32"][:2] == ["weight_grams: 600", "weight_grams: 2400"]
assert "no objection" not in rows["remove a field"][2]
assert "no objection" in rows["remove and reserve"][2]
assert "weight_grams" not in rows["change the number"][0] + rows["change the number"][1]
assert rows["int32 to int64"][:2] == ["weight_grams: 1200"] * 2

# after: wider
assert printed.splitlines() == [
    "new program: weight_grams: 30000000000",
    "old program: weight_grams: -64771072",
]
assert 30_000_000_000 % 2**32 - 2**32 == -64_771_072, "the lowest 32 bits"

# after: unknown-fields
assert "ring twice" not in printed.splitlines()[0].split("4:")[0]
assert 'note: "ring twice"' in printed.splitlines()[1], "unknown fields are passed on"

# after: break-number
assert "already been used" in printed or any(
    "already been used" in output.get("evalue", "") for output in outputs
)

# after: break-reuse
assert "price_cents: 1200" in printed, "1200 grams became 1200 cents"
assert "changed name" in printed

# after: break-reserved
assert any("reserved" in output.get("evalue", "") for output in outputs) or "reserved" in printed

# after: break-wrong
assert "weight_grams: 1" in printed

# after: break-cut
outcome = [line.partition(": ")[2] for line in printed.splitlines()]
assert [n for n, text in enumerate(outcome) if text != "DecodeError"] == [0, 5, 8, 10], (
    "between two fields only"
)
assert outcome[5] == 'parcel_id: "P-1"'
