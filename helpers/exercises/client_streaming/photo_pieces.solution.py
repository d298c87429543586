@client_streaming.photo_pieces
def proof_requests(parcel_id, size_bytes, photo):
    header = tracking_pb2.ProofHeader(parcel_id=parcel_id, size_bytes=size_bytes)
    yield tracking_pb2.UploadProofRequest(header=header)
    while chunk := photo.read(64 * 1024):
        yield tracking_pb2.UploadProofRequest(chunk=chunk)
