"""`ByteLab`: type a value and watch its protobuf bytes change."""

from __future__ import annotations

from typing import Any

import traitlets

from ..kit import style
from ..kit.esm import Esm
from ..kit.widget import View
from .html import lab_html
from .read import Refused, read, read_number
from .steps import Encoding, encode
from .text import lab_text
from .types import KINDS, SPEEDS, Kind


class ByteLab(View):
    """One field of a message: its number, its type and its value above, its bytes and how they come about below.

    Args:
        value: what is typed into the value's input, as text: ``"1200"``, ``"true"``, ``"ca fe"`` for bytes,
            ``"3, 270, -1"`` for a packed list. None: an example of the type.
        type: a scalar type by its name in a schema, or ``enum``, ``packed`` (a list of `int32`) or ``message``
            (one that holds a text).
        number: the field number: a number, or text as a learner would type it.
        optional: whether the field is `optional`: then a zero is sent, too.

    Raises:
        traitlets.TraitError: there is no such type.

    The same names are traits: set ``lab.value = "128"`` from a cell, and the picture follows. ``lab.data`` has
    the bytes.
    """

    _esm = Esm("views/bytelab/widget.js")
    _css = style.css("views/kit/controls.css", "views/bytelab/style.css")
    static_css = ("views/bytelab/style.css",)
    number = traitlets.Unicode("2").tag(sync=True)
    type = traitlets.Enum(list(KINDS), "int32").tag(sync=True)
    value = traitlets.Unicode("1200").tag(sync=True)
    optional = traitlets.Bool(False).tag(sync=True)
    html = traitlets.Unicode().tag(sync=True)
    # The page counts its changes, and learns from `answered` which of them the picture shows.
    asked = traitlets.Int(0).tag(sync=True)
    answered = traitlets.Int(0).tag(sync=True)
    kinds = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True)

    def __init__(
        self,
        value: str | None = None,
        type: str = "int32",
        number: int | str = 2,
        optional: bool = False,
        **traits: object,
    ) -> None:
        if value is None and type in KINDS:
            value = KINDS[type].example
        self.set_trait("kinds", [_describe(kind) for kind in KINDS.values()])
        super().__init__(value=str(value), type=type, number=str(number), optional=optional, **traits)
        self._draw()
        self.observe(self._retype, "type")
        self.observe(self._draw, ["number", "type", "value", "optional", "asked"])

    @property
    def shown(self) -> Encoding | Refused:
        """The field with everything about its bytes, or why there are none."""
        kind = KINDS[self.type]
        try:
            return encode(read_number(self.number), kind, read(kind, self.value), self.optional)
        except Refused as refused:
            return refused

    @property
    def data(self) -> bytes | None:
        """The bytes; None while the input is no number or value."""
        shown = self.shown
        return None if isinstance(shown, Refused) else shown.data

    def _retype(self, _: object) -> None:
        """Keeps what is typed if the new type takes it, and shows an example otherwise."""
        kind = KINDS[self.type]
        try:
            read(kind, self.value)
        except Refused:
            self.value = kind.example

    def _draw(self, _: object = None) -> None:
        with self.hold_sync():
            self.html = lab_html(self.shown)
            self.answered = self.asked

    def _static_html(self) -> str:
        return self.html

    def _static_text(self) -> str:
        return lab_text(self.shown)


def _describe(kind: Kind) -> dict[str, Any]:
    """What the page needs to know of a type."""
    choices = {"bool": ["true", "false"], "enum": list(SPEEDS.values())}.get(kind.name, [])
    titles = {"packed": "packed list of int32", "message": "message with a string", "enum": "enum Speed"}
    return {
        "name": kind.name,
        "title": titles.get(kind.name, kind.name),
        "group": kind.group,
        "hint": kind.hint,
        "choices": choices,
        "counts": bool(kind.most) and kind.name != "enum",
        "optional": kind.can_be_optional,
    }
