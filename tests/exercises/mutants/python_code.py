"""Small mechanical changes of a piece of Python, one at a time, as a hasty author or a learner would make them."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator, Mapping

# Hands on the first value that it is given, for ever: what an answer does that fits the example alone.
FIRST = "first_seen"
PRELUDE = f"def {FIRST}(value, kept=[]):\n    kept.append(value)\n    return kept[0]\n"

_COMPARISONS: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
_OPERATORS: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Add,), ast.Div: (ast.FloorDiv, ast.Mult),
    ast.FloorDiv: (ast.Div, ast.Mult), ast.Mod: (ast.FloorDiv,), ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd, ast.BitXor), ast.LShift: (ast.RShift,), ast.RShift: (ast.LShift,),
}  # fmt: skip
_STATUS = "grpc.StatusCode."
_STATUSES = (
    "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
)  # fmt: skip
_OTHER_STATUSES = ("UNKNOWN", "INVALID_ARGUMENT", "INTERNAL", "UNAVAILABLE", "NOT_FOUND", "OUT_OF_RANGE")


def mutants(source: str, namespace: Mapping[str, object]) -> Iterator[str]:
    """Texts that differ from the source in one small thing each; no two mean the same to Python.

    Args:
        source: a cell.
        namespace: the names it finds, for the labels of enums.
    """
    tree = ast.parse(source)
    seen = {_meaning(source), None}
    for _ in _changed(tree, namespace):
        text = ast.unparse(ast.fix_missing_locations(tree))
        text = PRELUDE + text if FIRST in text else text
        meaning = _meaning(text)
        if meaning not in seen:
            seen.add(meaning)
            yield text


def _meaning(source: str) -> str | None:
    try:
        compile(source, "<mutant>", "exec")
    except SyntaxError:
        return None
    return ast.dump(ast.parse(source))


def _changed(tree: ast.Module, namespace: Mapping[str, object]) -> Iterator[None]:
    """Changes the tree in place, stops for each change, and takes it back."""
    for node in list(ast.walk(tree)):
        parameters = _parameters(node)
        for name, value in list(ast.iter_fields(node)):
            if name == "decorator_list":  # the exercise itself
                continue
            if isinstance(value, ast.expr):
                for new in _of_expression(value, node, name, namespace):
                    setattr(node, name, new)
                    yield
                setattr(node, name, value)
            elif isinstance(value, list) and value:
                is_block = isinstance(value[0], ast.stmt)
                for new in _of_block(value) if is_block else _of_list(value, node, name, namespace):
                    setattr(node, name, new)
                    yield
                setattr(node, name, value)
        yield from _hard_coded(node, parameters)


def _of_block(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Other blocks: a statement dropped, two swapped, a condition or a guard taken away."""
    for index, statement in enumerate(body):
        before, after = body[:index], body[index + 1 :]
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # a docstring
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield before + after or [ast.Pass()]
        if after and not _are_independent(statement, after[0]):
            yield [*before, after[0], statement, *after[1:]]
        for new in _of_statement(statement):
            yield before + new + after


