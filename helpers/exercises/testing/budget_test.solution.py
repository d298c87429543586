@testing.budget_test
def test_budget(fetch):
    clock, timeouts = FakeClock(), []
    clock.now = 1000

    class Slow:
        def GetParcel(self, request, timeout):
            timeouts.append(timeout)
            clock.now += 2
            raise Unavailable()

    with pytest.raises(Unavailable):
        fetch(Slow(), "P-1", budget=4, clock=clock)
    assert timeouts == [4, 2]
