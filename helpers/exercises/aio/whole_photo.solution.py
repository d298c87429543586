@aio.whole_photo
class PhotoProofs(tracking_pb2_grpc.TrackingServiceServicer):
    def __init__(self):
        self.kept = []

    async def UploadProof(self, requests, context):
        promised, photo = None, b""
        async for upload in requests:
            if upload.HasField("header"):
                promised = upload.header.size_bytes
            photo += upload.chunk
        if promised is None:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the header is missing")
        if len(photo) != promised:
            await context.abort(grpc.StatusCode.DATA_LOSS, f"{len(photo)} bytes of {promised}")
        self.kept.append(photo)
        return tracking_pb2.UploadProofResponse(size_bytes=len(photo))
