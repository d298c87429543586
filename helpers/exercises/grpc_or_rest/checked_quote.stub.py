@grpc_or_rest.checked_quote
class CheckedQuotes(quote_pb2_grpc.QuoteServiceServicer):
    def GetQuote(self, request, context):
        price_cents = 300 + request.weight_grams // 10 + round(25 * request.distance_km)
        if request.speed == quote_pb2.SPEED_EXPRESS:
            price_cents *= 2
        return quote_pb2.GetQuoteResponse(price_cents=price_cents)
