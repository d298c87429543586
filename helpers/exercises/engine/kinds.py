"""The kinds of exercise that a learner answers with code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from helpers import protos

from . import definitions
from .case import Case
from .check import Check
from .exercise import Exercise
from .formatting import describe
from .judging import judge
from .solution import Definition
from .verdict import Incorrect, NotAttempted, Verdict

LIMIT = 20.0  # seconds for a whole check


@dataclass(eq=False, repr=False, kw_only=True)
class _Write(Exercise):
    """Something to write that a check runs.

    Attributes:
        services: descriptors of the services that the check needs.
        cases: what is given to the answer, and what should come of it.
        check: `check(check: Check)`, for what no case can say.
        limit: seconds for all of it.
    """

    services: Sequence[ServiceDescriptor] = ()
    cases: Sequence[Case] = ()
    check: Callable[[Check], object] | None = None
    limit: float = LIMIT

    @cached_property
    def definition(self) -> Definition:
        """What the solution defines."""
        return Definition(self.answer, self.id)

    def judge(self, answer: Any) -> Verdict:
        """The verdict on an answer."""

        def run(check: Check) -> None:
            self._require(answer)
            self._expect_cases(check)
            if self.check is not None:
                self.check(check)

        return judge(run, answer, self.services, limit=self.limit)

    def _require(self, answer: Any) -> None:
        """Looks at an answer before anything of it runs."""

    def _expect_cases(self, check: Check) -> None:
        """Goes through the cases."""


@dataclass(eq=False, repr=False, kw_only=True)
class WriteServicer(_Write):
    """Write a servicer class; the check runs a server with it, see `Check.serve`, to which the cases are sent in order.

    Attributes:
        methods: the methods asked for; without them those of the services that the solution has.
    """

    methods: Sequence[str] = ()

    @cached_property
    def stub(self) -> str:
        """The cell that learners find: a file of its own, or the solution without what is asked for."""
        return self._beside("stub", optional=True) or self.definition.stub(self._asked)

    @cached_property
    def _asked(self) -> Sequence[str]:
        there = {method for service in self.services for method in service.methods_by_name}
        return self.methods or [name for name in self.definition.methods if name in there]

    def _require(self, answer: Any) -> None:
        definitions.require_servicer(answer, self.services, self._asked, self.stub, f"@{self.id}")

    def _expect_cases(self, check: Check) -> None:
        if self.cases:
            with check.serve() as client:
                client.expect(*self.cases)


@dataclass(eq=False, repr=False, kw_only=True)
class WriteInterceptor(_Write):
    """Write an interceptor class; the check puts an object of it between a client and a server, see `Check.intercepted`.

    Attributes:
        bases: gRPC's classes that it derives from.
    """

    bases: Sequence[type]

    @cached_property
    def stub(self) -> str:
        """The cell that learners find: a file of its own, or the solution without what gRPC asks."""
        return self._beside("stub", optional=True) or self.definition.stub(
            [name for base in self.bases for name in vars(base)]
        )

    def _require(self, answer: Any) -> None:
        definitions.require_interceptor(answer, self.bases, self.stub, f"@{self.id}")


@dataclass(eq=False, repr=False, kw_only=True)
class WriteFunction(_Write):
    """Write a function, see `Check.run`.

    Attributes:
        parameters: the names of the function's parameters; without them those of the solution.
        is_async: whether it is to be an `async def`, as the solution may be.
        is_generator: whether it is to make an iterator, as the solution may, which the check runs through itself.
    """

    parameters: Sequence[str] = ()
    is_async: bool = False
    is_generator: bool = False

    @cached_property
    def stub(self) -> str:
        """The cell that learners find: a file of its own, or the solution with nothing in it."""
        return self._beside("stub", optional=True) or self.definition.stub()

    @property
    def _asked(self) -> Sequence[str]:
        return self.parameters or self.definition.parameters

    def _require(self, answer: Any) -> None:
        given = self.definition
        definitions.require_function(
            answer,
            self._asked,
            self.stub,
            f"@{self.id}",
            self.is_async or given.is_async,
            self.is_generator or given.is_generator,
        )

    def _expect_cases(self, check: Check) -> None:
        check.expect_values(*self.cases)


@dataclass(eq=False, repr=False, kw_only=True)
class WriteClient(WriteFunction):
    """Write a function that calls a server of ours, see `Check.run_client` and `Check.fake_server`.

    Attributes:
        stubs: the generated classes of its first parameters, if these are stubs.
    """

    stubs: Sequence[Callable[[grpc.Channel], object]] = ()

    def _expect_cases(self, check: Check) -> None:
        check.stubs = dict(zip(self._asked, self.stubs, strict=False))
        super()._expect_cases(check)


@dataclass(eq=False, repr=False, kw_only=True)
class WriteSchema(_Write):
    """Write a schema in a `%%proto` cell and hand its module over: `evolution.add_field(parcel_pb2)`.

    Stub, solution and wrong answers are texts of the schema.

    Attributes:
        module: the cell's name, `"parcel"`; its `check` finds the `parcel_pb2` module in `check.answer`.
    """

    LANGUAGE = ".proto"

    module: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The cell with the schema, and the one that checks it."""
        return f"%%proto {self.module}\n{self.stub}", f"{self.id}({self.module}_pb2)"

    def __call__(self, *answer: object) -> object:
        """Checks a schema's module; returns nothing, since a cell would show it."""
        taken = super().__call__(*answer)
        return None if answer else taken

    def _require(self, answer: Any) -> None:
        if not hasattr(answer, "DESCRIPTOR") or not isinstance(answer, ModuleType):
            raise Incorrect(
                f"Hand over the module that the cell above has made: `{self.id}({self.module}_pb2)`.",
                expected=f"the module {self.module}_pb2", actual=describe(answer),
            )  # fmt: skip
        if _description(answer) == self._stub_description:
            raise NotAttempted(
                "The schema is still the one you were given. Edit it, and run both cells again."
            )

    def judge_source(self, source: str) -> Verdict:
        """The verdict on the text of a schema."""
        return self.judge(protos.compile_cell(self.module, source)[0])

    @cached_property
    def _stub_description(self) -> FileDescriptorProto:
        # A name of its own: the learner's cell must stay the one in force.
        return _description(protos.compile_cell(f"{self.module}_stub", self.stub)[0])


def _description(module: ModuleType) -> FileDescriptorProto:
    description = FileDescriptorProto()
    module.DESCRIPTOR.CopyToProto(description)
    description.name = ""
    return description
