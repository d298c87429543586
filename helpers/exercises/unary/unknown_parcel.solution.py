@unary.unknown_parcel
class CarefulParcels(quote_pb2_grpc.ParcelServiceServicer):
    def __init__(self):
        ada = quote_pb2.Parcel(parcel_id="P-1", recipient="Ada", weight_grams=1200)
        bob = quote_pb2.Parcel(parcel_id="P-2", recipient="Bob", weight_grams=300)
        self.parcels = {"P-1": ada, "P-2": bob}

    def GetParcel(self, request, context):
        parcel = self.parcels.get(request.parcel_id)
        if parcel is None:
            context.abort(grpc.StatusCode.NOT_FOUND, f"there is no parcel {request.parcel_id!r}")
        return quote_pb2.GetParcelResponse(parcel=parcel)
