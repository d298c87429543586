"""`%%proto`: a schema in a cell."""

from __future__ import annotations

import ast
import re
from types import ModuleType

from IPython import get_ipython

from helpers import protos
from helpers.protos import SchemaError


def below_comments(lines: list[str]) -> list[str]:
    """Lets `%%proto` follow comments, which IPython would take for a cell in Python; an input transformer.

    The comments go below it, as comments of the schema, so that all lines keep their numbers.

    Raises:
        SchemaError: something else stands above `%%proto`.
    """
    place = next((number for number, line in enumerate(lines) if line.startswith("%%proto")), 0)
    above = lines[:place]
    if all(not line.strip() or line.lstrip().startswith("#") for line in above):
        return (
            [lines[place], *(f"// {line.lstrip()}" for line in above), *lines[place + 1 :]]
            if lines
            else lines
        )
    try:
        ast.parse("".join(lines))  # a text that quotes a cell, say
    except SyntaxError:
        raise SchemaError(
            "`%%proto` is not in the first line of its cell.",
            cure="Put what stands above it into a cell of its own.",
        ) from None
    return lines


def proto(line: str, cell: str) -> None:
    """`%%proto quote` compiles the schema below it into `quote_pb2` and `quote_pb2_grpc`.

    Run the cell again after an edit: the names then mean the new version, and what was made from the old
    one goes on working with it.
    """
    name = line.strip() or "schema"
    # One line more in front, so that line numbers are those of the cell.
    pb2, pb2_grpc = protos.compile_cell(name, "\n" + cell)
    messages, services = _variable(pb2), _variable(pb2_grpc)
    get_ipython().push({messages: pb2, services: pb2_grpc})
    file = pb2.DESCRIPTOR
    print(
        f"{messages}: {', '.join([*file.message_types_by_name, *file.enum_types_by_name]) or 'no messages'}"
    )
    if file.services_by_name:
        print(f"{services}: {protos.unusable(pb2_grpc) or ', '.join(file.services_by_name)}")


def _variable(module: ModuleType) -> str:
    """A module's name as a variable: `my-quote` and `my.quote` give `my_quote_pb2`, `1st` gives `_1st_pb2`."""
    name = re.sub(r"\W", "_", module.__name__)
    return name if name.isidentifier() else f"_{name}"
