@unary.valid_weight
class StrictParcels(quote_pb2_grpc.ParcelServiceServicer):
    def __init__(self):
        self.parcels = {}

    def CreateParcel(self, request, context):
        number = f"P-{len(self.parcels) + 1}"
        parcel = quote_pb2.Parcel(parcel_id=number, recipient=request.recipient)
        parcel.weight_grams = request.weight_grams
        self.parcels[number] = parcel
        return quote_pb2.CreateParcelResponse(parcel=parcel)
