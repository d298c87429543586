@bidirectional_streaming.three_at_a_time
class Batches(dispatch_pb2_grpc.DispatchServiceServicer):
    def Talk(self, requests, context):
        batch = []
        for request in requests:
            batch.append(request.text)
            if len(batch) == 3:
                yield dispatch_pb2.TalkResponse(text=", ".join(batch))
                batch = []
        if batch:
            yield dispatch_pb2.TalkResponse(text=", ".join(batch))
