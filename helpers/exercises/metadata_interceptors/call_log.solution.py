@metadata_interceptors.call_log
class CallLog(grpc.ServerInterceptor):
    def __init__(self):
        self.lines = []

    def intercept_service(self, continuation, details):
        handler = continuation(details)

        def logging(function):
            def reply(request, context):
                with self.logged(details.method, context):
                    return function(request, context)

            def replies(request, context):
                with self.logged(details.method, context):
                    yield from function(request, context)

            return replies if handler.response_streaming else reply

        return around(handler, logging)

    @contextlib.contextmanager
    def logged(self, method, context):
        started, status = time.perf_counter(), "OK"
        try:
            yield
        except Exception:
            status = (context.code() or grpc.StatusCode.UNKNOWN).name
            raise
        finally:
            seconds = time.perf_counter() - started
            self.lines.append((method, status, seconds))
