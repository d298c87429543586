@server_streaming.planned_ride
class PlannedRide(tracking_pb2_grpc.TrackingServiceServicer):
    def TrackParcel(self, request, context):
        gone = threading.Event()
        context.add_callback(gone.set)
        for _ in range(60):  # three seconds of planning
            if gone.wait(0.05):
                return
        yield tracking_pb2.TrackParcelResponse(arrived=True)
