@server_streaming.ride_so_far
def ride_so_far(tracking, parcel_id):
    request = tracking_pb2.TrackParcelRequest(parcel_id=parcel_id)
    places = []
    try:
        for seen in tracking.TrackParcel(request, timeout=1):
            places.append((seen.position.x_km, seen.position.y_km))
    except grpc.RpcError:
        if not places:
            raise
        return places, False
    return places, True
