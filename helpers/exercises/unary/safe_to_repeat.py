"""A question on which calls may be sent twice."""

from __future__ import annotations

from ..engine import Choose, Option

safe_to_repeat = Choose(
    title="Which call may be repeated?",
    task="Your client's connection breaks while it waits, and each of these calls ends with UNAVAILABLE. "
    "Which one should not simply be sent again?",
    options=[
        Option(
            "`GetQuote(weight_grams=1200)`",
            "A quote changes nothing on the server: asked twice, it gives the same price twice. It may be repeated.",
        ),
        Option(
            '`GetParcel(parcel_id="P-1")`',
            "Looking a parcel up leaves it as it is, so this may be repeated as often as you like.",
        ),
        Option(
            '`CreateParcel(recipient="Ada", weight_grams=1200)`',
            "Right: the first attempt may have arrived, with only its answer lost.",
            True,
        ),
        Option(
            "None of them: after an error nothing should be repeated.",
            "That is safe, but gives up too early. UNAVAILABLE often passes, and two of the three change nothing.",
        ),
    ],
    hints=[
        "Imagine that the server had done its work, and only the answer was lost on the way back.",
        "Which of the three leaves the server in another state when it runs twice?",
    ],
    reason="An operation that may run twice with the effect of one is called idempotent. To make CreateParcel so, the "
    "client would send a number of its own making with it, and the server would know it again.",
)
