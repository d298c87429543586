@client_streaming.red_lights
class Rides(tracking_pb2_grpc.TrackingServiceServicer):
    def RecordRoute(self, requests, context):
        points, distance, last = 0, 0.0, None
        for request in requests:
            here = (request.position.x_km, request.position.y_km)
            if here == last:
                continue
            if last is not None:
                distance += math.dist(last, here)
            points, last = points + 1, here
        if last is None:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "a ride has one point at least")
        return tracking_pb2.RecordRouteResponse(points=points, distance_km=distance)
