"""HTTP/1.1: parts of messages, and exchanges."""
