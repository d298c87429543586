"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_ORDER = "Neither of the two needs what the other makes, so their order is free."
_IDS = "Channelz gives out ids from 1 on, so all of these begin with the first channel."

EQUALS: dict[str, dict[str, str]] = {
    "dynamic_call": {
        "+ pool = DescriptorPool(ProtoReflectio… and - pool = DescriptorPool(ProtoReflectio…": _ORDER,
        "+ request = json_format.ParseDict(fiel… and - request = json_format.ParseDict(fiel…": _ORDER,
    },
    "failed_calls": {
        "failed, start, endings = (0, [0 -> 1], (f':///{address}', f':{address}'))": _IDS,
        "failed, start, endings = (0, [0 -> -1], (f':///{address}', f':{address}'))": _IDS,
    },
    "leave": {"+ own_health.enter_graceful_shutdown()": "What is said for good may be said twice."},
    "list_methods": {
        "for name in [database.get_services( -> list(database.get_services()]):": "It is a list already.",
        "- if name == reflection.SERVICE_NAME: … and + if name == reflection.SERVICE_NAME: …": (
            "Reflection may be looked up before it is left out."
        ),
        "except [KeyError -> Exception]:": "KeyError is all that a pool raises for a name.",
    },
}
UNSOLVED: dict[str, tuple[str, ...]] = {}
