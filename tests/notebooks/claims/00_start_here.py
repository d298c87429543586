"""What the start page claims."""

# after: check-setup
assert "Passed" in printed, "everything is here"

# after: say-hello
assert reply.greeting == "Hello, Ada"

# after: see
assert [call.calls[0].status, call.calls[0].path] == ["OK", "/greeter.v1.GreeterService/SayHello"]
assert any(b"Ada" in frame.raw for frame in call.frames), "the name is there in the bytes"

# after: server-streaming
assert printed.splitlines() == ["en Hello, Ada", "pt-BR Olá, Ada", "sw Habari, Ada"]

# after: client-streaming
assert printed == "'Hello, Ada and Grace and Radia'"

# after: bidirectional
assert printed.splitlines() == ["Come in, Ada", "Come in, Grace", "Come in, Radia"]

# after: map
assert "02_unary.ipynb" in printed
