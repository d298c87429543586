"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_ORDER = "Neither of the two needs what the other makes, so their order is free."
_TWICE = "What is registered, told or awaited twice is so once."
_OWN = "Where protoc fails the goal is missed, whether an exception says so or not."

EQUALS: dict[str, dict[str, str]] = {
    "drain": {
        "+ signal.signal(signal.SIGINT, leave) and - signal.signal(signal.SIGINT, leave)": _ORDER,
        "+ server.start() and - server.start()": "A signal in between is a matter of microseconds.",
        "+ signal.signal(signal.SIGTERM, leave)": _TWICE,
        "+ signal.signal(signal.SIGINT, leave)": _TWICE,
        "+ server.wait_for_termination()": _TWICE,
        "+ server.stop(grace)": _TWICE,
    },
    "settings": {
        "except [ValueError -> Exception]:": "`int` and `float` raise nothing else for a text.",
        "+ found.append(value) and - found.append(value)": "What is found is lost where an error is raised.",
        "value = -[1 -> 2]": "Any number below 0 stands for one that is refused.",
    },
    "will_import": {
        "+ subprocess.run(protoc, cwd=folder, c…": "The second run writes the same files.",
        "protoc = [[sys.executable -> first_seen(sys.executable)], '-m', 'grpc_tools.protoc', *flags,…": (
            "There is one Python."
        ),
        "subprocess.run(protoc, cwd=folder[, check=True -> ])": _OWN,
        "…ocess.run(protoc, cwd=folder, check=[True -> False])": _OWN,
    },
}
UNSOLVED: dict[str, tuple[str, ...]] = {}
