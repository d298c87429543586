"""The decision guide as values: questions with their choices, and the advice with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from helpers import display
from helpers.display import Displayed


@dataclass(frozen=True)
class Choice:
    """One answer to a question.

    Attributes:
        name: the answer in code.
        label: the answer on the page.
        when: what would have to be so for this answer, after "If"; empty where it makes no good example.
        weight: above 0 it speaks for gRPC, below 0 for REST: 1 a little, 2 noticeably, 3 much.
        decides: ``"rest"`` or ``"grpc"`` where the answer decides alone, ``"edge"`` where it asks for REST at
            the edge only; its weight then tells on which side it stands, and is not added to the others.
        grpc: the reason that it gives for gRPC.
        rest: the reason that it gives for REST.
        neither: why it decides nothing.
        source: the documents that say so; where there are reasons for both sides, those for gRPC.
        rest_source: where there are reasons for both sides, the documents for REST.
    """

    name: str
    label: str
    when: str
    weight: int = 0
    decides: str = ""
    grpc: str = ""
    rest: str = ""
    neither: str = ""
    source: str = ""
    rest_source: str = ""


@dataclass(frozen=True)
class Question:
    """One question: its name in code, its text, and its choices."""

    name: str
    text: str
    choices: tuple[Choice, ...]

    def choice(self, name: object) -> Choice:
        """The choice of this name.

        Raises:
            ValueError: for a choice that is not there; it names those that are.
        """
        for choice in self.choices:
            if choice.name == name:
                return choice
        known = ", ".join(repr(choice.name) for choice in self.choices)
        raise ValueError(f"{self.name} cannot be {name!r}; one of {known}")


@dataclass(frozen=True)
class Reason:
    """One reason: its text, the question whose answer gave it, its source, and whether it decides alone."""

    text: str
    question: str
    source: str = ""
    decides: bool = False


@dataclass(frozen=True)
class Advice(Displayed):
    """A reasoned answer; shows itself as a picture of words in a notebook and as text in a terminal.

    Attributes:
        answers: the answers it rests on, by question.
        position: from -2 (REST, clearly) over 0 (either, or both) to 2 (gRPC, clearly).
        verdict: one of `VERDICTS`.
        leaning: the result in a few words, such as "REST, clearly".
        how: what to do, where there is more to say.
        for_grpc: the reasons that the answers give for gRPC.
        for_rest: the reasons that they give for REST.
        neither: what the answers say that decides nothing.
        change: what would change the result: a sentence for each way out.
    """

    answers: Mapping[str, str]
    position: int
    verdict: str
    leaning: str
    how: str
    for_grpc: tuple[Reason, ...] = ()
    for_rest: tuple[Reason, ...] = ()
    neither: tuple[Reason, ...] = ()
    change: tuple[str, ...] = ()

    def __str__(self) -> str:
        return display.static(self)["text/plain"]
