@unary.minimum_price
class PricedQuotes(quote_pb2_grpc.QuoteServiceServicer):
    def GetQuote(self, request, context):
        price = max(450, request.weight_grams // 10 * 2)
        if request.speed == quote_pb2.SPEED_EXPRESS:
            price += 300
        return quote_pb2.GetQuoteResponse(price_cents=price)
