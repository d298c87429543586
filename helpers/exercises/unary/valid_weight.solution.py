@unary.valid_weight
class StrictParcels(quote_pb2_grpc.ParcelServiceServicer):
    def __init__(self):
        self.parcels = {}

    def CreateParcel(self, request, context):
        if not 0 < request.weight_grams <= 30_000:
            context.abort(
                grpc.StatusCode.INVALID_ARGUMENT,
                f"weight_grams must be 1 to 30000, not {request.weight_grams}",
            )
        number = f"P-{len(self.parcels) + 1}"
        parcel = quote_pb2.Parcel(parcel_id=number, recipient=request.recipient)
        parcel.weight_grams = request.weight_grams
        self.parcels[number] = parcel
        return quote_pb2.CreateParcelResponse(parcel=parcel)
