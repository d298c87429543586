"""A relay of gossip that neither echoes nor repeats."""

from __future__ import annotations

import time
from typing import Any

from ..engine import Check, Incorrect, WriteServicer, wrong
from ..engine.running_call import RunningCall
from ..engine.servicer_client import ServicerClient
from .setup import GOSSIP, ledger_pb2

_PATIENCE = 3.0  # seconds for what takes milliseconds on loopback
_DEAF = "The others have opened their streams, and should hear it: put it into their outboxes."
_ECHO = "North hears its own news. Put it into every outbox but the one of the stream that it came from."
_TWICE = "This was told before, so everybody knows it. Remember what you have heard in `self.known`."
_KNOWN = (
    "That was told for the first time, so the others should hear it. Is it remembered before it is told on?"
)
_BLOCK = "Blocks are news like transfers: what is heard for the first time, is told on."
_STAYS = "An outbox stays in `self.outboxes` after its stream has ended, and fills for ever."
_END = "The depot has half-closed, and its stream does not end."


def _transfer(number: int) -> Any:
    return ledger_pb2.News(transfer={"parcel_id": f"P-{number}", "to_holder": "north"})


def _check_no_echo(check: Check) -> None:
    with check.serve(aio=True) as relay:
        names = ("north", "east", "south")
        depots = {name: _join(relay, name, count) for count, name in enumerate(names, 1)}
        _tell(check, depots, "north", _transfer(1), _DEAF)
        _tell(check, depots, "east", _transfer(2), _ECHO)
        depots["south"].send(_transfer(1))  # everybody knows it
        depots["north"].send(_transfer(1))
        _tell(check, depots, "north", _transfer(3), _TWICE)
        _tell(check, depots, "south", ledger_pb2.News(block={"header": {"height": 1}}), _BLOCK)
        depots["east"].send(ledger_pb2.News(block={"header": {"height": 1}}))
        _tell(check, depots, "east", ledger_pb2.News(block={"header": {"height": 2}}), _KNOWN)
        leaver = depots.pop("south")
        leaver.half_close()
        if not leaver.over(within=_PATIENCE):
            leaver.cancel()
            raise Incorrect(
                _END, called="Gossip, half-closed", expected="the end of the stream", actual="none"
            )
        leaver.finish().surface("the end of the stream")
        _expect_outboxes(relay, 2, "south has half-closed")
        _tell(check, depots, "north", _transfer(4), _KNOWN)
        depots["east"].cancel()
        _expect_outboxes(relay, 1, "east has cancelled")


def _join(relay: ServicerClient, name: str, count: int) -> RunningCall:
    call = relay.start("Gossip", timeout=15)
    _expect_outboxes(relay, count, f"{name} has opened its stream")
    return call


def _tell(check: Check, depots: dict[str, RunningCall], speaker: str, news: Any, diagnosis: str) -> None:
    """Expects that all others hear the news next, so that nothing came before it."""
    depots[speaker].send(news)
    called = f"{speaker} says {_named(news)}"
    for name, depot in depots.items():
        if name == speaker:
            continue
        heard = depot.next(diagnosis, within=_PATIENCE)
        cause = _ECHO if heard != news and diagnosis is _DEAF else diagnosis
        check.expect(
            heard == news,
            f"{name} hears {_named(news)}",
            f"{name} hears {_named(heard)}",
            cause,
            called=called,
        )


def _named(news: Any) -> str:
    kind = news.WhichOneof("kind")
    return (
        f"block {news.block.header.height}"
        if kind == "block"
        else news.transfer.parcel_id
        if kind
        else "nothing"
    )


def _expect_outboxes(relay: ServicerClient, count: int, story: str) -> None:
    def found() -> int:
        return len(getattr(relay.servicer, "outboxes", ()))

    until = time.monotonic() + _PATIENCE
    while found() != count and time.monotonic() < until:
        time.sleep(0.01)
    for received in relay.received:
        if received.problem is not None:
            raise received.problem
    if found() != count:
        wanted, actual = (f"outboxes in `self.outboxes`: {number}" for number in (count, found()))
        raise Incorrect(_STAYS, called=story, expected=wanted, actual=actual)


no_echo = WriteServicer(
    title="Gossip without an echo",
    task="""
        **Input:** `news` that a depot has sent over its stream, and the `outbox` of that stream. What is put into an
        outbox is sent to its depot; `self.outboxes` has those of all streams that are open.

        **Goal:** write `hear`. News that is heard for the first time, from whomever, is put into all outboxes but the one
        of the depot that has sent it. News that was heard before is put nowhere. The rest is written.

        **Example:** three depots. North says P-1: east and south hear it once, north does not. East says P-1: nobody
        hears anything.
    """,
    services=[GOSSIP],
    methods=["hear"],
    check=_check_no_echo,
    hints=[
        "`self.known` is a list, and messages can be compared: `if news in self.known: return`.",
        "Then remember it, and loop over `self.outboxes`; `is not` tells an outbox from the others, and "
        "`other.put_nowait(news)` puts something in.",
    ],
    reason="Without the first rule two depots would tell each other the same thing for ever; without the second, any circle "
    "of three would. With both, each link carries each piece of news twice at most.",
    wrong_answers=[
        wrong("should hear it: put it into their outboxes", ("other.put_nowait(news)", "pass")),
        wrong("North hears its own news", ("if other is not outbox:", "if True:")),
        wrong("Remember what you have heard", ("        if news in self.known:\n            return\n", "")),
        wrong("Remember what you have heard", ("        self.known.append(news)\n", "")),
        wrong(
            "should hear it: put it into their outboxes",
            ("if news in self.known", "if news not in self.known"),
        ),
        wrong(
            "Blocks are news like transfers",
            ("if news in self.known", 'if not news.HasField("transfer") or news in self.known'),
        ),
    ],
)
