"""What is computed inside of a file that people write: blocks between markers."""

from __future__ import annotations

from collections.abc import Mapping


def with_blocks(text: str, blocks: Mapping[str, str], file: str, comment: str = "<!-- {} -->") -> str:
    """Return a text with the contents of its blocks replaced; `map` stands between `map:start` and `map:end`.

    Args:
        text: the file's text.
        blocks: the content of each block by its name.
        file: the file's name, for errors.
        comment: how the file's language writes a marker.

    Raises:
        ValueError: a marker is missing.
    """
    for name, content in blocks.items():
        start, end = comment.format(f"{name}:start"), comment.format(f"{name}:end")
        if text.count(start) != 1 or text.count(end) != 1 or text.index(start) > text.index(end):
            raise ValueError(f"{file} needs the lines {start} and {end}, once each and in this order")
        before, rest = text.split(start)
        after = rest.split(end)[1]
        # The end's marker may be indented, as in YAML.
        indent = rest.split(end)[0].rpartition("\n")[2]
        text = f"{before}{start}\n{content}\n{indent}{end}{after}"
    return text
