"""The main widgets of each lesson, used as a learner would, and photographed for the README.

The pictures go to `screenshots/tour`; those in `docs` are copies of them (`python -m tools.pictures`).
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.live_notebook import PATIENCE, drag, until_value
from tools.lab import OpenNotebook


def shot(notebook, name: str, cell: str, part: str = ".jp-OutputArea-output") -> None:
    target = notebook.cell(cell).locator(part).last
    target.scroll_into_view_if_needed()
    notebook.page.mouse.move(2, 2)
    notebook.screenshot(f"tour/{name}", target)


def both_themes(notebook, *pictures: tuple[str, str]) -> None:
    """Photograph cells, ``(name, cell)``, in the light theme and in the dark one."""
    for theme in ("light", "dark"):
        notebook.set_theme(theme)
        for name, cell in pictures:
            shot(notebook, f"{name}-{theme}", cell)


def a_call_is_taken_apart(notebook: OpenNotebook) -> None:
    view = notebook.cell("see-first").locator(".gv-call")
    view.get_by_text("DATA", exact=True).first.click()
    expect(view.locator(".gv-call-say")).to_contain_text("The client's request", timeout=PATIENCE)
    view.get_by_role("treeitem").filter(has_text="weight_grams").last.click()
    expect(view.locator(".gv-hex-chosen").first).to_be_visible()

    pool = notebook.cell("lab")
    pool.get_by_role("button", name="Run").click()
    expect(pool.locator(".gv-tl")).to_have_attribute("data-state", "done", timeout=PATIENCE)
    expect(pool.locator(".gv-tl-summary")).to_contain_text("DEADLINE_EXCEEDED")
    both_themes(notebook, ("call", "see-first"), ("pool", "lab"))


def bytes_follow_what_is_typed(notebook: OpenNotebook) -> None:
    panel = notebook.cell("lab")
    field = panel.get_by_label("value", exact=False).first
    field.fill("300")
    expect(panel.locator(".gv-bl-json")).to_have_text('{"field":300}', timeout=PATIENCE)
    shot(notebook, "bytes", "lab")
    shot(notebook, "byte-map", "byte-map")
    shot(notebook, "evolution", "evolution-table")


def a_courier_rides_and_a_reader_is_slow(notebook: OpenNotebook) -> None:
    expect(notebook.cell("follow").locator(".gv-city-list")).to_contain_text("49 positions", timeout=PATIENCE)
    shot(notebook, "map", "follow")
    expect(notebook.cell("flood-wire").locator(".gv-call")).to_contain_text("had to wait", timeout=PATIENCE)
    shot(notebook, "windows", "flood-wire")


def a_drawn_route_is_streamed(notebook: OpenNotebook) -> None:
    city = notebook.cell("draw")
    city.scroll_into_view_if_needed()
    drag(notebook, city.locator("svg").first, [(0.2, 0.8), (0.2, 0.4), (0.5, 0.4), (0.7, 0.2)])
    expect(city.locator(".gv-city-status")).to_contain_text("points,", timeout=PATIENCE)
    shot(notebook, "draw", "draw")


def two_talk_and_draw_together(notebook: OpenNotebook) -> None:
    panels = notebook.cell("panels")
    ada = panels.get_by_label("Panel Ada", exact=True)
    ada.get_by_label("Message to send").fill("here now, nobody at the door")
    ada.get_by_role("button", name="Send").click()
    dispatcher = panels.get_by_label("Panel dispatcher", exact=True)
    expect(dispatcher.locator(".gv-feed-text").last).to_contain_text("nobody at the door", timeout=PATIENCE)
    shot(notebook, "panels", "panels", ".jp-OutputArea-output")

    board = notebook.cell("board")
    left, right = board.locator(".gv-board-surface").nth(0), board.locator(".gv-board-surface").nth(1)
    left.scroll_into_view_if_needed()
    drag(notebook, left, [(0.2, 0.7), (0.35, 0.3), (0.5, 0.7), (0.65, 0.3)])
    expect(right.locator(".gv-board-line").first).to_be_visible(timeout=PATIENCE)
    drag(notebook, right, [(0.3, 0.85), (0.8, 0.85)])
    expect(board.locator("[data-part=status]").first).not_to_contain_text(" 0 received", timeout=PATIENCE)
    shot(notebook, "whiteboard", "board")

    ada.get_by_role("button", name="Half-close").click()
    expect(ada.locator("[data-part=status]")).to_have_text("✓ OK", timeout=PATIENCE)


def calls_share_a_connection_and_headers_shrink(notebook: OpenNotebook) -> None:
    lanes = {
        "together-wire": "20 calls on 1 connection",
        "in-line-wire": "20 exchanges on 1 connection",
        "narrow-wire": "at most 2 at the same time",
    }
    for cell, told in lanes.items():
        expect(notebook.cell(cell).locator(".gv-call")).to_contain_text(told, timeout=PATIENCE)

    headers = notebook.cell("three-tables")
    headers.locator('[data-entry][data-name=":path"]').first.click()
    headers.get_by_label("Next header block").click()
    expect(headers.locator(".gv-hpack-head")).to_contain_text("Request 2", timeout=PATIENCE)

    pictures = {"headers": "three-tables"}
    both_themes(notebook, *zip(lanes, lanes, strict=True), *pictures.items())


def parts_of_a_call_are_left_out(notebook: OpenNotebook) -> None:
    browser = notebook.cell("browser-check")
    expect(browser.locator(".jp-OutputArea-output").last).to_contain_text(
        "Without trailers", timeout=PATIENCE
    )

    switches = notebook.cell("try-it-switches")
    expect(switches.locator(".gv-call")).to_contain_text("price_cents: 690", timeout=PATIENCE)
    switches.get_by_label("prefix").uncheck()
    expect(switches.locator(".gv-call")).not_to_contain_text("price_cents: 690", timeout=PATIENCE)
    both_themes(notebook, ("browser", "browser-check"), ("switches", "try-it-switches"))


def layers_are_turned(notebook: OpenNotebook) -> None:
    request = notebook.cell("trace").locator(".gv-tr").first
    expect(request).to_contain_text("cyd-1", timeout=PATIENCE)

    onion = notebook.cell("onion")
    expect(onion).to_contain_text("└ log: a reply", timeout=PATIENCE)
    onion.get_by_label("token").uncheck()
    expect(onion).to_contain_text("└ log: UNAUTHENTICATED", timeout=PATIENCE)
    onion.get_by_label("outside").select_option("guard")
    onion.get_by_label("middle").select_option("log")
    expect(onion).not_to_contain_text("└ log", timeout=PATIENCE)
    both_themes(notebook, ("metadata", "call-wire"), ("request-id", "trace"), ("onion", "onion"))


def a_line_is_listened_to_and_a_server_is_refused(notebook: OpenNotebook) -> None:
    encrypted, readable = (
        notebook.cell(cell).locator(".gv-call") for cell in ("tls-call", "trusted-impostor")
    )
    expect(encrypted).to_contain_text("ALPN h2", timeout=PATIENCE)
    expect(encrypted).not_to_contain_text("Rua do Sol")
    expect(readable).to_contain_text("Rua do Sol", timeout=PATIENCE)

    knobs = notebook.cell("try-it-knobs")
    expect(knobs.get_by_role("table")).to_contain_text("nobody", timeout=PATIENCE)
    knobs.get_by_label("trusts").select_option("Stranger CA")
    expect(knobs.get_by_role("table")).to_contain_text("CERTIFICATE_VERIFY_FAILED", timeout=PATIENCE)
    both_themes(
        notebook, ("encrypted", "tls-call"), ("read", "trusted-impostor"), ("handshakes", "try-it-knobs")
    )


def one_of_both_is_chosen(notebook: OpenNotebook) -> None:
    guide = notebook.cell("guide")
    guide.get_by_label("Our services, and outsiders").check()
    guide.get_by_label("Several teams or languages").check()
    guide.get_by_label("Yes, deadlines or cancellation").check()
    expect(guide.locator("[data-part=leaning]")).to_contain_text("gRPC inside", timeout=PATIENCE)
    both_themes(notebook, ("mistakes", "mistakes-table"), ("guide", "guide"))


def both_are_measured(notebook: OpenNotebook) -> None:
    expect(notebook.cell("measure-run").locator(".gv-bar")).to_contain_text("All measured", timeout=PATIENCE)
    output = notebook.cell("measure-results").locator(".jp-OutputArea-output")
    expect(output.get_by_role("table", name="The best of either side, in all cases")).to_be_visible()
    both_themes(notebook, ("overview", "measure-results"), ("four-ways", "ride-table"))
    output.get_by_role("radio", name="A list of 1,000 records").check()
    expect(output.get_by_role("region", name="A list of 1,000 records")).to_be_visible()
    both_themes(notebook, ("comparison", "measure-results"))


def an_order_goes_through_four_servers(notebook: OpenNotebook) -> None:
    order = notebook.cell("chain-lab")
    order.get_by_role("button", name="Place the order").click()
    expect(order.get_by_text("1 request, 4 calls").first).to_be_visible(timeout=PATIENCE)
    shot(notebook, "trace", "chain-lab", ".widget-output")


def a_page_follows_a_parcel(notebook: OpenNotebook) -> None:
    """Lesson 31: the page in its frame calls the server through the gateway; three libraries look at a value."""
    page = notebook.cell("page-run").frame_locator("iframe")
    page.get_by_role("button").click()
    expect(page.locator("pre")).to_contain_text("depot\nborder\ndoor", timeout=PATIENCE * 1000)
    shot(notebook, "31_many_languages/page", "page-run")
    lab = notebook.cell("lab-run")
    lab.locator("input").fill('{"isFragile": "no"}')
    lab.locator("input").press("Enter")
    expect(lab).to_contain_text("is_fragile: True", timeout=PATIENCE * 1000)
    shot(notebook, "31_many_languages/lab", "lab-run", ".jp-OutputArea")


def depots_are_cut_off_and_agree_again(notebook: OpenNotebook) -> None:
    lab = notebook.cell("lab")
    around = lab.locator("button[data-link]")
    for number in (0, 3):
        around.nth(number).click()
        expect(around.nth(number)).to_contain_text("✂ cut", timeout=PATIENCE)
    heads = "[depots[name].head for name in ('north', 'south')]"
    assert len(set(notebook.value(f"[head.hex() for head in {heads}]"))) == 1
    lab.get_by_role("button", name="Parcel north").click()
    lab.get_by_role("button", name="Mine north").click()
    until_value(notebook, f"len(set({heads}))", 2)
    shot(notebook, "depots-cut", "lab")
    for number in (0, 3):
        around.nth(number).press("Enter")
        expect(around.nth(number)).not_to_contain_text("✂ cut", timeout=PATIENCE)
    until_value(notebook, "len({depot.head for depot in depots.values()})", 1)
    both_themes(notebook, ("depots", "lab"))


def an_unknown_server_is_explored(notebook: OpenNotebook) -> None:
    board = notebook.cell("live").locator(".jp-OutputArea-output")
    board.get_by_role("button", name="Not serving").click()
    expect(board.get_by_text("NOT_SERVING").first).to_be_visible(timeout=PATIENCE)
    board.get_by_role("button", name="Call").click()
    board.get_by_role("button", name="Serving depot", exact=True).click()
    expect(board.get_by_text("NOT_SERVING")).to_have_count(0, timeout=PATIENCE)
    explorer = notebook.cell("explorer").locator(".gv-con")
    told, address = explorer.locator(".gv-con-offered"), explorer.get_by_label("Address")
    expect(told).to_contain_text("4 services", timeout=PATIENCE)
    explorer.get_by_label("Method").select_option("/grpc.health.v1.Health/Watch")
    explorer.get_by_role("button", name="Call", exact=True).click()
    expect(explorer).to_contain_text("status: SERVING", timeout=PATIENCE)
    explorer.get_by_role("button", name="Cancel").click()
    expect(explorer.locator(".gv-con-state")).to_contain_text("CANCELLED", timeout=PATIENCE)
    for name, expected in (
        ("haunted", "courier.v1.QuotesService"),
        ("mute", "does not tell"),
        ("gone", "without TLS answers"),
    ):
        address.fill(notebook.value(f"{name}.address"))
        address.press("Enter")
        expect(explorer.locator(".gv-con-ask")).to_contain_text(expected, timeout=PATIENCE)
    both_themes(notebook, ("watch", "live"), ("explorer", "explorer"), ("channels", "chart"))


def a_loop_is_watched(notebook: OpenNotebook) -> None:
    monitor = notebook.cell("loop-monitor")
    chart = monitor.locator(".gv-chart")
    expect(chart).to_have_attribute("data-state", "done", timeout=PATIENCE)
    monitor.get_by_role("button", name="Measure").click()
    expect(chart).to_have_attribute("data-state", "running", timeout=PATIENCE)
    expect(chart).to_have_attribute("data-state", "done", timeout=PATIENCE)
    both_themes(notebook, ("waiting", "thousand-chart"), ("blocked", "monitor"), ("loop", "loop-monitor"))


def mutants_are_caught(notebook: OpenNotebook) -> None:
    """Lesson 26: the board above follows the cell with the tests, which is edited and run again."""
    board = notebook.cell("board").locator("[data-state]")
    expect(board).to_have_attribute("data-state", "done", timeout=PATIENCE)
    expect(board).to_contain_text("1 of 4 broken ones are caught")
    both_themes(notebook, ("mutants", "board"), ("failure", "green"))
    tests = "\n\n".join(
        [
            "def test_status(parcels):",
            "    code = parcels.GetParcel.future(quote_pb2.GetParcelRequest(parcel_id='P-404'), timeout=1).code()",
            "    assert code is grpc.StatusCode.NOT_FOUND",
            "def test_heavy(parcels):",
            "    assert parcels.CreateParcel.future(HEAVY, timeout=1).code() is grpc.StatusCode.INVALID_ARGUMENT",
            "board.run(test_status, test_heavy)",
        ]
    )
    notebook.value(f"exec({tests!r}, globals())")
    expect(board).to_contain_text("4 of 4 broken ones are caught", timeout=PATIENCE)
    expect(board.get_by_role("row").filter(has_text="raises for an unknown number")).to_contain_text(
        "test_status"
    )


def a_replica_is_killed_and_no_order_is_lost(notebook: OpenNotebook) -> None:
    shop = notebook.cell("shop").locator(".gv-net").first
    shop.scroll_into_view_if_needed()
    billing = shop.get_by_role("region", name="billing 1", exact=True)
    expect(billing).to_contain_text("runs", timeout=PATIENCE)
    shop.get_by_role("button", name="Kill billing 1", exact=True).click()
    expect(billing).to_contain_text("is gone", timeout=PATIENCE)
    shop.get_by_role("button", name="100 orders customers", exact=True).click()
    expect(shop.get_by_role("region", name="customers", exact=True)).to_contain_text(
        "placed 100", timeout=PATIENCE
    )
    both_themes(notebook, ("shop", "shop"))
    shop.get_by_role("button", name="Renew billing 1", exact=True).click()
    expect(billing).to_contain_text("runs", timeout=PATIENCE)


def a_project_runs_and_is_taken_home(notebook: OpenNotebook) -> None:
    board = notebook.cell("board").locator(".gv-net").first
    board.scroll_into_view_if_needed()
    server = board.get_by_role("region", name="server", exact=True)
    expect(server).to_contain_text("runs", timeout=PATIENCE)
    board.get_by_role("button", name="Quote terminals", exact=True).click()
    expect(board).to_contain_text("4.20 euros", timeout=PATIENCE)
    board.get_by_role("button", name="SIGTERM server", exact=True).click()
    expect(server).to_contain_text("is gone", timeout=PATIENCE)
    board.get_by_role("button", name="Quote terminals", exact=True).click()
    expect(board).to_contain_text("UNAVAILABLE", timeout=PATIENCE)
    both_themes(notebook, ("asked", "ask"), ("project", "board"))
    board.get_by_role("button", name="Start server", exact=True).click()
    expect(server).to_contain_text("runs", timeout=PATIENCE)
    with notebook.page.expect_download() as download:
        notebook.cell("take").get_by_role("link", name="courier-0.1.0.tar.gz").click()
    with tarfile.open(download.value.path()) as taken:
        assert "courier-0.1.0/pyproject.toml" in taken.getnames()


def servers_fail_and_a_policy_is_chosen(notebook: OpenNotebook) -> None:
    lab = notebook.cell("lab")
    net = lab.locator(".gv-net").first
    net.scroll_into_view_if_needed()
    client = net.get_by_role("region", name="client", exact=True)
    net.get_by_role("button", name="Kill A", exact=True).click()
    expect(net.get_by_role("region", name="A", exact=True)).to_contain_text("gone", timeout=PATIENCE)
    net.get_by_role("button", name="Unhealthy B", exact=True).click()
    net.get_by_role("button", name="Slow C", exact=True).click()
    lab.get_by_label("policy").select_option("all of it")
    net.get_by_role("button", name="Call for 5 s client", exact=True).click()
    expect(client).to_contain_text("longest wait", timeout=PATIENCE)
    expect(net.locator(".gv-net-said")).to_contain_text("all of it: ", timeout=PATIENCE)
    expect(net.locator(".gv-net-said")).to_contain_text(" 0 failed", timeout=PATIENCE)
    both_themes(notebook, ("failing", "lab"), ("attempts", "retry"), ("farewell", "stop-well"))


def bytes_are_pasted_and_a_server_is_called(notebook: OpenNotebook) -> None:
    """The workbench: a slow call out of a file, the console over a tap, and the field that takes any bytes."""
    found = notebook.cell("slow-alone").locator(".gv-call")
    expect(found).to_contain_text("weight_grams: 13000", timeout=PATIENCE)
    console = notebook.cell("tap-own").locator(".gv-con")
    console.get_by_label("weight_grams").first.fill("2000")
    console.get_by_role("button", name="Call", exact=True).click()
    expect(console).to_contain_text("price_cents: 650", timeout=PATIENCE)
    paste = notebook.cell("paste")
    box, contract = paste.locator("textarea"), paste.get_by_label("contract")
    expect(paste.locator(".gv-bytemap")).to_contain_text("recipient", timeout=PATIENCE)
    for text, told in {
        "CLAJGAI=": "SPEED_EXPRESS",
        "hello, world": "this spells no bytes",
        r"\x0a\x03<b>": "Read as text with escapes",
    }.items():
        box.fill(text)
        box.press("Tab")
        expect(paste).to_contain_text(told, timeout=PATIENCE)
    contract.select_option("none")
    expect(paste).to_contain_text("is a guess", timeout=PATIENCE)
    paste.get_by_role("treeitem").filter(has_text="field 1").first.click()
    expect(paste.locator(".gv-hex-chosen").first).to_be_visible()
    both_themes(notebook, ("slow", "slow-alone"), ("paste", "paste"))


TOURS: dict[str, Callable[[OpenNotebook], None]] = {
    "01_protocol_buffers": bytes_follow_what_is_typed,
    "02_unary": a_call_is_taken_apart,
    "03_server_streaming": a_courier_rides_and_a_reader_is_slow,
    "04_client_streaming": a_drawn_route_is_streamed,
    "05_bidirectional_streaming": two_talk_and_draw_together,
    "10_http2_on_the_wire": calls_share_a_connection_and_headers_shrink,
    "11_grpc_by_hand": parts_of_a_call_are_left_out,
    "21_metadata_interceptors": layers_are_turned,
    "22_security": a_line_is_listened_to_and_a_server_is_refused,
    "20_errors_deadlines_cancellation": an_order_goes_through_four_servers,
    "24_reflection_health_channelz": an_unknown_server_is_explored,
    "26_testing": mutants_are_caught,
    "25_resilience": servers_fail_and_a_policy_is_chosen,
    "31_many_languages": a_page_follows_a_parcel,
    "33_blockchain": depots_are_cut_off_and_agree_again,
    "23_asyncio": a_loop_is_watched,
    "27_your_own_project": a_project_runs_and_is_taken_home,
    "30_microservices": a_replica_is_killed_and_no_order_is_lost,
    "40_grpc_or_rest": one_of_both_is_chosen,
    "41_measure_both": both_are_measured,
    "90_workbench": bytes_are_pasted_and_a_server_is_called,
}
"""Lesson: what is done in it, once its cells have run, all but the one that stops everything."""
