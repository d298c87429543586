"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_WORDS = "The goal asks for a status; the words that go with it are the author's."

EQUALS: dict[str, dict[str, str]] = {
    "allowed_callers": {
        "- allowed = frozenset({'depot.courier.… and + allowed = frozenset({'depot.courier.…": (
            "An attribute of the class, wherever in it."
        ),
        "allowed = [frozenset({'depot.courier.example', … -> {'depot.courier.example', 'dispatch.…]": (
            "A set that nobody changes."
        ),
        "+ parcel = quote_pb2.Parcel(parcel_id=… and - parcel = quote_pb2.Parcel(parcel_id=…": (
            "A parcel that is made and not sent is nobody's."
        ),
        "…t(grpc.StatusCode.UNAUTHENTICATED, '[show a certificate -> ]')": _WORDS,
        "…grpc.StatusCode.PERMISSION_DENIED, '[this caller may not create parcels -> ]')": _WORDS,
        "…disjoint((name.decode() for name in [identities -> list(identities)])):": "The same names as before.",
    },
    "renewing_token": {
        "- token, until = ('', float('-inf')) and + token, until = ('', float('-inf'))": (
            "The plugin is not called before the function has returned."
        ),
        "token, until = ('[ -> x]', float('-inf'))": "The first token is never used: until then is long ago.",
        "token, until = ('', float(['-inf' -> ]))": "The clocks of machines have left 0 behind.",
        "- try: and - except Exception as error: | callbac…": (
            "What a plugin raises gRPC hands over as it does an error that the callback gets."
        ),
    },
}

UNSOLVED: dict[str, list[str]] = {}
