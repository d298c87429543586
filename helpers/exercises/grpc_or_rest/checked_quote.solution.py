@grpc_or_rest.checked_quote
class CheckedQuotes(quote_pb2_grpc.QuoteServiceServicer):
    def GetQuote(self, request, context):
        faults = []
        if request.weight_grams <= 0:
            faults.append("weight_grams must be above 0")
        if not 0 <= request.distance_km < float("inf"):
            faults.append("distance_km must be finite, and 0 or more")
        if request.speed not in (quote_pb2.SPEED_STANDARD, quote_pb2.SPEED_EXPRESS):
            faults.append("speed must be standard or express")
        if faults:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "; ".join(faults))
        price_cents = 300 + request.weight_grams // 10 + round(25 * request.distance_km)
        if request.speed == quote_pb2.SPEED_EXPRESS:
            price_cents *= 2
        return quote_pb2.GetQuoteResponse(price_cents=price_cents)
