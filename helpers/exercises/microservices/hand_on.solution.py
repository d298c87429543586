@microservices.hand_on
def ask(method, request, context):
    left = min(context.time_remaining() - 0.1, 2)
    pairs = [(key, value) for key, value in context.invocation_metadata() if key == "x-request-id"]
    return method(request, timeout=left, metadata=pairs)
