@server_streaming.planned_ride
class PlannedRide(tracking_pb2_grpc.TrackingServiceServicer):
    def TrackParcel(self, request, context):
        for _ in range(60):  # three seconds of planning
            time.sleep(0.05)
        yield tracking_pb2.TrackParcelResponse(arrived=True)
