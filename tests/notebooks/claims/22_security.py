"""What the lesson on security claims."""

import json

text = "".join(output.get("data", {}).get("text/plain", "") for output in outputs)


def records(capture, direction=None):
    return [frame for frame in capture.frames if frame.name == "TLS" and direction in (None, frame.direction)]


def identity_of(leaf):
    return x509.load_pem_x509_certificate(pair(leaf)[1])


# after: clear-call
sent = b"".join(frame.raw for frame in readable.frames if frame.direction == "to_server")
assert b"Ada, Rua do Sol 4" in sent, "in the clear: everybody on the way can read it"

# after: certificate
assert "127.0.0.1, localhost" in text
assert "2000-01-01 to 3000-01-01" in text, "a thousand years"
assert "Courier CA" in text
assert "PRIVATE KEY" not in text, "no cell shows a private key"

# after: tls-call
every_byte = b"".join(frame.raw for frame in opaque.frames)
assert b"Ada" not in every_byte
assert b"CreateParcel" not in every_byte
assert {frame.name for frame in opaque.frames if frame.raw} == {"TLS"}, "of the five arrows nothing is left"
first = records(opaque, "to_server")[0]
assert b"h2" in first.raw, "ALPN stands in the ClientHello"
assert "ClientHello" in text
assert "ServerHello: TLS 1.3" in text
assert "ALPN h2" in text
its_certificate = ssl.PEM_cert_to_DER_cert(pair(server_leaf)[1].decode())
assert its_certificate not in every_byte, "the server's certificate is encrypted, too"
assert secure_server.secure

# after: sizes
short, long = (int(number) for number in re.findall(r"letters: (\d+) B", printed))
assert 800 < long - short < 1000, "897 letters more can be told by the sizes"
assert printed.count("'localhost' in them: True") == 2, "SNI"
assert not any(b"localhost" in frame.raw for frame in opaque.frames), "an address is no name: no SNI"

# after: wrong-certificates
assert told["all is well"] == "OK"
assert [what for what, answer in told.items() if answer.startswith("UNAVAILABLE")] == list(told)[1:]
assert "unable to get local issuer certificate" in told["signed by a stranger"]
assert "Hostname Verification Check failed" in told["for another name"]
assert "certificate has expired" in told["expired"]
assert "certificate is not yet valid" in told["not valid yet"]
assert "WRONG_VERSION_NUMBER" in told["a server without TLS"]

# after: hidden
assert printed.startswith("DEADLINE_EXCEEDED"), "the deadline hides the cause"
assert "CERTIFICATE" not in printed

# after: impostor
assert "unable to get local issuer certificate" in printed
heard = strange_tap.snapshot()
assert not [frame for frame in heard.frames if frame.name in ("HEADERS", "DATA")], "it had not said a word"

# after: trusted-impostor
shown = [frame for frame in seen.frames if frame.stream and not frame.control]
assert [frame.name for frame in shown] == ["HEADERS", "DATA", "HEADERS", "DATA", "HEADERS"], (
    "all five are back"
)
assert b"Ada, Rua do Sol 4" in b"".join(frame.raw for frame in shown)

# after: mutual-calls
lines = printed.splitlines()
assert lines[0].split() == ["Ada:", "OK"]
assert lines[1].split(maxsplit=1) == ["nobody:", "UNAVAILABLE: Socket closed"]
assert lines[2] == "a server: OK", "signed by the same CA is not yet allowed"
assert guarded.callers[-2:] == [[b"ada.courier.example"], [b"127.0.0.1", b"localhost"]]

# after: not-asked
assert printed.strip() == "OK None", "nobody was asked"

# after: mutual-middle
assert "OK" in printed
assert guarded.callers[-1] == [b"127.0.0.1", b"tap.courier.example"], "the server sees the tap"

# after: token-claims
claimed = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
assert set(claimed) == {"iss", "aud", "sub", "exp", "scope"}, "readable by anybody, without a key"

