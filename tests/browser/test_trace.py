"""A trace as learners use it: drawn live over four servers, opened down to a call's frames, in both themes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.live_notebook import in_both_themes, keeps_its_width, open_cells, run_cell, until_value

SETUP = """
import threading
import time

import grpc
from helpers import protos, serve, tap, trace

quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")
order_pb2, order_pb2_grpc = protos.load("courier/v1/order.proto")
WORK = {"quote": 0.02, "billing": 0.02, "depot": 0.02}


def work(name, context):
    end = time.monotonic() + WORK[name]
    while time.monotonic() < end and context.is_active():
        time.sleep(0.01)


def left(context):
    return min(60, context.time_remaining())


class Quotes(quote_pb2_grpc.QuoteServiceServicer):
    def GetQuote(self, request, context):
        work("quote", context)
        return quote_pb2.GetQuoteResponse(price_cents=790)


class Billing(order_pb2_grpc.BillingServiceServicer):
    def Charge(self, request, context):
        work("billing", context)
        return order_pb2.ChargeResponse(charge_id="C-1")


class Depot(order_pb2_grpc.ShelfServiceServicer):
    def ReserveShelf(self, request, context):
        work("depot", context)
        return order_pb2.ReserveShelfResponse(shelf="A-1")


quote_tap, billing_tap, depot_tap = (tap(serve(each)) for each in (Quotes(), Billing(), Depot()))
quotes = quote_pb2_grpc.QuoteServiceStub(grpc.insecure_channel(quote_tap.address))
billing = order_pb2_grpc.BillingServiceStub(grpc.insecure_channel(billing_tap.address))
shelves = order_pb2_grpc.ShelfServiceStub(grpc.insecure_channel(depot_tap.address))


class Front(order_pb2_grpc.OrderServiceServicer):
    def PlaceOrder(self, request, context):
        ids = [pair for pair in context.invocation_metadata() if pair[0] == "x-request-id"]
        for call, asked in [
            (quotes.GetQuote, quote_pb2.GetQuoteRequest(weight_grams=request.weight_grams)),
            (billing.Charge, order_pb2.ChargeRequest(order_id=request.order_id)),
            (shelves.ReserveShelf, order_pb2.ReserveShelfRequest(order_id=request.order_id)),
        ]:
            try:
                call(asked, timeout=left(context), metadata=ids)
            except grpc.RpcError as error:
                context.abort(error.code(), error.details())
        return order_pb2.PlaceOrderResponse(price_cents=790, charge_id="C-1", shelf="A-1")


front_tap = tap(serve(Front()))
orders = order_pb2_grpc.OrderServiceStub(grpc.insecure_channel(front_tap.address))
taps = {"front": front_tap, "quote": quote_tap, "billing": billing_tap, "depot": depot_tap}


def place(**options):
    try:
        return orders.PlaceOrder(order_pb2.PlaceOrderRequest(order_id="O-1", weight_grams=900), **options)
    except grpc.RpcError as error:
        return error.code().name


def views():
    return __import__("ipywidgets").widgets.widget._instances.values()


place()
"""
SHOW = "request = trace(**taps)\nrequest"
CALL = """
WORK["depot"] = 2
with request:
    print(place(timeout=0.5, metadata=[("x-request-id", "order-7f3a")]))
WORK["depot"] = 0.02
"""
CANCELLED = """
WORK["quote"] = 0.4
with trace(**taps) as cancelled:
    call = orders.PlaceOrder.future(order_pb2.PlaceOrderRequest())
    time.sleep(0.2)
    call.cancel()
    time.sleep(0.4)
WORK["quote"] = 0.02
cancelled
"""


WAITS = """
with request:
    call = orders.PlaceOrder.future(order_pb2.PlaceOrderRequest())
    time.sleep(60)
