@metadata_interceptors.status_map
class StatusMap(grpc.ServerInterceptor):
    def intercept_service(self, continuation, details):
        handler = continuation(details)

        def mapped(function):
            def reply(request, context):
                with self.statuses(context):
                    return function(request, context)

            def replies(request, context):
                with self.statuses(context):
                    yield from function(request, context)

            return replies if handler.response_streaming else reply

        return around(handler, mapped)

    @contextlib.contextmanager
    def statuses(self, context):
        try:
            yield
        except KeyError as error:
            context.abort(grpc.StatusCode.NOT_FOUND, str(error))
        except ValueError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        except Exception:
            if context.code():
                raise
            context.abort(grpc.StatusCode.INTERNAL, "internal error")
