"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_SET = "It is read where a call has failed, which has set it."
_IN_ORDER = "What it gives can be awaited in its order also out of a list."
_RPC_ERROR = "A call raises an `RpcError`, as the task says."
_LIST = "A list of the list."
_TASK_TWICE = "A task that is cancelled twice is cancelled."
_ONLY_THE_CALL = (
    "Nothing in the loop raises but the call, which is over then; a cancelled `await` cancels its call."
)
_TWICE = "A call that is cancelled twice is cancelled."
_ONE_BY_ONE = "It counts one by one."
_BEFORE = "The semaphore is there before a call begins."
_FREE = "The order of methods is free."
_BLOCKS = "How long `price` blocks is not what is judged: it runs off the loop, whatever it does."
_PROMISED = "The text has to name the size promised, and nothing else."

EQUALS: dict[str, dict[str, str]] = {
    "first_answer": {
        "- error = None": _SET,
        "- error = None and + error = None": _SET,
        "for done in [asyncio.as_completed(tasks -> list(asyncio.as_completed(tasks)]):": _IN_ORDER,
        "except [grpc.RpcError -> Exception] as failed:": _RPC_ERROR,
        "for task in [tasks -> list(tasks)]:": _LIST,
        "+ task.cancel()": _TASK_TWICE,
        "…yncio.create_task(ask()) for ask in [asks -> list(asks)]]": _LIST,
    },
    "hang_up": {
        "- try: and - finally:": _ONLY_THE_CALL,
        "+ call.cancel()": _TWICE,
        "if reply.arrived or len(seen) [== -> >=] most:": _ONE_BY_ONE,
    },
    "limited": {
        "- places = asyncio.Semaphore(most) and + places = asyncio.Semaphore(most)": _BEFORE,
        "…e(weight_grams) for weight_grams in [weights -> list(weights)]))": _LIST,
    },
    "unblocked": {
        "-  | def price(self, weight_grams): | … and +  | def price(self, weight_grams): | …": _FREE,
        "- time.sleep(0.1)": _BLOCKS,
        "+ return 500 + weight_grams // 30 and - return 500 + weight_grams // 30": _BLOCKS,
        "+ time.sleep(0.1)": _BLOCKS,
        "time[.sleep(0.1) -> ]": _BLOCKS,
        "time.sleep([0 -> 1].1)": _BLOCKS,
        "time.sleep(0.[1 -> 05])": _BLOCKS,
    },
    "whole_photo": {
        "-  | def __init__(self): | self.kept =… and +  | def __init__(self): | self.kept =…": _FREE,
        "….abort(grpc.StatusCode.DATA_LOSS, f'[{len(photo)} -> ] bytes of {promised}')": _PROMISED,
        "…abort(grpc.StatusCode.DATA_LOSS, f'{[len(photo) -> photo]} bytes of {promised}')": _PROMISED,
        (
            "…t.abort(grpc.StatusCode.DATA_LOSS, f['{len(photo)} bytes of"
            " {promised}' -> \"{len('')} bytes of {promised}\"])"
        ): _PROMISED,
    },
}
UNSOLVED: dict[str, tuple[str, ...]] = {}
