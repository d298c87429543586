@testing.guard_test
class TestGuard:
    def test_lets_in(self, guard):
        fake, request = Scripted(quote_pb2.GetParcelResponse()), quote_pb2.GetParcelRequest(parcel_id="P-1")
        with serving(fake, [guard]) as parcels:
            parcels.GetParcel(request, metadata=[("token", "secret")], timeout=5)
        assert fake.requests == [request]

    @pytest.mark.parametrize("metadata", [[], [("token", "guess")], [("token", "sec")]])
    def test_keeps_out(self, guard, metadata):
        fake = Scripted(quote_pb2.GetParcelResponse())
        with serving(fake, [guard]) as parcels, pytest.raises(grpc.RpcError) as caught:
            parcels.GetParcel(quote_pb2.GetParcelRequest(parcel_id="P-1"), metadata=metadata, timeout=5)
        assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
        assert fake.requests == []
