"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_ORDER = "Neither of the two sees what the other does, so their order is free."
_READ_ONCE = "The pairs are read once, whatever they stand in."
_ALONE = "The method is the only one of its service, and a name without a method is all of them."
_PAUSES = "The goal leaves it to the learner how the pauses grow."
_LONGER = "It says how long would be too long, and this is not."

EQUALS: dict[str, dict[str, str]] = {
    "charge_once": {
        "+ ledger.execute('insert into charges …": "That it may be done twice is what the exercise is about."
    },
    "hand_on": {
        "+ pairs = [(key, value) for key, value… and - pairs = [(key, value) for key, value…": _ORDER,
        "…s = [(key, value) for key, value in [context.invocation_metadata( -> "
        "__import__('itertools').islice(conte…]) if key == 'x-request-id']": _READ_ONCE,
        "…s = [(key, value) for key, value in [context.invocation_metadata( -> "
        "list(context.invocation_metadata()]) if key == 'x-request-id']": _READ_ONCE,
    },
    "leave": {
        "+ checks.enter_graceful_shutdown()": "Who has been told twice has been told.",
        "+ time.sleep(0.3)": _LONGER,
        "+ server.stop(grace=5).wait()": "A server that has stopped is stopped.",
    },
    "may_repeat": {
        "return [json.dumps(config -> first_seen(json.dumps(config)])": "The function has nothing to go by.",
        "…koff': '0.1s', 'backoffMultiplier': [2 -> 3], 'retryableStatusCodes': ['UNAVAILA…": _PAUSES,
        "…koff': '0.1s', 'backoffMultiplier': [2 -> 1], 'retryableStatusCodes': ['UNAVAILA…": _PAUSES,
        "…rvice': 'courier.v1.QuoteService', '[method -> ]': 'GetQuote'}, {'service': 'courier…": _ALONE,
        "…rvice': 'courier.v1.QuoteService', '[method -> methodx]': 'GetQuote'}, {'service': 'courier…": _ALONE,
        "…ourier.v1.QuoteService', 'method': '[GetQuote -> ]'}, {'service': 'courier.v1.BillingS…": _ALONE,
        "…ice': 'courier.v1.BillingService', '[method -> ]': 'Charge'}]": _ALONE,
        "…ice': 'courier.v1.BillingService', '[method -> methodx]': 'Charge'}]": _ALONE,
        "…rier.v1.BillingService', 'method': '[Charge -> ]'}]": _ALONE,
    },
}
UNSOLVED: dict[str, tuple[str, ...]] = {}
