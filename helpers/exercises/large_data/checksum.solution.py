@large_data.checksum
def verified(archive, name, file):
    described = archive.DescribeFile(archive_pb2.DescribeFileRequest(name=name))
    digest, count = hashlib.sha256(), 0
    for response in archive.DownloadFile(archive_pb2.DownloadFileRequest(name=name)):
        file.write(response.chunk)
        digest.update(response.chunk)
        count += len(response.chunk)
    if digest.hexdigest() != described.sha256:
        raise ValueError(f"{name} is not the file that was described")
    return count
