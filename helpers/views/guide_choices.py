"""A question of the decision guide and its choices, as values."""

from __future__ import annotations

from dataclasses import dataclass


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
