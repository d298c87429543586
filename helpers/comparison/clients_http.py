"""The clients of the REST services: requests and httpx, as they come, with one session each."""

from __future__ import annotations

import json

import httpx
import requests

from . import expected
from .clients import Blocking, OnLoop
from .expected import PATIENCE

BYTES = {"content-type": "application/octet-stream"}
NO_TLS = False
"""Nothing is encrypted here, and no client needs to load the system's certificates, which takes longer than all else."""


class Requests(Blocking):
    """`requests.Session`."""

    def __init__(self, address: str) -> None:
        self._base = f"http://{address}"
        self._session = requests.Session()

    def price(self) -> None:
        """A small call."""
        reply = self._session.post(f"{self._base}/price", json=expected.DELIVERY, timeout=PATIENCE)
        expected.check_status(reply.status_code)
        expected.check_price(reply.json()["price_cents"])

    def photo(self) -> None:
        """A large payload."""
        reply = self._session.post(
            f"{self._base}/photo", data=expected.PHOTO, headers=BYTES, timeout=PATIENCE
        )
        expected.check_status(reply.status_code)
        expected.check_photo(reply.content)

    def parcels(self) -> None:
        """A long list."""
        reply = self._session.get(
            f"{self._base}/parcels", params={"limit": expected.PARCELS}, timeout=PATIENCE
        )
        expected.check_status(reply.status_code)
        expected.check_parcel_dicts(reply.json())

    def positions(self, count: int) -> None:
        """A stream."""
        url, params = f"{self._base}/positions", {"count": count, "per_write": 1}
        received, total = 0, 0.0
        with self._session.get(url, params=params, stream=True, timeout=PATIENCE) as reply:
            expected.check_status(reply.status_code)
            for line in reply.iter_lines():
                received += 1
                total += expected.value_of_position(json.loads(line))
        expected.check_positions(count, received, total)

    def close(self) -> None:
        """Ends its connections."""
        self._session.close()


class Httpx(Blocking):
    """`httpx.Client`.

    Args:
        address: of the server.
        http2: speak HTTP/2 from the first byte on, as both sides have agreed before.
        per_write: lines in each write of the stream.
    """

    def __init__(self, address: str, http2: bool = False, per_write: int = 1) -> None:
        self._per_write = per_write
        self._client = httpx.Client(
            base_url=f"http://{address}", http1=not http2, http2=http2, timeout=PATIENCE, verify=NO_TLS
        )

    def price(self) -> None:
        """A small call."""
        reply = self._client.post("/price", json=expected.DELIVERY)
        expected.check_status(reply.status_code)
        expected.check_price(reply.json()["price_cents"])

    def photo(self) -> None:
        """A large payload."""
        reply = self._client.post("/photo", content=expected.PHOTO, headers=BYTES)
        expected.check_status(reply.status_code)
        expected.check_photo(reply.content)

    def parcels(self) -> None:
        """A long list."""
        reply = self._client.get("/parcels", params={"limit": expected.PARCELS})
        expected.check_status(reply.status_code)
        expected.check_parcel_dicts(reply.json())

    def positions(self, count: int) -> None:
        """A stream."""
        received, total = 0, 0.0
        params = {"count": count, "per_write": self._per_write}
        with self._client.stream("GET", "/positions", params=params) as reply:
            expected.check_status(reply.status_code)
            for line in reply.iter_lines():
                received += 1
                total += expected.value_of_position(json.loads(line))
        expected.check_positions(count, received, total)

    def close(self) -> None:
        """Ends its connections."""
        self._client.close()


class HttpxAsync(OnLoop):
    """`httpx.AsyncClient`, for many calls at once; `address` and `http2` as in `Httpx`."""

    def __init__(self, address: str, http2: bool = False) -> None:
        self._http2 = http2
        super().__init__(address)

    async def open(self, address: str) -> None:
        """Makes the client."""
        # With its own limits; keeping all 64 connections open was measured slower, as it looks at each for each call.
        self._client = httpx.AsyncClient(
            base_url=f"http://{address}",
            http1=not self._http2,
            http2=self._http2,
            timeout=PATIENCE,
            verify=NO_TLS,
        )

    async def price(self) -> None:
        """A small call."""
        reply = await self._client.post("/price", json=expected.DELIVERY)
        expected.check_status(reply.status_code)
        expected.check_price(reply.json()["price_cents"])

    async def shut(self) -> None:
        """Ends its connections."""
        await self._client.aclose()
