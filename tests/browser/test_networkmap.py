"""The network map in a page: links light up, buttons and links are clicked, with the mouse and with keys."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.live_notebook import (
    PATIENCE,
    TRACKING,
    in_both_themes,
    keeps_its_width,
    open_cells,
    run_cell,
)

NETWORK = """
from helpers import NetworkMap, tap

wire = tap(server)
seen = grpc.insecure_channel(wire.address)
stub = tracking_pb2_grpc.TrackingServiceStub(seen)
told = []
net = NetworkMap(
    {"client": (0, 1), "quote": (1, 1), "billing 1": (2, 0), "billing 2": (2, 1), "<b>billing 3</b>": (2, 2)},
    {
        ("client", "quote"): wire,
        ("quote", "billing 1"): None,
        ("quote", "billing 2"): None,
        ("quote", "<b>billing 3</b>"): None,
    },
    title="One order, five processes",
)
for number, box in enumerate(["billing 1", "billing 2", "<b>billing 3</b>"]):
    net.state(box, *[("serving", "done"), ("slow", "waiting"), ("killed", "failed")][number])
    net.count(box, charged=1200 * number, twice=number)
    net.button(box, "Kill", told.append, box)
    net.button(box, "Restart", lambda: 1 / 0)
net.on_cut(lambda a, b: told.append(("cut", a, b)), lambda a, b: told.append(("heal", a, b)))
net
"""
CALLS = """
for _ in range(1204):
    net.light("quote", "billing 1")
    net.light("quote", "<b>billing 3</b>", ok=False)
list(stub.TrackParcel(tracking_pb2.TrackParcelRequest()));
"""
DEPOTS = """
ring = ["north", "east", "harbor", "airport", "west"]
depots = NetworkMap(ring, [*zip(ring, ring[1:] + ring[:1]), ("north", "harbor")], two_way=True, unit="message")
for number, depot in enumerate(ring):
    depots.state(depot, "in step", "done")
    depots.count(depot, height=140 + number, transfers=3)
    depots.strip(depot, ["00a7", "00f3", "0081", "0042", "00c" + str(number)])
    depots.button(depot, "Mine", print)
depots.on_cut(print, print)
depots.cut("north", "harbor")
depots.light("north", "east", 12_345)
depots.say("1 link is cut, and all depots agree", "waiting")
depots
"""


def test_links_light_up_and_clicks_arrive(lab):
    notebook = open_cells(lab, "network", TRACKING, NETWORK, CALLS, DEPOTS)
    run_cell(notebook, 0)
    run_cell(notebook, 1)
    output = notebook.cell("cell-1").locator(".jp-OutputArea-output")
    link = output.locator("button[data-link]")
    expect(output.locator(".gv-net")).to_have_attribute("data-state", "failed", timeout=PATIENCE)
    expect(link.nth(0)).to_contain_text("no call yet")
    assert output.locator(".gv-net-box b b").count() == 0, "names are text"
    notebook.page.evaluate(
        """() => {
            window.wasLit = new Set();
            const look = () =>
                document.querySelectorAll('.gv-net-lit').forEach(line => window.wasLit.add(line.dataset.line));
            new MutationObserver(look).observe(document.body, {attributes: true, subtree: true});
        }"""
    )
    run_cell(notebook, 2)
    expect(link.nth(1)).to_contain_text("1,204 calls", timeout=PATIENCE)
    expect(link.nth(0)).to_contain_text("1 call", timeout=PATIENCE)
    expect(link.nth(3)).to_contain_text("1,204 failed")
    expect(output.locator(".gv-net-lit")).to_have_count(0, timeout=PATIENCE)
    assert notebook.page.evaluate("() => [...window.wasLit].sort()") == ["0", "1", "3"]

    output.get_by_role("button", name="Kill billing 2").click()
    output.get_by_role("button", name="Restart billing 1").click()
    expect(output.locator(".gv-card-raised")).to_contain_text("ZeroDivisionError", timeout=PATIENCE)
    link.nth(1).focus()
    notebook.page.keyboard.press("Enter")
    expect(link.nth(1)).to_contain_text("✂ cut", timeout=PATIENCE)
    assert link.nth(1).evaluate("node => node === document.activeElement"), "the focus stays"
    notebook.page.keyboard.press("ArrowLeft")
    assert link.nth(0).evaluate("node => node === document.activeElement")
    notebook.page.keyboard.press("ArrowRight")
    notebook.page.keyboard.press("ArrowRight")
    link.nth(1).click()
    expect(link.nth(1)).not_to_contain_text("✂ cut", timeout=PATIENCE)
    said = [["billing 2"], ["cut", "quote", "billing 1"], ["heal", "quote", "billing 1"]]
    assert notebook.value("[list(t) if isinstance(t, tuple) else [t] for t in told]") == said
    in_both_themes(notebook, "networkmap", output)

    run_cell(notebook, 3)
    ring = notebook.cell("cell-3").locator(".jp-OutputArea-output")
    expect(ring.locator(".gv-net-box")).to_have_count(5, timeout=PATIENCE)
    in_both_themes(notebook, "networkmap-ring", ring)
    assert notebook.errors() == []
    assert keeps_its_width(notebook, output)
    assert keeps_its_width(notebook, ring)
