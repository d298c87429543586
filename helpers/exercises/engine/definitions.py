"""Requirements on the learner's class or function, looked at before anything of it runs."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Sequence
from typing import Any

from google.protobuf.descriptor import ServiceDescriptor

from . import formatting
from .not_attempted import code_of, is_not_attempted
from .verdict import Incorrect, NotAttempted


def require_servicer(
    cls: object, services: Sequence[ServiceDescriptor], methods: Sequence[str], stub: str, usage: str
) -> None:
    """Looks at a servicer class.

    Args:
        cls: what the learner's cell defined.
        services: the services it may implement.
        methods: the methods that the exercise asks for.
        stub: the source in the notebook.
        usage: `"@unary.minimum_price"`.

    Raises:
        NotAttempted: none of the methods is written yet.
        Incorrect: it is not what a server can be made of.
    """
    cls = _class(cls, usage)
    bases = [f"{service.name}Servicer" for service in services]
    if not any(base.__name__ in bases for base in cls.__mro__[1:]):
        raise Incorrect(
            f"Let your class derive from the generated `{bases[0]}`: it knows which methods the service has.",
            called=f"class {cls.__name__}", expected=f"a class derived from {bases[0]}",
            actual="one derived from " + (", ".join(base.__name__ for base in cls.__mro__[1:-1]) or "nothing"),
        )  # fmt: skip
    missing = [name for name in methods if _is_missing(cls, name, bases, stub)]
    for name in missing:
        for own in vars(cls):
            if own not in methods and _letters(own) == _letters(name):
                raise Incorrect(
                    f"The service calls its method `{name}`, and yours is `{own}`. Names must match letter by letter.",
                    called=f"class {cls.__name__}", expected=f"a method {name}", actual=f"a method {own}",
                )  # fmt: skip
    if len(missing) == len(methods):
        raise NotAttempted(untouched(_listed(missing), stub, len(missing)))
    if missing:
        raise Incorrect(
            f"A good part is there. {_listed(missing)} {'is' if len(missing) == 1 else 'are'} still to do."
        )
    for name in methods:
        given = ["self", "request", "context"]
        if isinstance(inspect.getattr_static(cls, name), (staticmethod, classmethod)):
            del given[0]
        _look_at_parameters(getattr(cls, name), f"{cls.__name__}.{name}", given)


def require_interceptor(cls: object, bases: Sequence[type], stub: str, usage: str) -> None:
    """Looks at an interceptor class; raises as `require_servicer` does.

    Args:
        cls: what the learner's cell defined.
        bases: gRPC's classes that it is to derive from.
        stub: the source in the notebook.
        usage: `"@metadata_interceptors.token_guard"`.
    """
    cls = _class(cls, usage)
    for base in bases:
        name = f"grpc.{base.__name__}"
        if not issubclass(cls, base):
            raise Incorrect(
                f"gRPC asks an interceptor by its class: let yours derive from `{name}`.",
                called=f"class {cls.__name__}", expected=f"a class derived from {name}",
                actual="one derived from " + (", ".join(each.__name__ for each in cls.__mro__[1:-1]) or "nothing"),
            )  # fmt: skip
    methods = [name for base in bases for name in sorted(getattr(base, "__abstractmethods__", ()))]
    missing = [name for name in methods if _is_missing(cls, name, [base.__name__ for base in bases], stub)]
    all_missing = len(missing) == len(methods)
    # One function may serve several kinds of calls: the learner sees its own name.
    missing = list(dict.fromkeys(getattr(getattr(cls, name), "__name__", name) for name in missing))
    if all_missing:
        raise NotAttempted(untouched(_listed(missing), stub, len(missing)))
    if missing:
        raise Incorrect(
            f"A good part is there. {_listed(missing)} {'is' if len(missing) == 1 else 'are'} still to do."
        )
    for name in methods:
        last = [] if name == "intercept_service" else ["request"]
        _look_at_parameters(
            getattr(cls, name), f"{cls.__name__}.{name}", ["self", "continuation", "details", *last]
        )


def require_function(
    function: object, parameters: Sequence[str], stub: str, usage: str, is_async: bool, is_generator: bool = False
) -> None:  # fmt: skip
    """Looks at a client function; raises as `require_servicer` does.

    Args:
        function: what the learner's cell defined.
        parameters: names of what the check gives it.
        stub: the source in the notebook.
        usage: `"@unary.patient_client"`.
        is_async: whether it should be a coroutine function.
        is_generator: whether it may be a generator function.
    """
    if inspect.isclass(function) or not callable(function):
        raise Incorrect(
            f"This exercise asks for a function: put `{usage}` on the line right above `def ...:`.",
            called=usage, expected="a function",
            actual="a class" if inspect.isclass(function) else formatting.describe(function),
        )  # fmt: skip
    name = getattr(function, "__name__", "your function")
    if is_not_attempted(function, code_of(stub, name)):
        raise NotAttempted(untouched(f"`{name}`", stub))
    _look_at_parameters(function, name, parameters)
    given = inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)
    if given and not is_generator:
        raise Incorrect(
            f"There is a `yield` in `{name}`, so calling it only makes a generator and runs nothing. Use `return`.",
            called=name, expected="a function that returns", actual="a generator function",
        )  # fmt: skip
    if inspect.iscoroutinefunction(function) is not is_async:
        raise Incorrect(
            f"Write `async def {name}`: this exercise is about asyncio." if is_async
            else f"`{name}` is an `async def`, and calling it only makes a coroutine. Here a plain `def` is wanted.",
            called=name, expected="async def" if is_async else "def", actual="def" if is_async else "async def",
        )  # fmt: skip


def untouched(names: str, stub: str, count: int = 1) -> str:
    """What to do where nothing has been done yet."""
    if "..." in stub or not stub:
        verb = "does" if count == 1 else "do"
        return f"{names} {verb} nothing yet. Write your code where it says `...`, and run the cell again."
    return f"{names} {'is' if count == 1 else 'are'} still as given. Change the code, and run the cell again."


def _class(cls: object, usage: str) -> type:
    if not inspect.isclass(cls):
        raise Incorrect(
            f"This exercise asks for a class: put `{usage}` on the line right above `class ...:`.",
            called=usage, expected="a class", actual=formatting.describe(cls),
        )  # fmt: skip
    return cls


def _is_missing(cls: type, name: str, bases: Sequence[str], stub: str) -> bool:
    method = getattr(cls, name, None)
    if getattr(method, "__qualname__", "").partition(".")[0] in bases:
        return True
    return method is None or is_not_attempted(method, code_of(stub, cls.__name__, name))


def _look_at_parameters(function: Callable[..., Any], name: str, parameters: Sequence[str]) -> None:
    try:
        signature = inspect.signature(function)
        signature.bind(*parameters)
    except TypeError:
        own = formatting.signature_text(function) if isinstance(function, types.FunctionType) else name
        called = f"{name.rpartition('.')[2]}({', '.join(parameters)})"
        hint = " Is `self` missing?" if parameters[0] == "self" and "(self" not in own else ""
        raise Incorrect(
            f"`{name}` is called with {len(parameters)} arguments: {', '.join(parameters)}.{hint}",
            called=called, expected=f"def {called}", actual=f"def {own}",
        ) from None  # fmt: skip
    except ValueError:
        pass  # something without a signature, such as a C function: calling it will tell


def _letters(name: str) -> str:
    return name.replace("_", "").lower()


def _listed(names: Sequence[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)
