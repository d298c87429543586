@errors_deadlines_cancellation.cancel_too
def ask(method, request, context):
    call = method.future(request)
    if not context.add_callback(call.cancel):
        call.cancel()
    return call.result()
