@resilience.hedge
def hedge(stubs, request, after):
    ended, calls, over = queue.SimpleQueue(), [], 0
    while True:
        if len(calls) < len(stubs):
            calls.append(stubs[len(calls)].GetQuote.future(request, timeout=2))
            calls[-1].add_done_callback(ended.put)
        try:
            call = ended.get(timeout=after if len(calls) < len(stubs) else None)
        except queue.Empty:
            continue
        over += 1
        if call.code() is grpc.StatusCode.OK or over == len(stubs):
            for other in calls:
                other.cancel()
            return call.result()
