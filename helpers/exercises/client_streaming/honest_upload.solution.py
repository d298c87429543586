@client_streaming.honest_upload
class HonestProofs(tracking_pb2_grpc.TrackingServiceServicer):
    def UploadProof(self, requests, context):
        first = next(requests, None)
        if first is None or not first.HasField("header"):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the header is missing")
        promised, digest, size = first.header.size_bytes, hashlib.sha256(), 0
        for request in requests:
            size += len(request.chunk)
            if size > promised:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"more than {promised} bytes")
            digest.update(request.chunk)
        if size < promised:
            context.abort(grpc.StatusCode.DATA_LOSS, f"{size} bytes of {promised} have arrived")
        return tracking_pb2.UploadProofResponse(size_bytes=size, sha256=digest.hexdigest())
