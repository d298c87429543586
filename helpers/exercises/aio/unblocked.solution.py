@aio.unblocked
class SlowPrices(quote_pb2_grpc.QuoteServiceServicer):
    def price(self, weight_grams):
        time.sleep(0.1)
        return 500 + weight_grams // 30

    async def GetQuote(self, request, context):
        if request.weight_grams <= 0:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "weight_grams must be larger than 0")
        price_cents = await asyncio.to_thread(self.price, request.weight_grams)
        return quote_pb2.GetQuoteResponse(price_cents=price_cents)
