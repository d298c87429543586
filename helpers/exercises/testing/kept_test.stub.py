@testing.kept_test
def test_kept(parcels):
    # your code here
    ...
