"""What the lesson on many languages claims, with Node.js and without."""


def sent(seen):
    """The requests of a capture's calls, as they were sent."""
    return [request.data for call in seen.calls for request in call.requests]


# after: client-run
lines = printed.splitlines()
assert "followParcel depot" in lines
assert "followParcel door" in lines
assert "answerOfficer a cake, really?" in lines
assert "  goods: 2," in lines, "sent as a name, and back as a number"
assert "  waybill: Long { low: 4711, high: 0, unsigned: true }," in lines
assert "  recipientName: 'Ada'" in lines
assert "weightGrams" not in printed, "what has not been set is not there"
assert len(customs_pb2.Declaration.DESCRIPTOR.fields) == 12

# after: server-run
told = [line for line in printed.splitlines() if not line.startswith("(")]
assert told == [
    "True",
    "['depot', 'border', 'door']",
    "3 parcels",
    "['tea, really?', 'a cake, really?']",
]

# after: compare
rows = {row.kind: row for row in _.rows if row.direction == "to_server"}
assert not rows["DATA"].differs
assert rows["request headers"].differs
answers = {row.kind: row for row in _.rows if row.direction == "to_client"}
assert not answers["DATA"].differs
assert from_node.calls[0].header("user-agent").startswith("grpc-node-js/")
assert from_python.calls[0].header("user-agent").startswith("grpc-python/")
names = [[entry.name for entry in seen.calls[0].request_headers] for seen in (from_python, from_node)]
assert names[0] != names[1], "another order"
packed = [
    any(entry.value_huffman for entry in seen.calls[0].request_headers) for seen in (from_python, from_node)
]
assert packed == [False, True], "Huffman's code"
assert rows["request headers"].bytes[1] < rows["request headers"].bytes[0], "one side's are shorter"

# after: compare-message
assert printed.startswith("True\n")
assert sent(from_python) == sent(from_node)

# after: read-run
by_default, as_numbers, as_strings, kept = printed.split("{'longs'")
assert "Long { low: -1, high: -1, unsigned: true }" in by_default
assert "valueCents: 9007199254740992," in as_numbers, "wrong by one, and nobody says so"
assert "'18446744073709551615'" in as_strings
assert "'9007199254740993'" in as_strings
assert "'GOODS_FOOD'" in as_strings
assert "recipient_name: ''" in kept
assert "recipientName" not in kept

# after: write-table
assert rows["{ valueCents: 'abc' }"] == "nothing", "0 is what is there when nothing was set"
assert rows["{ weightGrams: 3.7 }"] == "weight_grams: 3"
assert rows["{ weightGrams: 2 ** 31 }"] == "weight_grams: -2147483648"
assert rows["{ waybill: -1 }"] == "nothing"
assert rows["{ isFragile: 'no' }"] == "is_fragile: True"
assert rows["{ volumeLiters: 'two' }"] == "volume_liters: nan"
assert rows["{ goods: 'GOODS_FOD' }"] == "nothing"
assert rows["{ person: 'Ada', company: 'Acme' }"] == "company: 'Acme'"
assert "array expected" in rows["{ stamps: 'Lisbon' }"]
assert sum("expected" in value for value in rows.values()) == 1, "one line in nine was refused"
refused = 0
for fields in (
    {"value_cents": "abc"},
    {"weight_grams": 3.7},
    {"weight_grams": 2**31},
    {"waybill": -1},
    {"is_fragile": "no"},
    {"volume_liters": "two"},
    {"goods": "GOODS_FOD"},
    {"person": "Ada", "company": "Acme"},
):
    try:
        customs_pb2.Declaration(**fields)
    except (TypeError, ValueError):
        refused += 1
assert refused == 7, "in nearly all cases Python raises"

# after: ask-run
assert "3 the papers are not in order" in printed
assert "<Buffer 08 03 12" in printed
assert "\n4 deadline exceeded" in printed.lower()
assert "Python: 0.2 s are left" in printed or "Python: 0.1 s are left" in printed
first, second = asked.calls
assert first.status == "INVALID_ARGUMENT"
assert first.status_details is not None
assert 0 < second.timeout_ns <= 0.2e9, "what was left when it was sent"

# after: failing-run
assert [row[1] for row in rows] == ["UNKNOWN", "UNKNOWN", "NOT_FOUND", "INTERNAL", "DEADLINE_EXCEEDED"]
assert "price list" not in rows[0][2], "the text of a thrown error stays there"
assert "price list" in rows[1][2]

# after: page-run
assert httpx.get(f"http://{gateway.address}/").text.count("<button>") == 1
assert "export" in httpx.get(f"http://{gateway.address}/gen/courier/v1/customs_pb.js").text
module = httpx.get(f"http://{gateway.address}/node_modules/@connectrpc/connect-web/index.mjs")
assert module.headers["content-type"] == "text/javascript"
assert httpx.get(f"http://{gateway.address}/../../../../etc/hostname").status_code == 404

# after: page-post
assert printed.startswith(("200", "(")) or "200" in printed
assert json.loads(answer.text) == {"declaration": {"waybill": "18446744073709551615"}}
assert before.exchanges[0].protocol == "HTTP/1.1"
assert [call.status for call in behind.calls] == ["OK"]
message = b'{"waybill":"4711"}'
stream = httpx.post(
    f"http://{gateway.address}/courier.v1.CustomsService/FollowParcel",
    content=b"\0" + len(message).to_bytes(4, "big") + message,
    headers={"content-type": "application/connect+json", "connect-protocol-version": "1"},
)
assert [gate in stream.text for gate in ("depot", "border", "door")] == [True] * 3

# after: four-run
assert all(row[2] for row in rows), "the same message from all of them"
assert "waybill -1\n" in printed, "Java has no unsigned numbers"
assert printed.count("waybill 18446744073709551615\n") == 3
agents = [row[1] for row in rows]
assert all(agent.startswith("grpc-") for agent in agents)
assert ["grpc-c/" in agent for agent in agents] == [True, False, False, True], (
    "C++ and Ruby have Python's core"
)

# after: case
assert "nothing" in printed

# after: literal
assert rows["{ waybill: 9007199254740993 }"] == "waybill: 9007199254740992"
assert rows["{ waybill: '9007199254740993' }"] == rows["{ waybill: 9007199254740993n }"]
assert rows["{ waybill: '9007199254740993' }"] == "waybill: 9007199254740993"

# after: lost
ends = [line.split()[:2] for line in printed.splitlines() if line.startswith(("100 ", "2000 "))]
assert ends == [["100", "OK"], ["2000", "UNAVAILABLE"], ["100", "UNAVAILABLE"]]

# after: lab-run
assert "cannot encode field" in by_connect(presets[0]), "Connect refuses a text for a number"
assert by_connect('{"weightGrams": 1200}') == "weight_grams: 1200" == by_python('{"weightGrams": 1200}')
assert write('{"weightGrams": 3.7}')['{"weightGrams": 3.7}'] == "weight_grams: 3"
assert "invalid int32" in by_connect('{"weightGrams": 3.7}')
assert "invalid int32" in by_connect('{"goods": "GOODS_FOOD"}'), "its enums are numbers"
assert by_connect('{"recipientNme": "Ada"}') == "nothing", "a name that it does not know vanishes"
assert "is_fragile: True" in by_connect('{"isFragile": "no"}')
assert "Error" in by_python('{"recipientNme": "Ada"}')
assert "Error" in by_python('{"isFragile": "no"}')
