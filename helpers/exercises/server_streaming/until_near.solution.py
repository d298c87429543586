@server_streaming.until_near
def follow(tracking, parcel_id, x_km, y_km):
    stream = tracking.TrackParcel(tracking_pb2.TrackParcelRequest(parcel_id=parcel_id))
    places = []
    for seen in stream:
        x, y = seen.position.x_km, seen.position.y_km
        places.append((x, y))
        if abs(x - x_km) + abs(y - y_km) <= 1:
            stream.cancel()
            break
    return places
