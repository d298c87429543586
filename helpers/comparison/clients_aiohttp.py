"""The client of the REST services that is made for asyncio: aiohttp, with one session."""

from __future__ import annotations

import json

import aiohttp
import orjson

from . import expected
from .clients import OnLoop
from .clients_http import BYTES
from .expected import PATIENCE


class Aiohttp(OnLoop):
    """`aiohttp.ClientSession`.

    Args:
        address: of the server.
        codec: the module that reads and writes JSON: `json`, or `orjson`.
        per_write: lines in each write of the stream.
    """

    def __init__(self, address: str, codec: str = "json", per_write: int = 1) -> None:
        self._loads = orjson.loads if codec == "orjson" else json.loads
        self._dumps = _orjson_text if codec == "orjson" else json.dumps
        self._per_write = per_write
        super().__init__(address)

    async def open(self, address: str) -> None:
        """Makes the session."""
        self._base = f"http://{address}"
        self._session = aiohttp.ClientSession(
            json_serialize=self._dumps, timeout=aiohttp.ClientTimeout(total=PATIENCE)
        )

    async def price(self) -> None:
        """A small call."""
        async with self._session.post(f"{self._base}/price", json=expected.DELIVERY) as reply:
            expected.check_status(reply.status)
            expected.check_price(self._loads(await reply.read())["price_cents"])

    async def photo(self) -> None:
        """A large payload."""
        async with self._session.post(f"{self._base}/photo", data=expected.PHOTO, headers=BYTES) as reply:
            expected.check_status(reply.status)
            expected.check_photo(await reply.read())

    async def parcels(self) -> None:
        """A long list."""
        async with self._session.get(f"{self._base}/parcels", params={"limit": expected.PARCELS}) as reply:
            expected.check_status(reply.status)
            expected.check_parcel_dicts(self._loads(await reply.read()))

    async def positions(self, count: int) -> None:
        """A stream."""
        params = {"count": count, "per_write": self._per_write}
        received, total = 0, 0.0
        async with self._session.get(f"{self._base}/positions", params=params) as reply:
            expected.check_status(reply.status)
            async for line in reply.content:
                received += 1
                total += expected.value_of_position(self._loads(line))
        expected.check_positions(count, received, total)

    async def shut(self) -> None:
        """Ends its connections."""
        await self._session.close()


def _orjson_text(value: object) -> str:
    return orjson.dumps(value).decode()
