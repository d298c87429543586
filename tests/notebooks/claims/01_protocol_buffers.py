"""What the lesson on Protocol Buffers claims."""

# after: wrong-name
assert 'no "wieght_grams" field' in printed

# after: wrong-type
assert "integer" in printed

# after: oneof
assert printed == "('voucher', 0)", "setting one member clears the other"

# after: submessage
assert "Assignment not allowed" in printed
assert shipment.to.city == "Faro"

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

# after: unpack
assert printed.splitlines() == ["True P-1", "False"]

# after: sizes
assert sizes["Protocol Buffers"] < sizes["JSON"]
assert sizes["JSON"] / sizes["Protocol Buffers"] > sizes["JSON, gzip"] / sizes["Protocol Buffers, gzip"]

# after: to-json
assert '"cents": "12345678901234567"' in printed, "64-bit numbers are text"
assert '"shipmentId"' in printed
assert '"speed": "SPEED_EXPRESS"' in printed
assert "tip" not in printed, "what is not set is left out"

# after: from-json
assert 'no field named "colour"' in printed

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
assert "1200" not in rows["remove a field"][0].split("2: ")[0], "the value has no field any more"
assert "no objection" not in rows["remove a field"][2]
assert "no objection" in rows["remove and reserve"][2]
assert "weight_grams" not in rows["change the number"][1]
assert "no objection" in rows["int32 to int64"][2] or "weight_grams: 1200" in rows["int32 to int64"][0]
assert "weight_grams: 600" in rows["int32 to sint32"][0], "read, without any error, as another number"
assert "weight_grams" not in rows["int32 to string"][0]

# after: unknown-fields
assert "ring twice" not in printed.splitlines()[0].split("4:")[0]
assert 'note: "ring twice"' in printed.splitlines()[1], "unknown fields are passed on"

# after: break-number
assert "already been used" in printed or any(
    "already been used" in output.get("evalue", "") for output in outputs
)

# after: break-reuse
assert "price_cents: 1200" in printed, "twelve euros, out of thin air"
assert "changed name" in printed

# after: break-wrong
assert "weight_grams: 1" in printed
assert "Error parsing message" in printed
