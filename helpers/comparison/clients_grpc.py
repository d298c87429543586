"""The clients of the gRPC service: with the blocking stub, and with the one for asyncio."""

from __future__ import annotations

import collections

import grpc
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from . import answers
from .answers import PATIENCE
from .clients import Blocking, OnLoop, Work
from .with_grpc import SPEEDS, depot_pb2, depot_pb2_grpc

# Channels to one address share a connection unless told otherwise; each client here has its own.
OPTIONS = [("grpc.use_local_subchannel_pool", 1)]
EXPRESS = SPEEDS["express"]
DELIVERY = {**answers.DELIVERY, "speed": SPEEDS[answers.DELIVERY["speed"]]}


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
        answers.check_price(reply.price_cents)

    def many(self, work: Work, repeats: int) -> None:
        """Small calls with futures: the next one starts when the oldest one has ended."""
        under_way: collections.deque[grpc.Future] = collections.deque()
        for _ in range(repeats * work.at_once):
            if len(under_way) == work.at_once:
                answers.check_price(under_way.popleft().result().price_cents)
            request = depot_pb2.PriceDeliveryRequest(**DELIVERY)
            under_way.append(self._stub.PriceDelivery.future(request, timeout=PATIENCE))
        for call in under_way:
            answers.check_price(call.result().price_cents)

    def photo(self) -> None:
        """A large payload."""
        reply = self._stub.StorePhoto(depot_pb2.StorePhotoRequest(photo=answers.PHOTO), timeout=PATIENCE)
        answers.check_photo(reply.photo)

    def parcels(self) -> None:
        """A long list."""
        request = depot_pb2.ListParcelsRequest(limit=answers.PARCELS)
        check_parcels(self._stub.ListParcels(request, timeout=PATIENCE), self._to_dicts)

    def positions(self, count: int) -> None:
        """A stream."""
        request = depot_pb2.WatchCouriersRequest(count=count, per_message=self._per_message)
        came, total = 0, 0.0
        for reply in self._stub.WatchCouriers(request, timeout=PATIENCE):
            for position in reply.positions:
                came += 1
                total += _value_of_position(position)
        answers.check_positions(count, came, total)

    def close(self) -> None:
        """Ends its connection."""
        self._channel.close()


class GrpcAio(OnLoop):
    """`grpc.aio.insecure_channel` and its stub; arguments as `GrpcBlocking`."""

    def __init__(self, address: str, per_message: int = 1) -> None:
        self._per_message = per_message
        super().__init__(address)

    async def open(self, address: str) -> None:
        """Makes channel and stub."""
        self._channel = grpc.aio.insecure_channel(address, options=OPTIONS)
        self._stub = depot_pb2_grpc.DepotServiceStub(self._channel)

    async def price(self) -> None:
        """A small call."""
        reply = await self._stub.PriceDelivery(depot_pb2.PriceDeliveryRequest(**DELIVERY), timeout=PATIENCE)
        answers.check_price(reply.price_cents)

    async def photo(self) -> None:
        """A large payload."""
        request = depot_pb2.StorePhotoRequest(photo=answers.PHOTO)
        answers.check_photo((await self._stub.StorePhoto(request, timeout=PATIENCE)).photo)

    async def parcels(self) -> None:
        """A long list."""
        request = depot_pb2.ListParcelsRequest(limit=answers.PARCELS)
        check_parcels(await self._stub.ListParcels(request, timeout=PATIENCE))

    async def positions(self, count: int) -> None:
        """A stream."""
        request = depot_pb2.WatchCouriersRequest(count=count, per_message=self._per_message)
        came, total = 0, 0.0
        async for reply in self._stub.WatchCouriers(request, timeout=PATIENCE):
            for position in reply.positions:
                came += 1
                total += _value_of_position(position)
        answers.check_positions(count, came, total)

    async def shut(self) -> None:
        """Ends its connection."""
        await self._channel.close()


def check_parcels(reply: Message, to_dicts: bool = False) -> None:
    """Reads every field of every parcel, from messages or from dicts made of them."""
    if to_dicts:
        records = MessageToDict(reply, preserving_proto_field_name=True)["parcels"]
        answers.check_parcels(len(records), sum(map(_value_of_dict, records)))
    else:
        answers.check_parcels(len(reply.parcels), sum(map(_value_of_parcel, reply.parcels)))


def _value_of_parcel(parcel: Message) -> int:
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


def _value_of_position(position: Message) -> float:
    return len(position.courier_id) + position.x_km + position.y_km
