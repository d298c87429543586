"""The depot with gRPC: one servicer for a server on threads, one for a server on asyncio."""

from __future__ import annotations

from helpers import protos

from . import business

depot_pb2, depot_pb2_grpc = protos.load("courier/v1/depot.proto")
quote_pb2, _ = protos.load("courier/v1/quote.proto")

SPEEDS = {"standard": quote_pb2.SPEED_STANDARD, "express": quote_pb2.SPEED_EXPRESS}
NAMES = {number: name for name, number in SPEEDS.items()}


class Depot(depot_pb2_grpc.DepotServiceServicer):
    """For `grpc.server(...)`: each call runs on a thread of its pool."""

    def PriceDelivery(self, request, context):
        """The price of one delivery."""
        cents = business.price(request.weight_grams, request.distance_km, NAMES[request.speed])
        return depot_pb2.PriceDeliveryResponse(price_cents=cents)

    def StorePhoto(self, request, context):
        """Stores a photo and gives it back."""
        return depot_pb2.StorePhotoResponse(photo=business.store(request.photo))

    def ListParcels(self, request, context):
        """The parcels that wait here."""
        return parcels_response(business.parcels(request.limit))

    def WatchCouriers(self, request, context):
        """Where couriers are."""
        for positions in business.positions(request.count, request.per_message):
            yield positions_response(positions)


class AioDepot(depot_pb2_grpc.DepotServiceServicer):
    """For `grpc.aio.server()`: all calls share one event loop."""

    async def PriceDelivery(self, request, context):
        """The price of one delivery."""
        cents = business.price(request.weight_grams, request.distance_km, NAMES[request.speed])
        return depot_pb2.PriceDeliveryResponse(price_cents=cents)

    async def StorePhoto(self, request, context):
        """Stores a photo and gives it back."""
        return depot_pb2.StorePhotoResponse(photo=business.store(request.photo))

    async def ListParcels(self, request, context):
        """The parcels that wait here."""
        return parcels_response(business.parcels(request.limit))

    async def WatchCouriers(self, request, context):
        """Where couriers are."""
        for positions in business.positions(request.count, request.per_message):
            yield positions_response(positions)


def parcels_response(parcels):
    """The message for parcels."""
    response = depot_pb2.ListParcelsResponse()
    for parcel in parcels:
        response.parcels.add(
            parcel_id=parcel.parcel_id,
            recipient=parcel.recipient,
            weight_grams=parcel.weight_grams,
            speed=SPEEDS[parcel.speed],
            price_cents=parcel.price_cents,
        )
    return response


def positions_response(positions):
    """The message for positions."""
    response = depot_pb2.WatchCouriersResponse()
    for position in positions:
        response.positions.add(courier_id=position.courier_id, x_km=position.x_km, y_km=position.y_km)
    return response
