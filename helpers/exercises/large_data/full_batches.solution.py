@large_data.full_batches
def batches(scans, most):
    response = archive_pb2.ListScansResponse()
    for scan in scans:
        response.scans.append(scan)
        if response.ByteSize() > most:
            del response.scans[-1]
            yield response
            response = archive_pb2.ListScansResponse(scans=[scan])
    if response.scans:
        yield response
