@server_streaming.whole_route
class Routes(tracking_pb2_grpc.TrackingServiceServicer):
    def __init__(self):
        self.routes = {
            "P-1": [(1, 1), (1, 4), (5, 4)],
            "P-2": [(2, 2), (2, 3), (2, 2)],
            "P-3": [(7, 1)],
        }

    def TrackParcel(self, request, context):
        route = self.routes.get(request.parcel_id)
        if route is None:
            context.abort(grpc.StatusCode.NOT_FOUND, f"there is no parcel {request.parcel_id!r}")
        for number, (x, y) in enumerate(route, start=1):
            yield tracking_pb2.TrackParcelResponse(
                position=tracking_pb2.Position(x_km=x, y_km=y),
                arrived=number == len(route),
            )
