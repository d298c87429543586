"""The clients of the gRPC service: with the blocking stub, and with the one for asyncio."""

from __future__ import annotations

import collections
import itertools
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict

from . import expected
from .clients import Blocking, OnLoop, Work
from .expected import PATIENCE
from .with_grpc import SPEEDS, depot_pb2, depot_pb2_grpc

# Channels to one address share a connection unless told otherwise; each client here has its own.
OPTIONS = [("grpc.use_local_subchannel_pool", 1)]
EXPRESS = SPEEDS["express"]
DELIVERY = {**expected.DELIVERY, "speed": SPEEDS[expected.DELIVERY["speed"]]}


class GrpcBlocking(Blocking):
    """`grpc.insecure_channel` and its stub.

    Args:
        address: of the server.
        per_message: positions in each message of the stream.
        to_dicts: whether parcels are turned into dicts, for a program that can do nothing with messages.
    """

    def __init__(self, address: str, per_message: int = 1, to_dicts: bool = False) -> None:
        self._channel = grpc.insecure_channel(address, options=OPTIONS)
        self._stub = depot_pb2_grpc.DepotServiceStub(self._channel)
        self._per_message, self._to_dicts = per_message, to_dicts

    def price(self) -> None:
        """A small call."""
        reply = self._stub.PriceDelivery(depot_pb2.PriceDeliveryRequest(**DELIVERY), timeout=PATIENCE)
        expected.check_price(reply.price_cents)

    def many(self, work: Work, repeats: int) -> None:
        """Small calls with futures: the next one starts when the oldest one has ended."""
        under_way: collections.deque[grpc.Future] = collections.deque()
        for _ in range(repeats * work.at_once):
            if len(under_way) == work.at_once:
                expected.check_price(under_way.popleft().result().price_cents)
            request = depot_pb2.PriceDeliveryRequest(**DELIVERY)
            under_way.append(self._stub.PriceDelivery.future(request, timeout=PATIENCE))
        for call in under_way:
            expected.check_price(call.result().price_cents)

    def photo(self) -> None:
        """A large payload."""
        reply = self._stub.StorePhoto(depot_pb2.StorePhotoRequest(photo=expected.PHOTO), timeout=PATIENCE)
        expected.check_photo(reply.photo)

    def parcels(self) -> None:
        """A long list."""
        request = depot_pb2.ListParcelsRequest(limit=expected.PARCELS)
        check_parcels(self._stub.ListParcels(request, timeout=PATIENCE), self._to_dicts)

    def positions(self, count: int) -> None:
        """A stream."""
        request = depot_pb2.WatchCouriersRequest(count=count, per_message=self._per_message)
        received, total = 0, 0.0
        for reply in self._stub.WatchCouriers(request, timeout=PATIENCE):
            for position in reply.positions:
                received += 1
                total += _value_of_position(position)
        expected.check_positions(count, received, total)

    def close(self) -> None:
        """Ends its connection."""
        self._channel.close()


class GrpcAio(OnLoop):
    """`grpc.aio.insecure_channel` and its stub.

    Args:
        address: of the server.
        per_message: positions in each message of the stream.
        channels: how many channels take the small calls in turn, each with a connection of its own.
    """

    def __init__(self, address: str, per_message: int = 1, channels: int = 1) -> None:
        self._per_message, self._count = per_message, channels
        super().__init__(address)

    async def open(self, address: str) -> None:
        """Makes channels and stubs."""
        self._channels = [grpc.aio.insecure_channel(address, options=OPTIONS) for _ in range(self._count)]
        stubs = [depot_pb2_grpc.DepotServiceStub(channel) for channel in self._channels]
        self._stub, self._next = stubs[0], itertools.cycle(stubs)

    async def price(self) -> None:
        """A small call."""
        stub = next(self._next)
        reply = await stub.PriceDelivery(depot_pb2.PriceDeliveryRequest(**DELIVERY), timeout=PATIENCE)
        expected.check_price(reply.price_cents)

    async def photo(self) -> None:
        """A large payload."""
        request = depot_pb2.StorePhotoRequest(photo=expected.PHOTO)
        expected.check_photo((await self._stub.StorePhoto(request, timeout=PATIENCE)).photo)

    async def parcels(self) -> None:
        """A long list."""
        request = depot_pb2.ListParcelsRequest(limit=expected.PARCELS)
        check_parcels(await self._stub.ListParcels(request, timeout=PATIENCE))

    async def positions(self, count: int) -> None:
        """A stream."""
        request = depot_pb2.WatchCouriersRequest(count=count, per_message=self._per_message)
        received, total = 0, 0.0
        async for reply in self._stub.WatchCouriers(request, timeout=PATIENCE):
            for position in reply.positions:
                received += 1
                total += _value_of_position(position)
        expected.check_positions(count, received, total)

    async def shut(self) -> None:
        """Ends its connections."""
        for channel in self._channels:
            await channel.close()


def check_parcels(reply: Any, to_dicts: bool = False) -> None:
    """Reads every field of every parcel, from messages or from dicts made of them."""
    if to_dicts:
        records = MessageToDict(reply, preserving_proto_field_name=True)["parcels"]
        expected.check_parcels(len(records), sum(map(_value_of_dict, records)))
    else:
        expected.check_parcels(len(reply.parcels), sum(map(_value_of_parcel, reply.parcels)))


def _value_of_parcel(parcel: Any) -> int:
    return (
        len(parcel.parcel_id)
        + len(parcel.recipient)
        + parcel.weight_grams
        + (parcel.speed == EXPRESS)
        + parcel.price_cents
    )


def _value_of_dict(record: dict) -> int:
    # protobuf's JSON mapping names an enum value in full and writes an int64 as a text.
    return (
        len(record["parcel_id"])
        + len(record["recipient"])
        + record["weight_grams"]
        + (record["speed"] == "SPEED_EXPRESS")
        + int(record["price_cents"])
    )


def _value_of_position(position: Any) -> float:
    return len(position.courier_id) + position.x_km + position.y_km
