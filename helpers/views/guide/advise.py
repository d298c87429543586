"""From answers to advice: gRPC, REST, or both. Pure functions; `questions` has what is asked and said.

The rules, in this order:

1. Some answers decide alone. Browsers, strangers, and an HTTP/1.1-only hop cannot take gRPC as it is: REST at
   the edge. Both directions at once is no request and response: gRPC. Where both are so, neither does it alone.
2. Behind a REST edge gRPC may stay, where deadlines travel through services and nothing else outweighs that; where
   no outsider calls there is no edge, but a hop that gRPC does not pass.
3. All other answers add up. A sum of 2 is a leaning, of 5 a clear one; less is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .model import Advice, Choice, Reason
from .questions import QUESTIONS

LEANING, CLEAR = 2, 5
"""From which sum of weights on there is a leaning, and a clear one."""

VERDICTS: dict[str, tuple[str, str]] = {
    # verdict: (what it is called after "this would be", what to do)
    "open": ("open", ""),
    "grpc": ("gRPC", ""),
    "rest": ("REST", ""),
    "either": ("either", "Take what your team knows and already runs."),
    "both": (
        "gRPC inside, REST at the edge",
        "Let your services speak gRPC, and put HTTP and JSON in front: written by hand, or translated by "
        "grpc-gateway or Envoy from the `google.api.http` rules in the .proto. A server with Connect speaks both by itself.",
    ),
    "hop": (
        "gRPC where HTTP/2 passes, and something else across the hop",
        "Have what stands in between pass HTTP/2, and gRPC goes all the way. Otherwise cross it with REST, gRPC-Web or "
        "Connect, and let a proxy or a server behind it go on with gRPC.",
    ),
    "split": (
        "gRPC for the conversation, REST for the rest",
        "Offer the conversation to those who can generate a client, and all else as plain HTTP.",
    ),
    "websocket": (
        "a WebSocket",
        "It works in pages and over HTTP/1.1, where proxies let it upgrade, and carries both directions. What its "
        "messages mean is up to you: they may be Protocol Buffers, and behind it a gRPC stream can go on.",
    ),
}
_DEGREE = {1: "on balance", 2: "clearly"}
_ONE_FOR_ALL = (
    "One HTTP API for all is the least to run; gRPC behind it pays where services need what it carries."
)
_EVENTS = (
    "Ordinary requests, and `text/event-stream` (or NDJSON, for programs) for what the server keeps sending."
)
_FILES = "Move the files over plain HTTP, from a URL that a call hands out, and the rest with gRPC."


def check(answers: Mapping[str, object]) -> dict[str, str]:
    """The answers in the order of the questions; those that are None are left out.

    Raises:
        ValueError: for a question or a choice that is not there; it names those that are.
    """
    for name in answers:
        if name not in QUESTIONS:
            raise ValueError(f"there is no question {name!r}; one of {', '.join(QUESTIONS)}")
    given = ((question, answers.get(name)) for name, question in QUESTIONS.items())
    return {question.name: question.choice(name).name for question, name in given if name is not None}


def advise(answers: Mapping[str, str]) -> Advice:
    """The reasoned answer to a few answers, one or more or none.

    Args:
        answers: for each answered question (see `QUESTIONS`) the name of a choice.

    Raises:
        ValueError: for a question or a choice that is not there; it names those that are.
    """
    answers = check(answers)
    position, verdict = weigh(answers)
    advice = Advice(answers, position, verdict, *_words(answers, position, verdict))
    chosen = [(name, QUESTIONS[name].choice(answer)) for name, answer in answers.items()]
    return replace(
        advice,
        for_grpc=_reasons(chosen, "grpc"),
        for_rest=_reasons(chosen, "rest"),
        neither=_reasons(chosen, "neither"),
        change=tuple(_ways_out(answers, position, verdict)),
    )


def _reasons(chosen: Iterable[tuple[str, Choice]], side: str) -> tuple[Reason, ...]:
    """What the choices say for one side: what decides alone first, then by weight."""
    reasons = []
    for name, choice in chosen:
        if text := getattr(choice, side):
            source = choice.rest_source if side == "rest" and choice.grpc else choice.source
            reasons.append((abs(choice.weight), Reason(text, name, source, choice.decides == side)))
    return tuple(reason for _, reason in sorted(reasons, key=lambda pair: -pair[0]))


def weigh(answers: Mapping[str, str]) -> tuple[int, str]:
    """Position (-2 to 2, see `Advice`) and verdict (see `VERDICTS`) for answers that `check` has seen.

    No answer that speaks for one side ever moves the position towards the other.
    """
    if not answers:
        return 0, "open"
    chosen = {name: QUESTIONS[name].choice(answer) for name, answer in answers.items()}
    decided = {choice.decides for choice in chosen.values()}
    weights = {name: 0 if choice.decides else choice.weight for name, choice in chosen.items()}
    total = sum(weights.values())
    if "rest" in decided:
        if "grpc" in decided:
            public = answers.get("callers") == "public" and answers.get("between") != "http1"
            return 0, "split" if public else "websocket"
        inside = sum(weights.get(name, 0) for name in ("contract", "deadlines", "speed"))
        if answers.get("deadlines") == "yes" and inside >= LEANING and _level(total) >= 0:
            outsiders = answers.get("callers") in ("browsers", "public", "mixed")
            return 0, "both" if outsiders else "hop"  # without outsiders there is no edge
        # gRPC-Web is a way for those who have good reasons.
        return (-1 if total > LEANING else -2), "rest"
    if "edge" in decided:
        if "grpc" in decided or total >= LEANING:
            return 0, "both"
        position = min(_level(total), 0)
    elif "grpc" in decided:
        position = 2 if _level(total) >= 0 else 1
    else:
        position = _level(total)
    return position, "either" if position == 0 else "grpc" if position > 0 else "rest"


def _level(total: int) -> int:
    """A sum of weights as a position."""
    size = 2 if abs(total) >= CLEAR else 1 if abs(total) >= LEANING else 0
    return size if total > 0 else -size


def _words(answers: Mapping[str, str], position: int, verdict: str) -> tuple[str, str]:
    """The leaning in words, and what to do."""
    name, how = VERDICTS[verdict]
    flow = answers.get("flow")
    if verdict in ("grpc", "rest"):
        extra = ""
        if verdict == "rest" and flow == "server":
            extra, how = " with server-sent events", _EVENTS
        if verdict == "grpc" and flow == "files":
            extra, how = " with plain HTTP for the files", _FILES
        return f"{name}{extra}, {_DEGREE[abs(position)]}", how
    if verdict == "open":
        return "Answer a question, and the reasons appear here.", how
    if verdict == "websocket":
        return "Neither alone: a WebSocket for the conversation", how
    if verdict == "either" and answers.get("callers") == "mixed":
        return "Either: REST for all, or gRPC inside and REST at the edge", _ONE_FOR_ALL
    if verdict == "both" and flow == "server":
        how += " At the edge the stream becomes server-sent events."
    return name[0].upper() + name[1:] if verdict == "either" else name, how


def _ways_out(answers: Mapping[str, str], position: int, verdict: str) -> Iterable[str]:
    """What one other answer would change: away from a side, or from the middle to each side."""
    if verdict == "open":
        return
    ways = [_way_out(answers, verdict, side) for side in ((-position,) if position else (1, -1))]
    if not any(ways):
        ways = [_way_out(answers, verdict, 0)]
    yield from filter(None, ways)


def _way_out(answers: Mapping[str, str], verdict: str, side: int) -> str:
    """The one answer that would most plausibly lead to ``side``, or away from the other; 0 for any other verdict."""
    found = []
    position, _ = weigh(answers)
    for order, (name, question) in enumerate(QUESTIONS.items()):
        mine = question.choice(answers[name]) if name in answers else None
        for other in question.choices:
            there, its_verdict = weigh({**answers, name: other.name})
            reached = there * side > 0
            away = there == 0 and (position != 0 or side == 0)
            if not other.when or its_verdict == verdict or not (reached or away):
                continue
            stands_against = mine is not None and mine.weight * side < 0
            step = abs(other.weight - (mine.weight if mine else 0))
            # First what stands in the way, then the smallest step; speed comes last.
            rank = (not stands_against, not reached, mine is None, name == "speed")
            found.append((*rank, step, order, other.when, its_verdict))
    if not found:
        return ""
    *_, when, its_verdict = min(found)
    then = "either would do" if its_verdict == "either" else f"this would be {VERDICTS[its_verdict][0]}"
    return f"If {when}, {then}."
