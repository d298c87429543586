"""The client's side of a capture, played against a server again: `replay`."""

from .player import replay

__all__ = ["replay"]
