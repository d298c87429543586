@errors_deadlines_cancellation.own_words
def own_words(error):
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return grpc.StatusCode.DEADLINE_EXCEEDED, "this took too long"
    if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED):
        return grpc.StatusCode.UNAVAILABLE, "we cannot take orders at the moment"
    return grpc.StatusCode.INTERNAL, "something went wrong on our side"
