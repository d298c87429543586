@security.allowed_callers
class GuardedParcels(quote_pb2_grpc.ParcelServiceServicer):
    allowed = frozenset({"depot.courier.example", "dispatch.courier.example"})

    def CreateParcel(self, request, context):
        # your code here
        ...
