@security.allowed_callers
class GuardedParcels(quote_pb2_grpc.ParcelServiceServicer):
    allowed = frozenset({"depot.courier.example", "dispatch.courier.example"})

    def CreateParcel(self, request, context):
        identities = context.peer_identities()
        if not identities:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "show a certificate")
        if self.allowed.isdisjoint(name.decode() for name in identities):
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "this caller may not create parcels")
        parcel = quote_pb2.Parcel(parcel_id="P-1", recipient=request.recipient)
        return quote_pb2.CreateParcelResponse(parcel=parcel)
