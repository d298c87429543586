"""Boxes and links that light up as calls pass, with states, counters and buttons.

net = NetworkMap(
    {"client": (0, 1), "quote": (1, 1), "billing 1": (2, 0), "billing 2": (2, 1)},  # (column, row); or names alone
    {("client", "quote"): quote_tap, ("quote", "billing 1"): taps[0], ("quote", "billing 2"): None},  # or pairs
    title="One order",
)
net.state("billing 1", "serving", "done")  # a word; "done", "failed", "waiting" or "" give it sign and color
net.count("billing 1", charged=12, doubled=0)  # counters below the state: numbers, or short texts
net.button("billing 1", "Kill", kill, 1)  # calls kill(1) in a thread; what it raises is shown on a card
net.light("quote", "billing 2")  # a call has passed, where no tap sees it
net.follow("quote", "billing 1", new_tap)  # from now on the calls of another tap
net.on_cut(cut, heal)  # a click on a link calls cut(a, b) or heal(a, b); net.cut(a, b) and net.heal(a, b) draw it
net.click("billing 1", "Kill")  # what a click would do, and returns when it is done
net.say("1 of 2 is down", "waiting")  # the line below
"""

from __future__ import annotations

from .widget import NetworkMap

__all__ = ["NetworkMap"]
