@aio.unblocked
class SlowPrices(quote_pb2_grpc.QuoteServiceServicer):
    def price(self, weight_grams):
        time.sleep(0.1)  # a library that knows nothing of asyncio
        return 500 + weight_grams // 30

    async def GetQuote(self, request, context):
        price_cents = self.price(request.weight_grams)
        return quote_pb2.GetQuoteResponse(price_cents=price_cents)
