"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

EQUALS: dict[str, dict[str, str]] = {
    "red_lights": {
        "for request in [requests -> list(requests)]:": "the goal does not forbid to collect the points first",
        "+ if last is not None: | distance += m… and - if last is not None: | distance += m…": (
            "a point that repeats the one before is 0 km away from it"
        ),
        "distance += math.dist([last, here -> here, last])": "a distance is the same there and back",
    },
    "honest_upload": {
        "+ digest.update(request.chunk) and - digest.update(request.chunk)": (
            "the checksum of a refused upload is never sent"
        ),
        "….abort(grpc.StatusCode.DATA_LOSS, f'[{size} -> ] bytes of {promised} have arrived')": (
            "the goal asks for the promised size in the text, and no more"
        ),
    },
}

UNSOLVED: dict[str, list[str]] = {}
