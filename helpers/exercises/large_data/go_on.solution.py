@large_data.go_on
def complete(archive, name, file):
    fruitless = 0
    while True:
        before = file.tell()
        request = archive_pb2.DownloadFileRequest(name=name, offset_bytes=before)
        try:
            for response in archive.DownloadFile(request):
                file.write(response.chunk)
            return
        except grpc.RpcError as error:
            fruitless = fruitless + 1 if file.tell() == before else 0
            if error.code() is not grpc.StatusCode.UNAVAILABLE or fruitless == 3:
                raise
