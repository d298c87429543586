@resilience.at_most_two
def at_most_two(handler):
    places = threading.Semaphore(2)

    def limited(request, context):
        if not places.acquire(blocking=False):
            context.set_trailing_metadata([("grpc-retry-pushback-ms", "200")])
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "two at a time")
        try:
            return handler(request, context)
        finally:
            places.release()

    return limited
