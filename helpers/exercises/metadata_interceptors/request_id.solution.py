@metadata_interceptors.request_id
class RequestId(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    def intercept(self, continuation, details, request):
        metadata = details.metadata or ()
        if not any(name == "x-request-id" for name, _ in metadata):
            metadata = [*metadata, ("x-request-id", str(uuid.uuid4()))]
        return continuation(details._replace(metadata=metadata), request)

    intercept_unary_unary = intercept_unary_stream = intercept
    intercept_stream_unary = intercept_stream_stream = intercept
