@testing.kept_test
@over_the_wire
@given(sent=messages(quote_pb2.CreateParcelRequest))
def test_kept(parcels, sent):
    created = parcels.CreateParcel(sent, timeout=5).parcel
    found = parcels.GetParcel(quote_pb2.GetParcelRequest(parcel_id=created.parcel_id), timeout=5).parcel
    for field in ("recipient", "weight_grams", "speed"):
        assert getattr(found, field) == getattr(sent, field)