# after: tokens-told
answers = {row[0]: row[1:] for row in rows}
assert answers["a good one"] == ["OK", "ada may"]
assert answers["may only read"][0] == "PERMISSION_DENIED: the token lacks parcels:create"
others = [answer[0] for what, answer in answers.items() if what not in ("a good one", "may only read")]
assert set(others) == {"UNAUTHENTICATED: no valid token"}, "the client is told little"
reasons = {what: answer[1].partition(":")[0] for what, answer in answers.items()}
assert reasons["not signed"] == "InvalidAlgorithmError", "stopped by algorithms="
assert reasons["for another service"] == "InvalidAudienceError", "by audience="
assert reasons["never expires"] == "MissingRequiredClaimError", "by require"
assert reasons["expired"] == "ExpiredSignatureError"
assert reasons["signed by a stranger"] == "InvalidSignatureError"
accepted = jwt.decode(issue(exp=None), public_key, algorithms=["ES256"], audience="parcels")
assert "exp" not in accepted, "without require a token that never expires is taken"
assert not any(token in text for token in tokens.values()), "no token is shown"

# after: bearer-seen
assert printed.strip() == "the thief's call: OK"

# after: renew-call
assert [line.split()[1] for line in printed.splitlines()] == [
    f"{now + datetime.timedelta(days=days):%Y-%m-%d}" for days in (30, 90, 90)
], "the new one at the next handshake; the last one stays when fetch raises"

# after: token-insecure
assert printed.startswith(
    "StatusCode.UNAUTHENTICATED - Established channel does not have a sufficient security level"
)
assert "for all to read: True" in printed, "metadata goes"

# after: detective-folder
if os.name == "posix":
    assert folder.stat().st_mode & 0o777 == 0o700, "nobody else can read it"

# after: detective
assert set(heard.values()) == {"UNAVAILABLE: Socket closed"}, "six causes, one text"
assert len(heard) == 6
assert process.returncode is not None
assert printed.strip() == "this notebook's own gRPC is told: NONE"

# after: detective-table
reason = {row[0]: row[2] for row in rows}
assert "WRONG_VERSION_NUMBER" in reason["speaks no TLS"]
assert "PEER_DID_NOT_RETURN_A_CERTIFICATE" in reason["shows no certificate"]
assert "unable to get local issuer certificate" in reason["shows a stranger's"]
assert "unable to get local issuer certificate" in reason["shows half of its chain"]
assert "has expired" in reason["shows one that has expired"]
assert "not yet valid" in reason["shows one of tomorrow"]

# after: expired
lines = printed.splitlines()
assert lines[0].endswith("P-1"), "the old connection goes on"
assert lines[1].endswith("certificate has expired: OK")
assert lines[2].split() == ["renewed:", "OK"]

# after: try-it-knobs
both = ["Courier CA", "127.0.0.1", "now", "Courier CA"]
meeting = lambda *knobs: {row[0]: row[1] for row in meet(*knobs).rows}  # noqa: E731
assert meeting(*both, "nobody's", "nothing")["who refuses"] == "nobody"
assert "ada.courier.example" in meeting(*both, "Courier CA", "Courier CA")["the handler sees"]
assert meeting(*both, "Courier CA", "nothing")["who refuses"] == "the server"
assert meeting(*both, "Courier CA", "Stranger CA")["who refuses"] == "the server"
assert meeting(*both, "Stranger CA", "Courier CA")["who refuses"] == "the server"
for place, wrong in enumerate(["Stranger CA", "depot.courier.example", "until yesterday", "Stranger CA"]):
    knobs = [*both[:place], wrong, *both[place + 1 :]]
    assert meeting(*knobs, "nobody's", "nothing")["who refuses"] == "the client"
assert (
    meeting("Stranger CA", "127.0.0.1", "now", "Stranger CA", "nobody's", "nothing")["who refuses"]
    == "nobody"
)
