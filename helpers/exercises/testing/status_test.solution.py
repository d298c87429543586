@testing.status_test
class TestGetParcel:
    def test_known(self, parcels):
        reply = parcels.GetParcel(quote_pb2.GetParcelRequest(parcel_id="P-1"), timeout=1.5)
        assert reply.parcel.recipient == "Ada"

    def test_unknown(self, parcels):
        with pytest.raises(grpc.RpcError) as caught:
            parcels.GetParcel(quote_pb2.GetParcelRequest(parcel_id="P-404"), timeout=1.5)
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
