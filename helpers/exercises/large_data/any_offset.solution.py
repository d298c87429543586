@large_data.any_offset
class Files(archive_pb2_grpc.ArchiveServiceServicer):
    def __init__(self):
        self.files = {
            "hello.txt": b"Hello from the depot",
            "empty.txt": b"",
            "film.bin": bytes(range(256)) * 1000,
        }

    def DownloadFile(self, request, context):
        if request.name not in self.files:
            context.abort(grpc.StatusCode.NOT_FOUND, f"there is no file {request.name}")
        content, size = self.files[request.name], request.chunk_bytes or 65_536
        if not 0 <= request.offset_bytes <= len(content):
            context.abort(grpc.StatusCode.OUT_OF_RANGE, f"an offset is 0 to {len(content)}")
        if not 0 < size <= 1_048_576:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "chunk_bytes is 1 MiB at most")
        for start in range(request.offset_bytes, len(content), size):
            yield archive_pb2.DownloadFileResponse(chunk=content[start : start + size])
