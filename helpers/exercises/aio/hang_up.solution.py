@aio.hang_up
async def follow(rides, parcel_id, most):
    call = rides.TrackParcel(tracking_pb2.TrackParcelRequest(parcel_id=parcel_id))
    seen = []
    try:
        async for reply in call:
            seen.append(reply.position.x_km)
            if reply.arrived or len(seen) == most:
                break
    finally:
        call.cancel()
    return seen
