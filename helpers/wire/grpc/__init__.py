"""gRPC over HTTP/2: calls, messages and metadata."""
