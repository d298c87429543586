"""The imports, the package and the tokens of a schema, read off its text without compiling it."""

from __future__ import annotations

import functools
import re

COMMENT = r"//[^\n]*|/\*.*?\*/"
STRING = r'"(?:\\.|[^"\\\n])*"|' + r"'(?:\\.|[^'\\\n])*'"
_SPACE = rf"(?:\s|{COMMENT})"
_STATEMENTS = re.compile(
    rf"{COMMENT}|{STRING}"
    rf"|\bimport\b{_SPACE}*(?:(?:public|weak|option)\b{_SPACE}*)?(?P<import>(?:(?:{STRING}){_SPACE}*)+);"
    rf"|\bpackage\b{_SPACE}+(?P<package>[\w.]+)",
    re.DOTALL,
)
_TOKENS = re.compile(rf"{COMMENT}|(?P<token>{STRING}|[\w.]+|\S)", re.DOTALL)


def imports(text: str) -> tuple[str, ...]:
    """The names that a schema imports, in its order."""
    return _statements(text)[0]


def package(text: str) -> str:
    """The package of a schema, or `""`."""
    return _statements(text)[1]


@functools.lru_cache(maxsize=1024)
def _statements(text: str) -> tuple[tuple[str, ...], str]:
    names, packages = [], []
    for match in _STATEMENTS.finditer(text):
        if match["import"]:
            names.append("".join(part[1:-1] for part in re.findall(STRING, match["import"])))
        elif match["package"]:
            packages.append(match["package"])
    return tuple(names), packages[0] if packages else ""


@functools.lru_cache(maxsize=256)
def mean_the_same(one: bytes, other: bytes) -> bool:
    """Whether two texts differ in comments and spaces at most."""
    return one == other or _tokens(one) == _tokens(other)


def _tokens(data: bytes) -> list[str]:
    text = data.decode("utf-8-sig", "replace")
    return [match["token"] for match in _TOKENS.finditer(text) if match["token"]]
