@metadata_interceptors.token_guard
class TokenGuard(grpc.ServerInterceptor):
    def intercept_service(self, continuation, details):
        handler = continuation(details)
        if dict(details.invocation_metadata).get("token") == "sesame":
            return handler

        def refuse(request, context):
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "the token is missing or wrong")

        return around(handler, lambda function: refuse)
