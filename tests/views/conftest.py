from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from helpers.text import breakable

VOID = {"br", "col", "hr", "img", "input", "meta", "wbr"}


class Tree(HTMLParser):
    """Which elements a piece of HTML really has, in order, and its text (a space that does not break is a space)."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += breakable(data)

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}


@pytest.fixture
def parse() -> Callable[[str], Tree]:
    """Parses HTML strictly."""
    return Tree
