"""A question on generated code of other versions, answered by protobuf's own check."""

from __future__ import annotations

import warnings

from google.protobuf import runtime_version as here

from ..engine import Check, Option, Predict


def _observe_which_load(check: Check) -> tuple[object, str]:
    wanted = {
        "older minor": (here.MAJOR, max(0, here.MINOR - 1)),
        "older major": (here.MAJOR - 1, 30),
        "newer minor": (here.MAJOR, here.MINOR + 1),
    }
    told = {name: _loads(*version) for name, version in wanted.items()}
    words = [
        f"code for {major}.{minor} {'loads' if told[name] else 'is refused'}"
        for name, (major, minor) in wanted.items()
    ]
    account = f"protobuf is {here.MAJOR}.{here.MINOR} here; {', '.join(words)}."
    return frozenset(name for name, loads in told.items() if loads), account


def _loads(major: int, minor: int) -> bool:
    """Whether generated code of a version would get past the first thing that it does."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            here.ValidateProtobufRuntimeVersion(
                here.Domain.PUBLIC, major, minor, 0, "", "courier/v1/quote.proto"
            )
    except here.VersionError:
        return False
    return True


which_load = Predict(
    title="Which code loads?",
    task="""
        Three packages have generated code: one for an older minor version of protobuf than this machine has (7.30 where
        it has 7.36, say), one for the major version before (6.30), one for the next minor version (7.37). Which of them
        can be imported here?
    """,
    observe=_observe_which_load,
    expected=frozenset({"older minor", "older major"}),
    options=[
        Option(
            "None: code and library must have the same version.",
            "Then every new version of the library would break every package. What do floors in `dependencies` say?",
            frozenset(),
        ),
        Option(
            "The first alone: a new major version breaks what is older.",
            "That is what a major version may do, and here it is promised otherwise: one major version back still works.",
            frozenset({"older minor"}),
        ),
        Option(
            "The first two: a library may be newer than the code, and not older.",
            "Right: that is why a floor is enough.",
            frozenset({"older minor", "older major"}),
        ),
        Option(
            "All three: within a major version everything fits.",
            "New code may use what an old library does not have, so it asks. In the lesson it refused to load.",
            frozenset({"older minor", "older major", "newer minor"}),
        ),
    ],
    hints=[
        "Generated code was written by a compiler that knew the library of its day. Which of the two can know more?",
        "The lesson's cell played a compiler that was ahead of the library. What came of it?",
    ],
    reason="Raise the library first, everywhere, and the compiler afterwards: in this order nothing ever refuses. protobuf "
    "promises that a library loads the code of its own major version and of the one before.",
)
