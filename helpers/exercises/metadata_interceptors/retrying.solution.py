@metadata_interceptors.retrying
class Retrying(grpc.UnaryUnaryClientInterceptor):
    def intercept_unary_unary(self, continuation, details, request):
        name = details.method.rpartition("/")[2]
        attempts = 3 if name.startswith("Get") else 1
        for _ in range(attempts):
            call = continuation(details, request)
            if call.code() is not grpc.StatusCode.UNAVAILABLE:
                break
        return call
