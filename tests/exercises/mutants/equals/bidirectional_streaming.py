"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_STILL_SEVEN = (
    "every one of the hundred houses is still found within seven questions: the check tries them all"
)
_DAEMON = "the thread ends with its call, whatever kind of thread it is"

EQUALS: dict[str, dict[str, str]] = {
    "three_at_a_time": {
        "if len(batch) [== -> >=] 3:": "the batch is emptied at three, so it never holds more"
    },
    "house_number": {
        "+ mailbox.put(None)": "the iterator has ended at the first None, and nobody reads the second",
        "mailbox = [queue.SimpleQueue( -> first_seen(queue.SimpleQueue()])": (
            "the queue is empty again when the house is found, so it can serve the next call"
        ),
        "lowest, highest, answer = ([1 -> 2], 100, '')": _STILL_SEVEN,
        "lowest, highest, answer = ([1 -> 0], 100, '')": _STILL_SEVEN,
        "lowest, highest, answer = (1, [100 -> 101], '')": _STILL_SEVEN,
        "lowest, highest, answer = (1, 100, '[ -> x]')": "any first answer but `yes` begins the loop",
        "[elif answer == 'lower' -> else]:": "after `yes` the bounds are of no use any more",
        "lowest = middle + [1 -> 2]": _STILL_SEVEN,
        "highest = middle[ - 1 -> ]": _STILL_SEVEN,
        "highest = middle - [1 -> 0]": _STILL_SEVEN,
    },
    "other_voices": {
        "+ threading.Thread(target=self.listen,… and - threading.Thread(target=self.listen,…": (
            "a call's own mailbox takes no part in what that call sends"
        ),
        "+ self.members.add(mailbox)": "a set holds each mailbox once",
        "+ threading.Thread(target=self.listen,…": (
            "two threads share the requests, and each request is still taken once"
        ),
        "- except grpc.RpcError: | pass": "the `finally` puts the None all the same; only a traceback is printed",
        "except [grpc.RpcError -> Exception]:": "nothing else is raised in the loop",
        "+ self.members.discard(mailbox)": "discarding what is not there changes nothing",
        "+ mailbox.put(None)": "the handler has ended at the first None",
        "…elf.listen, args=(requests, mailbox)[, daemon=True -> ]).start()": _DAEMON,
        "…n, args=(requests, mailbox), daemon=[True -> False]).start()": _DAEMON,
    },
}

UNSOLVED: dict[str, list[str]] = {}
