"""HTTP/2: frames, header compression and flow control."""
