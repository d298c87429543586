"""`header_tables`: how headers shrink from call to call, entry by entry, with the tables behind it (RFC 7541)."""

from __future__ import annotations

from typing import Any

import traitlets

from helpers.wire.capture import Capture
from helpers.wire.direction import TO_CLIENT, TO_SERVER, Direction
from helpers.wire.http2.header_tables import HeaderLog

from ..kit import style
from ..kit.esm import Esm
from ..kit.widget import View
from .html import block_html, empty_html, notes_html, strip_html, tables_html
from .model import WAYS, Blocks, problems, weight
from .text import tables_text

MOST_SAVED = 40
"""So many blocks of a direction of a connection a page has that has no kernel, and four times as many in all."""


class HeaderTables(View):
    """The header blocks of one connection, to step through: entries, bytes, and the dynamic table after each.

    Of an open capture it shows what there is at each step. Made by `header_tables`.

    Args:
        capture: A ``helpers.wire`` capture.
        direction: ``"to_server"`` (requests) or ``"to_client"`` (responses and trailers, which share a table).
        connection: Number of the connection; None for the first one that has header blocks.

    Raises:
        ValueError: for an unknown direction, or a connection without header blocks.

    Three of its traits say what is seen, and a cell may set them: ``connection``, ``direction`` and ``block``
    (from 1).
    """

    _esm = Esm("views/header_tables/widget.js")
    _css = style.css("views/kit/controls.css", "views/header_tables/style.css")
    static_css = ("views/header_tables/style.css",)
    connection = traitlets.Int(0).tag(sync=True)
    direction = traitlets.Enum(list(WAYS), TO_SERVER).tag(sync=True)
    block = traitlets.Int(1).tag(sync=True)
    # A page counts its wishes; what it is sent says which of them it answers. The page keeps at most one wish
    # on its way and one in hand, so the last one wins however slow the kernel is.
    asked = traitlets.Int(0).tag(sync=True)
    content = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        capture: Capture,
        direction: str = TO_SERVER,
        connection: int | None = None,
        **traits: object,
    ) -> None:
        if direction not in WAYS:
            raise ValueError(f"unknown direction {direction!r}; one of {', '.join(WAYS)}")
        self.capture = capture
        self._version: tuple[int, bool] | None = None
        self._drawing = False
        known = self._blocks().connections
        if connection is None:
            connection = known[0] if known else 0
        elif connection not in known:
            others = f"those that have are {', '.join(map(str, known))}" if known else "no connection has any"
            raise ValueError(f"connection {connection} has no header blocks; {others}")
        self._seen = connection, Direction(direction), 1
        super().__init__(connection=connection, direction=direction, **traits)
        self._draw()
        self.observe(self._draw, ["connection", "direction", "block", "asked"])

    def _saved_traits(self) -> dict[str, Any]:
        with self._lock:
            blocks = self._blocks()
            logs = [blocks.log(connection, way) for connection in blocks.connections for way in WAYS]
            contents = [
                {
                    **self._content(blocks, log, block),
                    "open": False,
                    "across": self._across(blocks, log, block),
                }
                for log in logs
                for block in range(1, min(len(log), MOST_SAVED) + 1)
            ]
            shown = {"connection": self.connection, "direction": self.direction, "block": self.block}
            now = blocks.log(self.connection, Direction(self.direction))
            content = {**self._content(blocks, now, self.block), "open": False}
        return {**shown, "asked": 0, "content": content, "contents": contents[: 4 * MOST_SAVED]}

    def _across(self, blocks: Blocks, log: HeaderLog, block: int) -> int:
        """The block of the other direction that belongs to the same stream."""
        other = TO_CLIENT if log.direction == TO_SERVER else TO_SERVER
        return blocks.position(log.connection, other, log.blocks[block - 1].stream) + 1

    def _static_html(self) -> str:
        return tables_html(*self._now())

    def _static_text(self) -> str:
        return tables_text(*self._now())

    def _now(self) -> tuple[Blocks, HeaderLog]:
        with self._lock:
            blocks = self._blocks()
            return blocks, blocks.log(self.connection, Direction(self.direction))

    def _blocks(self) -> Blocks:
        """The capture's header blocks, sorted anew when more have come."""
        version = self.capture.version, self.capture.open
        if version != self._version:
            self._known, self._version = Blocks(self.capture), version
        return self._known

    def _draw(self, _: object = None) -> None:
        """Draws the chosen block; a choice that does not exist becomes the nearest one that does."""
        with self._lock:
            if self._drawing:
                return
            self._drawing = True
            try:
                blocks = self._blocks()
                connection, direction, block = self._chosen(blocks)
                log = blocks.log(connection, direction)
                with self.hold_sync():
                    self.connection, self.direction, self.block = connection, direction, block
                    self.content = self._content(blocks, log, block)
                self._seen = connection, direction, block
            finally:
                self._drawing = False

    def _chosen(self, blocks: Blocks) -> tuple[int, Direction, int]:
        connection, direction, block = self.connection, Direction(self.direction), self.block
        if connection not in blocks.connections:
            connection = blocks.connections[0] if blocks.connections else 0
        before_connection, before_direction, before_block = self._seen
        count = len(blocks.log(connection, direction))
        if block == before_block and connection != before_connection:
            block = 1
        elif block == before_block and direction != before_direction:
            # From a request to its own response, and back.
            log = blocks.log(connection, before_direction)
            if block <= len(log):
                block = self._across(blocks, log, block)
        return connection, direction, max(1, min(block, count))

    def _content(self, blocks: Blocks, log: HeaderLog, block: int) -> dict[str, Any]:
        """What a page shows of one block."""
        content = {
            "asked": self.asked,
            "shown": [log.connection, log.direction, block],
            "count": len(log),
            "open": blocks.open,
            "connections": blocks.connections,
            "ways": [[way, title, len(blocks.log(log.connection, way))] for way, (title, _) in WAYS.items()],
            "strip": "",
            "words": "",
        }
        if not len(log):
            return {**content, "state": "empty", "html": empty_html(blocks, log)}
        sent = log.blocks[block - 1]
        words = f"{blocks.title(log, block - 1)}: {weight(sent.block.size, sent.block.plain_size)}"
        return {
            **content,
            "state": "malformed" if problems(sent.frames) else "running" if blocks.open else "done",
            "words": words,
            "strip": strip_html(blocks, log, block - 1),
            "html": notes_html(blocks, log) + block_html(blocks, log, block - 1),
        }


def header_tables(
    capture: Capture, direction: str = TO_SERVER, connection: int | None = None
) -> HeaderTables:
    """How the headers of one connection were compressed, block by block; the arguments are those of `HeaderTables`."""
    return HeaderTables(capture, direction, connection)
