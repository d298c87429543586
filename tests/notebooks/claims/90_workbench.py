"""What the workbench claims."""

# after: bytes-plain
assert _.kind == "message"
assert _.descriptor is None
assert [field.number for field in _.fields] == [1, 3], "numbers, and no names"
assert any("is a guess" in note for note in _.notes)

# after: bytes-schema
assert _.descriptor is quote_pb2.GetQuoteRequest.DESCRIPTOR, "the first of its messages that fits"
assert [field.name for field in _.fields] == ["weight_grams", "speed"]
same = "weight_grams"
for spelled in ("08b0091802", r"\x08\xb0\x09\x18\x02", "CLAJGAI=", "CLAJGAI", "0x08, 0xb0, 0x09, 0x18, 0x02"):
    assert read_bytes(spelled, quote_pb2).fields[0].name == same, "hex in any form, escapes, base64, arrays"

# after: bytes-framed
assert _.kind == "grpc"
assert _.messages == (bytes.fromhex("08b0091802"),), "the same bytes behind a prefix"
assert _.spelled == "base64"

# after: bytes-status
assert _.kind == "status"
assert "weight_grams" in repr(_.fields), "it names the field that is wrong"

# after: open
assert len(work.calls) == len(recorded.calls) == 24
assert len({call.connection for call in work.calls}) == 3
assert all(call.method is not None for call in work.calls), "the contract was found"

# after: slow
assert "13" in repr(max(work.calls, key=lambda call: call.duration_ns).requests[0].fields)

first = packets.read_bytes()[24:]  # the file without its head: packets, each behind 16 bytes
while len(first) > 16 and int.from_bytes(first[8:12], "little") < 100:
    first = first[16 + int.from_bytes(first[8:12], "little") :]
whole = read_bytes(first[16 : 16 + int.from_bytes(first[8:12], "little")])
assert "a packet 127.0.0.1:" in whole.told, "it finds out that it is a whole packet"
assert whole.kind == "http2", "with HTTP/2 frames"

# after: slow-alone
assert slowest.duration_ns >= 790_000_000
assert slowest.requests[0].fields[0].value == 13_000
assert sorted(call.duration_ns for call in work.calls)[-2] < slowest.duration_ns, "one stands out"
bare = work.with_schema(quote_pb2)
assert len(bare.calls) == 24

# after: tap-own
assert console.offered is not None, "by reflection"
assert {method.service.full_name for method in console.offered.methods} == {"courier.v1.QuoteService"}
assert console.address == own.address, "through the tap"

# after: tap-call
assert [call.status for call in called.calls if call.path.endswith("GetQuote")] == ["OK"]

# after: compare
told = {difference.what: difference[2:] for difference in _.differences}
assert told == {"trailing metadata tariff": (None, "2027"), "response price_cents": ("2650", "2700")}
assert "price_cents" in repr(_)

# after: compare-test
(only_one,) = differences
assert only_one.what == "response price_cents"
assert not kept.compare(today).differences, "an assertion for a project"

# after: replay-run
heavy = [call.requests[0].fields[0].value for call in work.calls if call.requests[0].fields]
assert len(played.calls) == 24
assert len(played.different) == sum(grams > 20_000 for grams in heavy) == 3
assert not played.skipped

# after: wireshark-folder
assert "50051" in str(for_wireshark)
assert (for_wireshark.schemas / "courier/v1/quote.proto").exists()

# after: wireshark-run
if shutil.which("tshark"):
    request, answer = printed.strip().splitlines()
    assert "weight_grams\t13000" in request
    assert "price_cents" in answer
    assert float(answer.split()[0]) - float(request.split()[0]) >= 0.29
else:
    assert "tcp.stream == 1 && http2.streamid == 11" in printed

# after: break-schema-run
assert [output["data"]["text/plain"].splitlines()[0].split(",")[0] for output in outputs] == [
    "courier.v1.GetParcelRequest",
    "courier.v1.CreateParcelRequest",
]

# after: break-schema-told
assert "is it the right schema?" in _.notes[0]

# after: break-tls-run
assert printed.startswith("keys were written: False\n")
assert secret.calls == ()
assert len(secret.encrypted) == 1

# after: break-late-run
late_calls = _.calls
nameless = [call for call in late_calls if not call.path]
assert nameless
assert {call.connection for call in nameless} == {1}, "the first connection began before"
assert any(message.complete for call in nameless for message in call.messages), "their messages are there"
assert all(call.status == "OK" for call in late_calls if call.connection > 1), "the others are whole"
assert "began before the capture" in _.notes[0]

# after: break-file-run
assert len(printed.splitlines()) == 2
assert "damaged or cut short" in printed
assert "page.pcap" in printed

# after: paste
whole = read(box.value, "quote.proto", "find out")
assert whole.descriptor is quote_pb2.CreateParcelRequest.DESCRIPTOR
short = read("00000000: 0000 0000 0a0a 0341 6461 10b0 0918", "quote.proto", "find out")
assert "cut short: 9 of 10 bytes are here" in short.problems[0]
assert "Ada" in str(short.region), "what comes before the end is told"
