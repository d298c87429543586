"""The kinds of exercise that a learner answers with code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType

from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from ... import protos
from . import shape
from .check import Check
from .exercise import Exercise
from .judging import judge
from .verdict import Failed, Unwritten, Verdict
from .wording import describe, show

LIMIT = 20.0  # seconds for a whole check


@dataclass(eq=False, repr=False, kw_only=True)
class WriteServicer(Exercise):
    """Write a servicer class; the check runs a server with it.

    Attributes:
        services: descriptors of the services that the class may implement.
        methods: the methods asked for.
        check: `check(check: Check)`, see `Check.serve`.
        limit: seconds for the whole check.
    """

    services: Sequence[ServiceDescriptor]
    methods: Sequence[str]
    check: Callable[[Check], object]
    limit: float = LIMIT

    def judge(self, answer: object) -> Verdict:
        """The verdict on a class."""

        def run(check: Check) -> None:
            shape.look_at_servicer(answer, self.services, self.methods, self.stub, f"@{self.id}")
            self.check(check)

        return judge(run, answer, self.services, limit=self.limit)


@dataclass(eq=False, repr=False, kw_only=True)
class WriteFunction(Exercise):
    """Write a function.

    Attributes:
        parameters: the names of the function's parameters.
        check: `check(check: Check)`, see `Check.run`.
        services: descriptors of the services that a server of ours offers to it, if it calls one.
        is_async: whether it is to be an `async def`.
        is_generator: whether it is to make an iterator, which the check runs through itself.
        limit: seconds for the whole check.
    """

    parameters: Sequence[str]
    check: Callable[[Check], object]
    services: Sequence[ServiceDescriptor] = ()
    is_async: bool = False
    is_generator: bool = False
    limit: float = LIMIT

    def judge(self, answer: object) -> Verdict:
        """The verdict on a function."""

        def run(check: Check) -> None:
            shape.look_at_function(
                answer, self.parameters, self.stub, f"@{self.id}", self.is_async, self.is_generator
            )
            self.check(check)

        return judge(run, answer, self.services, limit=self.limit)


@dataclass(eq=False, repr=False, kw_only=True)
class WriteClient(WriteFunction):
    """Write a function that calls a server of ours, see `Check.desk`."""


@dataclass(eq=False, repr=False, kw_only=True)
class WriteSchema(Exercise):
    """Write a schema in a `%%proto` cell and hand its module over: `evolution.add_field(parcel_pb2)`.

    `stub`, `solution_code` and wrong answers are the text of the schema.

    Attributes:
        module: the cell's name, `"parcel"`.
        check: `check(check: Check)`, where `check.answer` is the `parcel_pb2` module.
        limit: seconds for the whole check.
    """

    module: str
    check: Callable[[Check], object]
    limit: float = LIMIT
    _untouched: FileDescriptorProto | None = field(default=None, init=False)

    @property
    def cells(self) -> tuple[str, ...]:
        """The cell with the schema, and the one that checks it."""
        return f"%%proto {self.module}\n{self.stub}", f"{self.id}({self.module}_pb2)"

    def __call__(self, *answer: object) -> object:
        """Checks a schema's module; returns nothing, since a cell would show it."""
        taken = super().__call__(*answer)
        return None if answer else taken

    def judge(self, answer: object) -> Verdict:
        """The verdict on a module."""

        def run(check: Check) -> None:
            if not hasattr(answer, "DESCRIPTOR") or not isinstance(answer, ModuleType):
                raise Failed(
                    f"Hand over the module that the cell above has made: `{self.id}({self.module}_pb2)`.",
                    expected=f"the module {self.module}_pb2", came=describe(answer),
                )  # fmt: skip
            if _description(answer) == self._stub_description():
                raise Unwritten(
                    "The schema is still the one you were given. Edit it, and run both cells again."
                )
            self.check(check)

        return judge(run, answer, limit=self.limit)

    def rehearse(self, source: str) -> Verdict:
        """The verdict on the text of a schema."""
        return self.judge(protos.compile_cell(self.module, source)[0])

    def _stub_description(self) -> FileDescriptorProto:
        if self._untouched is None:
            name = f"{self.module}_stub"  # a name of its own: the learner's cell must stay the one in force
            self._untouched = _description(protos.compile_cell(name, self.stub)[0])
        return self._untouched


def _description(module: ModuleType) -> FileDescriptorProto:
    description = FileDescriptorProto()
    module.DESCRIPTOR.CopyToProto(description)
    description.name = ""
    return description


@dataclass(eq=False, repr=False, kw_only=True)
class ReadCapture(Exercise):
    """Read something off a value, such as a capture of a call: `unary.request_bytes(call, answer=...)`.

    Wrong answers are texts of such cells; `solution_code` is the right one.

    Attributes:
        truth: the true answer, found in the value: `truth(call)`.
        explain: `explain(call, answer)`: what to look at, for an answer that is wrong.
        example: makes a value to rehearse with.
    """

    truth: Callable[[object], object]
    explain: Callable[[object, object], str]
    example: Callable[[], object]

    def __call__(self, value: object = None, *, answer: object = ...) -> None:
        """Checks an answer about a value and shows the verdict."""
        self.report(self.judge((value, answer)))

    def judge(self, answer: tuple[object, object]) -> Verdict:
        """The verdict on a pair of value and answer."""
        value, given = answer

        def run(_: Check) -> None:
            if given is ...:
                raise Unwritten(
                    "There is no answer yet. Write it where it says `...`, and run the cell again."
                )
            try:
                truth = self.truth(value)
            except Exception:
                raise Failed(
                    "The first argument is not what this question is about. Run the cells above it once more.",
                    expected="what the cells above have made", came=describe(value),
                ) from None  # fmt: skip
            if given != truth:
                raise Failed(self.explain(value, given), expected="another answer", came=show(given))

        return judge(run, answer)

    def rehearse(self, source: str) -> Verdict:
        """The verdict on the text of a cell, with the example in place of the learner's value."""
        (_, named) = self._run_cell(source, call=self.example())
        return self.judge((self.example(), named["answer"]))