def _are_independent(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether two statements may change places with no effect, as far as that is plain to see."""
    if isinstance(one, ast.FunctionDef) and isinstance(other, ast.FunctionDef):
        return True
    names = [_names(statement) for statement in (one, other)]
    if names[0][1] & (names[1][0] | names[1][1]) or names[1][1] & names[0][0]:
        return False
    acts = (ast.Call, ast.Yield, ast.YieldFrom, ast.Await, ast.Return, ast.Break, ast.Continue, ast.Raise)
    return any(not any(isinstance(node, acts) for node in ast.walk(item)) for item in (one, other))


def _names(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """The names that a statement reads, and those it binds or changes."""
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    for node in ast.walk(
        statement
    ):  # `parcel.weight = 1` and `parcels[1] = parcel` change what the name stands for
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            bound |= {inner.id for inner in ast.walk(node.value) if isinstance(inner, ast.Name)}
    return {node.id for node in names if isinstance(node.ctx, ast.Load)}, bound


def _of_statement(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    if isinstance(statement, ast.If):
        yield statement.body
        if statement.orelse:
            yield statement.orelse
            yield [_with(statement, orelse=[])]
        yield [_with(statement, test=ast.UnaryOp(ast.Not(), statement.test))]
    elif isinstance(statement, ast.While):
        yield [_with(statement, test=ast.UnaryOp(ast.Not(), statement.test))]
        yield [_with(statement, test=ast.Constant(True))]
        yield [ast.If(statement.test, statement.body, [])]
    elif isinstance(statement, (ast.For, ast.AsyncFor)):
        yield [_with(statement, body=[*statement.body, ast.Break()])]
        if statement.orelse:
            yield [_with(statement, orelse=[])]
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        yield statement.body
    elif isinstance(statement, ast.Try):
        yield [*statement.body, *statement.orelse, *statement.finalbody]
        if statement.finalbody and statement.handlers:
            yield [_with(statement, finalbody=[])]
        for index, handler in enumerate(statement.handlers):
            rest = statement.handlers[:index] + statement.handlers[index + 1 :]
            if rest or statement.finalbody:
                yield [_with(statement, handlers=rest)]
            if handler.type is not None and ast.unparse(handler.type) != "Exception":
                wide = _with(handler, type=ast.Name("Exception", ast.Load()))
                handlers = [*statement.handlers[:index], wide, *statement.handlers[index + 1 :]]
                yield [_with(statement, handlers=handlers)]
    elif isinstance(statement, ast.Return):
        if statement.value is not None:
            yield [ast.Return(None)]
        yield [ast.Break()]
        yield [ast.Continue()]
    elif isinstance(statement, ast.Break):
        yield [ast.Continue()]
        yield [ast.Return(None)]
    elif isinstance(statement, ast.Continue):
        yield [ast.Break()]
    elif isinstance(statement, ast.Raise):
        yield [ast.Return(None)]
    elif isinstance(statement, ast.AugAssign):
        yield [ast.Assign([statement.target], statement.value)]
        for kind in _OPERATORS.get(type(statement.op), ()):
            yield [_with(statement, op=kind())]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Yield):
        yield [ast.Return(statement.value.value)]
    elif (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and not _ends(statement.value)
    ):
        yield [statement, statement]  # done twice


def _ends(call: ast.Call) -> bool:
    return ast.unparse(call.func).endswith(".abort")


def _of_list(
    items: list[ast.AST], parent: ast.AST, name: str, namespace: Mapping[str, object]
) -> Iterator[list[ast.AST]]:
    """Other lists of expressions, keywords, operators, exceptions or conditions."""
    droppable = isinstance(parent, (ast.Call, ast.Tuple, ast.List, ast.Set, ast.comprehension, ast.JoinedStr))
    for index, item in enumerate(items):
        before, after = items[:index], items[index + 1 :]
        if isinstance(item, ast.cmpop):
            is_text = any(
                isinstance(node, ast.Constant) and isinstance(node.value, str) for node in ast.walk(parent)
            )
            for kind in _COMPARISONS.get(type(item), ()):
                if is_text and isinstance(item, ast.Eq) and kind is not ast.NotEq:
                    continue  # words are the same, or they are not
                yield [*before, kind(), *after]
        if isinstance(item, ast.keyword):
            yield before + after
        if isinstance(item, ast.expr):
            for new in _of_expression(item, parent, name, namespace):
                yield [*before, new, *after]
            # The words of a text for people; and "big", which newer Pythons take for granted.
            words = isinstance(item, ast.Constant) and (
                isinstance(parent, ast.JoinedStr) or item.value == "big"
            )
            if droppable and not words and not isinstance(getattr(parent, "ctx", None), ast.Store):
                yield before + after
            if isinstance(parent, ast.Call) and after and ast.unparse(parent.func) not in ("max", "min"):
                yield [*before, after[0], item, *after[1:]]


def _of_expression(
    node: ast.expr, parent: ast.AST, name: str, namespace: Mapping[str, object]
) -> Iterator[ast.expr]:
    """Other expressions in the place of this one."""
    if isinstance(node, ast.Constant) and isinstance(parent, (ast.JoinedStr, ast.Expr)):
        return  # the words of a text for people, and a docstring
    if isinstance(node, ast.Constant):
        yield from _of_constant(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield ast.Constant("")
    elif isinstance(node, ast.Compare):
        yield from _of_comparison(node)
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _with(node, op=other)
        for index in range(len(node.values)):
            rest = node.values[:index] + node.values[index + 1 :]
            yield rest[0] if len(rest) == 1 else _with(node, values=rest)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.BinOp):
        for kind in _OPERATORS.get(type(node.op), ()):
            yield _with(node, op=kind())
        yield node.left
        yield node.right
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Slice):
        if node.lower is not None:
            yield _with(node, lower=None)
        if node.upper is not None:
            yield _with(node, upper=None)
    elif isinstance(node, (ast.Await, ast.YieldFrom)):
        yield node.value
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Attribute) and node.attr.isupper():
        yield from _of_label(node, namespace)
    if isinstance(parent, (ast.For, ast.comprehension)) and name == "iter":
        skip = "__import__('itertools').islice({}, 1, None)"
        yield ast.parse(skip.format(ast.unparse(node)), mode="eval").body
        if isinstance(node, ast.Name) or (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        ):
            yield ast.parse(f"list({ast.unparse(node)})", mode="eval").body
    if (
        isinstance(parent, (ast.Call, ast.keyword))
        and name in ("args", "value")
        and not isinstance(node, ast.Constant)
    ):
        for constant in (0, "", None):
            yield ast.Constant(constant)


def _of_constant(value: object) -> Iterator[ast.expr]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield from map(ast.Constant, (value + 1, value - 1))
    elif isinstance(value, float):
        yield from map(ast.Constant, (value + 1, value - 1, value / 2))
    elif isinstance(value, str):
        yield ast.Constant("")
        if not re.search(r"\w \w", value):  # what has words in it is a text for people
            yield ast.Constant(value + "x")
    elif isinstance(value, bytes):
        yield from map(ast.Constant, (b"", value + b"x"))


def _of_comparison(node: ast.Compare) -> Iterator[ast.expr]:
    """A status compared with is one of two, too; a chain loses a link."""
    first, (operator, *more), (right, *others) = node.left, node.ops, node.comparators
    is_status = ast.unparse(right).startswith(_STATUS)
    if is_status and isinstance(operator, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)):
        kind = ast.In if isinstance(operator, (ast.Is, ast.Eq)) else ast.NotIn
        for status in _STATUSES:
            if ast.unparse(right) == _STATUS + status:
                continue
            both = ast.Tuple([right, ast.parse(_STATUS + status, mode="eval").body], ast.Load())
            yield ast.Compare(first, [kind()], [both])
    if more:
        yield ast.Compare(first, [operator], [right])
        yield ast.Compare(right, more, others)


def _of_call(node: ast.Call) -> Iterator[ast.expr]:
    """The call taken away from around its arguments; `max` for `min`; `first` for `last`."""
    function = ast.unparse(node.func)
    if isinstance(node.func, ast.Name):
        yield from node.args
    if isinstance(node.func, ast.Attribute) and not node.func.attr[0].isupper():
        yield node.func.value  # `text.strip()` -> `text`
    other = {
        "max": "min",
        "min": "max",
        "any": "all",
        "all": "any",
        "range": "enumerate",
        "round": "int",
    }.get(function)
    if other:
        yield _with(node, func=ast.Name(other, ast.Load()))


def _of_label(node: ast.Attribute, namespace: Mapping[str, object]) -> Iterator[ast.expr]:
    """The other labels of an enum, or other statuses."""
    text = ast.unparse(node)
    if text.startswith(_STATUS):
        for status in _OTHER_STATUSES:
            yield _with(node, attr=status)
        return
    holder = namespace.get(ast.unparse(node.value))
    prefix = node.attr.partition("_")[0] + "_"
    for label in dir(holder):
        if label.isupper() and label.startswith(prefix):
            yield _with(node, attr=label)


def _parameters(node: ast.AST) -> set[str]:
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return set()
    return {argument.arg for argument in node.args.args} - {"self", "context"}


def _hard_coded(function: ast.AST, parameters: set[str]) -> Iterator[None]:
    """In a function, each use of a parameter or of a field of something is the first that ever came."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or function.name == "__init__":
        return
    for node in list(ast.walk(function)):
        for name, value in list(ast.iter_fields(node)):
            values = value if isinstance(value, list) else [value]
            for index, item in enumerate(values):
                if not _is_input(item, node, name, parameters):
                    continue
                fixed = ast.Call(ast.Name(FIRST, ast.Load()), [item], [])
                setattr(
                    node, name, [*values[:index], fixed, *values[index + 1 :]] if value is values else fixed
                )
                yield
                setattr(node, name, value)


def _is_input(item: object, parent: ast.AST, name: str, parameters: set[str]) -> bool:
    if (
        not isinstance(item, ast.AST)
        or isinstance(parent, (ast.Attribute, ast.FormattedValue))
        or (isinstance(parent, ast.Call) and name == "func")
    ):
        return False
    if isinstance(parent, ast.Expr) or name == "decorator_list" or ast.unparse(item).startswith("self."):
        return False
    if isinstance(item, ast.Name):
        return item.id in parameters and isinstance(item.ctx, ast.Load)
    if isinstance(item, ast.Attribute) and isinstance(item.ctx, ast.Load):
        return not item.attr.isupper() and not item.attr[0].isupper()
    return isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute) and name != "context_expr"


def _with(node: ast.AST, **fields: object) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new
