@client_streaming.honest_upload
class HonestProofs(tracking_pb2_grpc.TrackingServiceServicer):
    def UploadProof(self, requests, context):
        first = next(requests, None)
        if first is None or not first.HasField("header"):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the header is missing")
        header, digest, size = first.header, hashlib.sha256(), 0
        for request in requests:
            digest.update(request.chunk)
            size += len(request.chunk)
        if size != header.size_bytes:
            context.abort(grpc.StatusCode.DATA_LOSS, f"{size} bytes of {header.size_bytes} have arrived")
        return tracking_pb2.UploadProofResponse(size_bytes=size, sha256=digest.hexdigest())
