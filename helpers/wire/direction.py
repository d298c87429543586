"""The direction in which bytes pass on a connection."""

from __future__ import annotations

from enum import Enum


class Direction(str, Enum):
    """One of the two directions of a connection; it equals its value, so a lesson may write ``"to_server"``."""

    TO_SERVER = "to_server"
    """From the client to the server."""
    TO_CLIENT = "to_client"
    """From the server to the client."""

    __str__ = str.__str__
    __format__ = str.__format__  # type: ignore[assignment]  # Enum's own differs from one Python to the next

    @property
    def other(self) -> Direction:
        """The direction back."""
        return TO_CLIENT if self is TO_SERVER else TO_SERVER

    @property
    def sender(self) -> str:
        """Whose bytes they are: ``client`` or ``server``."""
        return "client" if self is TO_SERVER else "server"

    @property
    def arrow(self) -> str:
        """``→`` from the client on the left to the server on the right, or ``←``."""
        return "→" if self is TO_SERVER else "←"


# Names of their own, as the decoder asks for them all the time: up to Python 3.11 a member is found slowly.
TO_SERVER, TO_CLIENT = Direction.TO_SERVER, Direction.TO_CLIENT
