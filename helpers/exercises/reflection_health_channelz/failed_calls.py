"""The failed calls of a process to one address, out of the pages of channelz."""

from __future__ import annotations

from typing import Any

from ..engine import Check, WriteClient, wrong
from .setup import CHANNELZ, channelz_pb2, channelz_pb2_grpc

_HERE, _PORT, _FAR = "127.0.0.1:50051", "127.0.0.1:500", "10.0.0.7:50051"
_PAGES = "The answer is a page, and not all of them. Where `end` is false, ask again from the id after the last one on."


def _channel(number: int, target: str, started: int, failed: int) -> Any:
    data = channelz_pb2.ChannelData(
        target=target, calls_started=started, calls_succeeded=started - failed, calls_failed=failed
    )
    return channelz_pb2.Channel(ref=channelz_pb2.ChannelRef(channel_id=number), data=data)


_CHANNELS = (
    _channel(2, f"dns:///{_HERE}", 10, 3),
    _channel(3, "dns:///127.0.0.1:50052", 7, 5),
    _channel(7, f"dns:///{_HERE}", 4, 0),
    _channel(8, f"dns:///{_PORT}", 40, 20),
    _channel(15, f"ipv4:{_HERE}", 9, 8),
    _channel(16, f"dns:///{_HERE}", 6, 1),
    _channel(40, f"dns:///{_HERE}0", 30, 11),
    _channel(41, f"dns:///{_FAR}", 5, 2),
    _channel(44, f"dns:///1{_FAR}", 9, 4),
)


def _answer(size: int) -> Any:
    """A process that tells so many channels a page."""

    def top_channels(request: Any, context: Any) -> Any:
        found = [each for each in _CHANNELS if each.ref.channel_id >= request.start_channel_id]
        return channelz_pb2.GetTopChannelsResponse(channel=found[:size], end=len(found) <= size)

    return top_channels


def _check_failed_calls(check: Check) -> None:
    for size in (100, 3, 1):
        for address, expected in (
            (_HERE, 12),
            ("127.0.0.1:50052", 5),
            (_PORT, 20),
            ("127.0.0.1:9", 0),
            (_FAR, 2),
        ):
            pages = -(-len(_CHANNELS) // size)
            story = "all channels are on one page" if pages == 1 else f"the channels are on {pages} pages"
            result = check.run_client(address, story=story, GetTopChannels=_answer(size), stuck=(
                "Your function asks again and again. The next page begins at the last `channel_id` + 1, and `end` says that "
                "there is none."
            ))  # fmt: skip
            result.expect_value(expected, lambda value: _cause(value, address, size))  # noqa: B023
            result.expect_attempts(
                "GetTopChannels", pages, "Each page is asked for once, and `end` says that it was the last."
            )
            result.expect_deadlines(1)


def _cause(value: object, address: str, size: int) -> str:
    mine = [each.data for each in _CHANNELS if each.data.target.endswith((f"/{address}", f":{address}"))]
    if value == sum(data.calls_started for data in mine) and mine:
        return "These are the calls that were started. `calls_failed` counts those that failed."
    if address == _FAR and value == sum(
        each.data.calls_failed for each in _CHANNELS if address in each.data.target
    ):
        return f"`1{_FAR}` ends like that, too, and is another address: compare what stands before it, `:///` or `:`."
    if value == sum(each.data.calls_failed for each in _CHANNELS if address in each.data.target):
        return "That counts channels to other addresses, too, which only contain this one. A target *ends* with its address."
    if value == sum(data.calls_failed for data in mine if data.target.startswith("dns:///")):
        return "A target may begin with another word than `dns:///`: compare its end."
    if size < len(_CHANNELS):
        expected = sum(data.calls_failed for data in mine)
        again = "Some channels were counted more than once: the next page begins behind the last channel of this one."
        return again if isinstance(value, int) and value > expected else _PAGES
    return ""


failed_calls = WriteClient(
    title="Count what failed",
    task="""
        **Input:** a stub of Channelz, and an address such as `127.0.0.1:50051`.

        **Goal:** return how many calls have failed, over all top channels whose target ends with `:///` or `:` and this
        address (`dns:///127.0.0.1:50051`, `ipv4:127.0.0.1:50051`). Channelz answers in pages: ask for all of them, each
        once, in the order of their ids. No call may take longer than 1 second.

        **Example:** two channels lead there, with 3 and 1 failed calls: 4.
    """,
    services=[CHANNELZ],
    stubs=[channelz_pb2_grpc.ChannelzStub],
    check=_check_failed_calls,
    hints=[
        "`inside.GetTopChannels(channelz_pb2.GetTopChannelsRequest(start_channel_id=start), timeout=1)` gives a page: its "
        "`channel`, and whether it is the `end`.",
        "The next page starts at `page.channel[-1].ref.channel_id + 1`.",
        "`channel.data.target` is a text, with an `endswith`, which takes several endings as a tuple.",
    ],
    reason="A process with hundreds of channels does not fit into one message, so channelz answers in pages. The first "
    "page alone looks right for a long time.",
    wrong_answers=[
        wrong("The answer is a page", ("if page.end:", "if True:")),
        wrong("counted more than once", ("start = page.channel[-1].ref.channel_id + 1", "start += 1")),
        wrong("calls that were started", ("calls_failed", "calls_started")),
        wrong("A target *ends* with its address", ("each.data.target.endswith(endings)", "address in each.data.target")),
        wrong("ends like that, too", ('(f":///{address}", f":{address}")', "address")),
        wrong("another word than `dns:///`", ('(f":///{address}", f":{address}")', 'f":///{address}"')),
        wrong("Without a deadline", (", timeout=1", "")),
    ],
)  # fmt: skip
