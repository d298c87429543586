"""Code that the harness runs inside a lesson's kernel.

`tools.kernel` sends this file's source to the kernel, where it becomes a module of its own: the
learner's namespace, history and `_` stay as they are. It may import the standard library, IPython
and pytest, and nothing of the course.
"""

from __future__ import annotations

import ast
import concurrent.futures.thread
import gc
import threading
import types
from typing import Any

_FOR_GOOD = {
    "GarbageCollectorThread",  # pyzmq's, since the first large message, such as a widget's bytes
    "_DummyThread",  # gRPC's own, by which Python once ran a callback, as one that fetches a certificate
}
"""Classes of threads that nobody can end."""


def report(value: Any) -> None:
    """Hand a JSON-like value back to the harness."""
    from IPython.display import display

    display({"application/json": value, "text/plain": ""}, raw=True)


def python_threads() -> list[str]:
    """Return the names of the Python threads that are alive, those of thread pools marked ``(pool)``.

    What only waits for the garbage collector is collected first.
    """
    gc.collect()
    in_pools = set(concurrent.futures.thread._threads_queues)
    lasting = [thread for thread in threading.enumerate() if type(thread).__name__ not in _FOR_GOOD]
    return sorted(thread.name + " (pool)" * (thread in in_pools) for thread in lasting)


def claim(source: str, filename: str, given: dict[str, Any]) -> Any:
    """Run a block of claims against a copy of the learner's namespace.

    Assertions say what they compared, as in pytest. `given` adds names, such as `printed`. Returns
    a coroutine if the block awaits something.
    """
    from _pytest.assertion.rewrite import rewrite_asserts
    from IPython import get_ipython

    tree = compile(source, filename, "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    rewrite_asserts(tree, source.encode(), filename)
    code = compile(tree, filename, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    # A real copy: what a claim assigns must not leak into the lesson.
    namespace = {**get_ipython().user_ns, "__name__": "__claims__", **given}
    return types.FunctionType(code, namespace)()
