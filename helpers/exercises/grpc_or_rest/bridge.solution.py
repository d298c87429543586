HTTP_STATUS = {
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
}


@grpc_or_rest.bridge
def quote_over_http(quotes, body, timeout):
    try:
        request = json_format.Parse(body, quote_pb2.GetQuoteRequest())
    except (json_format.ParseError, UnicodeDecodeError) as error:
        return 400, json.dumps({"code": "INVALID_ARGUMENT", "message": str(error)}).encode()
    try:
        reply = quotes.GetQuote(request, timeout=timeout)
    except grpc.RpcError as error:
        problem = {"code": error.code().name, "message": error.details()}
        return HTTP_STATUS.get(error.code(), 500), json.dumps(problem).encode()
    text = json_format.MessageToJson(reply, always_print_fields_with_no_presence=True)
    return 200, text.encode()
