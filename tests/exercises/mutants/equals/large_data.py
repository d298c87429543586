"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_UNSET = "a chunk of 0 bytes is one that was not set, and has its default by then"
_ORDER = "the two have nothing to do with each other"

EQUALS: dict[str, dict[str, str]] = {
    "any_offset": {
        "+ if not 0 < size <= 1048576: | contex… and - if not 0 < size <= 1048576: | contex…": (
            "a request that is wrong twice may be told either"
        ),
        "if not [0 -> -1] < size <= 1048576:": _UNSET,
        "if not 0 [< -> <=] size <= 1048576:": _UNSET,
    },
    "checksum": {
        "+ digest, count = (hashlib.sha256(), 0… and - digest, count = (hashlib.sha256(), 0…": _ORDER,
        "+ digest.update(response.chunk) and - digest.update(response.chunk)": _ORDER,
        "+ count += len(response.chunk) and - count += len(response.chunk)": _ORDER,
    },
    "go_on": {
        "except [grpc.RpcError -> Exception] as error:": (
            "the call raises nothing else, and what the file raises is no status and goes on"
        ),
        "[return -> break]": "nothing stands behind the loop",
        "…less = fruitless + 1 if file.tell() [== -> <=] before else 0": "a file never shrinks here",
        "…StatusCode.UNAVAILABLE or fruitless [== -> >=] 3:": "it is raised at 3, so there is no 4",
    },
}

UNSOLVED: dict[str, list[str]] = {}
