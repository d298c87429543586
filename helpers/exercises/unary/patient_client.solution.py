@unary.patient_client
def order(quotes, parcels, recipient, weight_grams):
    request = quote_pb2.GetQuoteRequest(weight_grams=weight_grams)
    try:
        quote = quotes.GetQuote(request, timeout=1)
    except grpc.RpcError as error:
        if error.code() is not grpc.StatusCode.UNAVAILABLE:
            raise
        quote = quotes.GetQuote(request, timeout=1)
    request = quote_pb2.CreateParcelRequest(recipient=recipient, weight_grams=weight_grams)
    created = parcels.CreateParcel(request, timeout=1)
    return quote.price_cents, created.parcel.parcel_id