"""


def row(output, server: str):
    return output.locator(f'[data-call^="{server}/"]')


def output_of(notebook, cell: int):
    return notebook.cell(f"cell-{cell}").locator(".jp-OutputArea-output").first


@pytest.fixture
def notebook(lab):
    """The servers, and a trace that is shown before its block; the other cells have not run."""
    opened = open_cells(lab, "trace", SETUP, SHOW, CALL, CANCELLED, WAITS)
    for cell in (0, 1):
        run_cell(opened, cell)
    return opened


def test_it_grows_while_the_calls_run(notebook):
    output = output_of(notebook, 1)
    expect(output.locator(".gv-tr")).to_have_attribute("data-state", "empty")
    expect(output).to_contain_text("Nothing is recorded yet")
    run_cell(notebook, 2, wait=False)
    expect(output.locator(".gv-tr")).to_have_attribute("data-state", "running")
    expect(output.locator(".gv-tr")).to_have_attribute("data-state", "failed")
    notebook.wait_idle()
    expect(output.locator(".gv-tr-summary")).to_contain_text("1 request, 4 calls")
    expect(output.locator(".gv-sr[role=status]").last).to_contain_text("1 request, 4 calls")
    in_both_themes(notebook, "trace-deadline", output)
    assert keeps_its_width(notebook, output)
    assert notebook.broken_text() == []
    assert notebook.errors() == []


def test_a_call_is_opened_with_mouse_and_keys(notebook):
    run_cell(notebook, 3)
    output = output_of(notebook, 3)
    in_both_themes(notebook, "trace-cancelled", output)
    expect(output.locator(".gv-tr-detail")).to_contain_text("Select a call")
    quote, billing, frames = row(output, "quote"), row(output, "billing"), output.locator(".gv-call")
    quote.click()
    expect(output.locator(".gv-tr-detail")).to_contain_text("quote, GetQuote: called by front")
    expect(frames.locator("[data-frame]").first).to_contain_text("QuoteService/GetQuote")
    expect(quote).to_have_attribute("aria-expanded", "true")
    in_both_themes(notebook, "trace-frames", output)
    quote.press("ArrowDown")
    expect(billing).to_be_focused()
    expect(output.locator(".gv-tr-detail")).to_contain_text("billing, Charge: ")
    expect(quote).to_have_attribute("aria-expanded", "true")
    billing.press("Enter")
    expect(billing).to_have_attribute("aria-expanded", "true")
    expect(quote).to_have_attribute("aria-expanded", "false")
    expect(frames.locator("[data-frame]").first).to_contain_text("BillingService/Charge")
    billing.press(" ")
    expect(frames).to_have_count(0)
    expect(billing).to_be_focused()
    assert notebook.errors() == []


def test_a_kernel_that_is_busy_is_told_and_can_be_interrupted(notebook):
    output = output_of(notebook, 1)
    run_cell(notebook, 4, wait=False)
    expect(output.locator(".gv-tr")).to_have_attribute("data-state", "done")
    row(output, "depot").click()
    shown = output.locator(".gv-call").or_(
        output.locator(".gv-tr-wait").filter(has_text="The frames come from")
    )
    expect(shown.first).to_be_visible()
    notebook.page.evaluate("jupyterapp.commands.execute('notebook:interrupt-kernel')")
    notebook.wait_idle()
    expect(output.locator(".gv-call")).to_contain_text("ReserveShelf")
    expect(output.locator(".gv-tr-wait")).to_be_empty()
    assert notebook.value("request.open") is False
    assert notebook.value("len(request.calls)") == 4
    assert [error for error in notebook.errors() if "KeyboardInterrupt" not in error] == []
    for _ in range(3):
        run_cell(notebook, 3)
    until_value(notebook, "[type(w).__name__ for w in views()].count('TraceView')", 2)
    until_value(notebook, "[type(w).__name__ for w in views()].count('CaptureView')", 1)


def test_a_page_that_is_loaded_anew_shows_the_picture(notebook):
    run_cell(notebook, 3)
    expect(row(output_of(notebook, 3), "front")).to_be_visible()
    summary = output_of(notebook, 3).locator(".gv-tr-summary").inner_text()
    notebook.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    notebook.page.goto(notebook.page.url.replace("?reset", "").replace("&reset", ""))
    notebook.page.wait_for_selector(".gv-tr-calls")
    assert summary in [each.inner_text() for each in notebook.page.locator(".gv-tr-summary").all()]
