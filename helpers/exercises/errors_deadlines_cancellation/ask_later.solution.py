@errors_deadlines_cancellation.ask_later
def get_quote(quotes, weight_grams):
    request = quote_pb2.GetQuoteRequest(weight_grams=weight_grams)
    try:
        return quotes.GetQuote(request, timeout=1).price_cents
    except grpc.RpcError as error:
        status = rpc_status.from_call(error)
        retry = error_details_pb2.RetryInfo()
        if status is None or not any(detail.Unpack(retry) for detail in status.details):
            raise
    time.sleep(retry.retry_delay.ToTimedelta().total_seconds())
    return quotes.GetQuote(request, timeout=1).price_cents
