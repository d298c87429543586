"""Protobuf's wire format: the fields of serialized messages."""
