"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_ONCE = "What is seen first is what is seen each time: every test makes it once, or makes the same."
_TWICE = "The first call raises, so the second one is never made."
_TIME = "How long a test waits for an answer is its own affair, as long as it ends in time."
_NUMBER = "The fake answers whatever it is asked, so any number will do."
_NOBODY = "Nobody who is kept out gets this reply."
_UNKNOWN = "Any number that is not P-1 is unknown."
_NEW_YEAR = "The clock may begin at any time but 0."

EQUALS: dict[str, dict[str, str]] = {
    "status_test": {
        "reply = parcels.GetParcel([quote_pb2.GetParcelRequest(parcel_id… -> "
        "first_seen(quote_pb2.GetParcelReques…]), timeout=1.5)": _ONCE,
        "parcels.GetParcel([quote_pb2.GetParcelRequest(parcel_id… -> "
        "first_seen(quote_pb2.GetParcelReques…]), timeout=1.5)": _ONCE,
        "+ parcels.GetParcel(quote_pb2.GetParce…": _TWICE,
        "…elRequest(parcel_id='P-1'), timeout=[1 -> 2].5)": _TIME,
        "…elRequest(parcel_id='P-1'), timeout=[1 -> 0].5)": _TIME,
        "…elRequest(parcel_id='P-1'), timeout=[1.5 -> 0.75])": _TIME,
        "…etParcel(quote_pb2.GetParcelRequest([parcel_id='P-404' -> ]), timeout=1.5)": _UNKNOWN,
        "…Request(parcel_id='P-404'), timeout=[1 -> 2].5)": _TIME,
        "…Request(parcel_id='P-404'), timeout=[1 -> 0].5)": _TIME,
        "…Request(parcel_id='P-404'), timeout=[1.5 -> 0.75])": _TIME,
        "…ote_pb2.GetParcelRequest(parcel_id='[P-404 -> ]'), timeout=1.5)": _UNKNOWN,
        "…e_pb2.GetParcelRequest(parcel_id='P-[404 -> 404x]'), timeout=1.5)": _UNKNOWN,
    },
    "retry_test": {
        "reply = [quote_pb2.GetParcelResponse(parcel=q… -> first_seen(quote_pb2.GetParcelRespon…]))": _ONCE,
        "… quote_pb2.GetParcelResponse(parcel=[quote_pb2.Parcel(parcel_id='P-1' -> "
        "first_seen(quote_pb2.Parcel(parcel_i…]))": _ONCE,
        "assert fetch(parcels, 'P-1') == [reply.parcel -> first_seen(reply.parcel)]": _ONCE,
        "+ assert len(fake.requests) == 3 and - assert len(fake.requests) == 3": "Both "
        "are asserted, in whichever order.",
        "+ fetch(parcels, 'P-1')": _TWICE,
        "+ fetch(parcels, 'P-1') #2": _TWICE,
        "assert len(fake.requests) [== -> <=] 3": "Fewer attempts than three fail the test of the third one.",
        "assert len(fake.requests) [== -> <=] 1": "Without any attempt there would be no status.",
        "fetch(parcels, '[P-1 -> ]')": _NUMBER,
        "fetch(parcels, 'P-[1 -> 1x]')": _NUMBER,
        "fetch(parcels, '[P-1 -> ]') #2": _NUMBER,
        "fetch(parcels, 'P-[1 -> 1x]') #2": _NUMBER,
        "…arcel=quote_pb2.Parcel(parcel_id='P-[1 -> 1x]'))": "The fake may answer with "
        "any parcel, as long as it is not empty.",
    },
    "budget_test": {
        "- clock.now = 1000 and + clock.now = 1000": "The clock is set before it is looked at.",
        "clock.now = [1000 -> 1001]": _NEW_YEAR,
        "clock.now = [1000 -> 999]": _NEW_YEAR,
        "+ fetch(Slow(), 'P-1', budget=4, clock…": _TWICE,
        "fetch(Slow(), '[P-1 -> ]', budget=4, clock=clock)": _NUMBER,
        "fetch(Slow(), 'P-[1 -> 1x]', budget=4, clock=clock)": _NUMBER,
    },
    "guard_test": {
        "…ted(quote_pb2.GetParcelResponse()), [quote_pb2.GetParcelRequest(parcel_id… -> "
        "first_seen(quote_pb2.GetParcelReques…]))": _ONCE,
        "fake, request = (Scripted([quote_pb2.GetParcelResponse( -> "
        "first_seen(quote_pb2.GetParcelRespon…])), quote_pb2.GetParcelRequest(parce…": _ONCE,
        "fake = Scripted([quote_pb2.GetParcelResponse( -> first_seen(quote_pb2.GetParcelRespon…]))": _ONCE,
        "parcels.GetParcel([quote_pb2.GetParcelRequest(parcel_id… -> "
        "first_seen(quote_pb2.GetParcelReques…]), metadata=metadata, timeout=5)": _ONCE,
        "+ parcels.GetParcel(quote_pb2.GetParce…": _TWICE,
        "fake = Scripted([quote_pb2.GetParcelResponse() -> 0])": _NOBODY,
        "fake = Scripted([quote_pb2.GetParcelResponse() -> ''])": _NOBODY,
        "fake = Scripted([quote_pb2.GetParcelResponse() -> None])": _NOBODY,
        "fake = Scripted([quote_pb2.GetParcelResponse() -> ])": _NOBODY,
        "assert fake.requests [== -> <=] []": "No list is smaller than an empty one.",
        "…uest, metadata=[('token', 'secret')][, timeout=5 -> ])": _TIME,
        "…(parcel_id='P-1'), metadata=metadata[, timeout=5 -> ])": _TIME,
        "…e_pb2.GetParcelRequest(parcel_id='P-[1 -> 1x]'))": _NUMBER,
        "…data=[('token', 'secret')], timeout=[5 -> 6])": _TIME,
        "…data=[('token', 'secret')], timeout=[5 -> 4])": _TIME,
        "…etParcel(quote_pb2.GetParcelRequest([parcel_id='P-1' -> ]), metadata=metadata, timeout=5)": _NUMBER,
        "…='P-1'), metadata=metadata, timeout=[5 -> 6])": _TIME,
        "…='P-1'), metadata=metadata, timeout=[5 -> 4])": _TIME,
        "…, [('token', 'guess')], [('token', '[sec -> ]')]])": "The right token begins with an empty text, too.",
        "…ote_pb2.GetParcelRequest(parcel_id='[P-1 -> ]'), metadata=metadata, timeout=5)": _NUMBER,
        "…e_pb2.GetParcelRequest(parcel_id='P-[1 -> 1x]'), metadata=metadata, timeout=5)": _NUMBER,
    },
    "kept_test": {
        "created = parcels.CreateParcel(sent[, timeout=5 -> ]).parcel": _TIME,
        "… parcels.CreateParcel(sent, timeout=[5 -> 6]).parcel": _TIME,
        "… parcels.CreateParcel(sent, timeout=[5 -> 4]).parcel": _TIME,
        "…Request(parcel_id=created.parcel_id)[, timeout=5 -> ]).parcel": _TIME,
        "…rcel_id=created.parcel_id), timeout=[5 -> 6]).parcel": _TIME,
        "…rcel_id=created.parcel_id), timeout=[5 -> 4]).parcel": _TIME,
    },
}  # fmt: skip
UNSOLVED: dict[str, tuple[str, ...]] = {}
