"""Taps: the only I/O of the wire."""
