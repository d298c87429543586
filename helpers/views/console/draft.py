"""What a learner has typed so far, and what it amounts to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from .call import Metadata
from .form import message_from, values_from
from .metadata import deadline_from, metadata_from
from .schema import WELL_KNOWN
from .well_known import from_json, to_json


@dataclass(frozen=True)
class ParsedDraft:
    """A draft, read.

    Attributes:
        message: the request, of all that could be read.
        metadata: what is to be sent along.
        timeout: the deadline in seconds.
        errors: what is wrong, by input: a path of the form, ``json``, ``metadata/0/key``, ``deadline``.
    """

    message: Message
    metadata: Metadata
    timeout: float | None
    errors: dict[str, str]

    @property
    def request_errors(self) -> dict[str, str]:
        """What is wrong with the request alone."""
        return {k: text for k, text in self.errors.items() if not _is_beside(k)}

    @property
    def beside_errors(self) -> dict[str, str]:
        """What is wrong with metadata and deadline."""
        return {k: text for k, text in self.errors.items() if _is_beside(k)}


def _is_beside(name: str) -> bool:
    return name == "deadline" or name.startswith("metadata/")


def empty_values(descriptor: Descriptor) -> Any:
    """The values of a form in which nothing is filled in."""
    return None if descriptor.full_name in WELL_KNOWN else {}


def read(draft: dict[str, Any], descriptor: Descriptor) -> ParsedDraft:
    """Reads a draft.

    Args:
        draft: ``tab`` (``"form"`` or ``"json"``: which of the two counts), ``values`` of the form, ``json``
            text, ``metadata`` rows, and ``deadline`` text.
        descriptor: the type of the request.
    """
    errors: dict[str, str] = {}
    if draft.get("tab") == "json":
        message, _ = message_from(descriptor, empty_values(descriptor))
        try:
            message = from_json(str(draft.get("json", "")), descriptor)
            missing = message.FindInitializationErrors()  # type: ignore[attr-defined]  # not in protobuf's types
            if missing:
                raise ValueError(f"Required: {', '.join(missing)}.")
        except ValueError as error:
            errors["json"] = str(error)
    else:
        message, errors = message_from(descriptor, draft.get("values"))
    metadata, wrong = metadata_from(draft.get("metadata") or [])
    errors.update(wrong)
    timeout = None
    try:
        timeout = deadline_from(str(draft.get("deadline") or ""))
    except ValueError as error:
        errors["deadline"] = str(error)
    return ParsedDraft(message, metadata, timeout, errors)


def turned(draft: dict[str, Any], descriptor: Descriptor, tab: str) -> dict[str, Any]:
    """The draft with the other tab up and the same request in it.

    Raises:
        ValueError: there is something to mend first, or the request has no JSON.
    """
    reading = read(draft, descriptor)
    if reading.request_errors:
        raise ValueError("Mend what is marked first: the other tab could not show it.")
    if tab == "json":
        return {**draft, "tab": "json", "json": to_json(reading.message)}
    values = values_from(reading.message)
    if draft.get("tab") == "json" and values == values_from(message_from(descriptor, draft.get("values"))[0]):
        values = draft.get("values")  # unchanged: keep how it was written
    return {**draft, "tab": "form", "values": values}
