@aio.whole_photo
class PhotoProofs(tracking_pb2_grpc.TrackingServiceServicer):
    def __init__(self):
        self.kept = []

    async def UploadProof(self, requests, context):
        photo = b""
        async for upload in requests:
            photo += upload.chunk
        self.kept.append(photo)
        return tracking_pb2.UploadProofResponse(size_bytes=len(photo))
