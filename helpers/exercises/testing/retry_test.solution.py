@testing.retry_test
class TestFetch:
    def test_third_attempt(self, fetch):
        reply = quote_pb2.GetParcelResponse(parcel=quote_pb2.Parcel(parcel_id="P-1"))
        fake = Scripted(grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNAVAILABLE, reply)
        with serving(fake) as parcels:
            assert fetch(parcels, "P-1") == reply.parcel
        assert [request.parcel_id for request in fake.requests] == ["P-1"] * 3

    def test_gives_up(self, fetch):
        fake = Scripted(grpc.StatusCode.UNAVAILABLE)
        with serving(fake) as parcels, pytest.raises(grpc.RpcError) as caught:
            fetch(parcels, "P-1")
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert len(fake.requests) == 3

    def test_other_status(self, fetch):
        fake = Scripted(grpc.StatusCode.NOT_FOUND)
        with serving(fake) as parcels, pytest.raises(grpc.RpcError):
            fetch(parcels, "P-1")
        assert len(fake.requests) == 1
