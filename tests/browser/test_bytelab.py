"""The byte lab as a learner uses it: keys change the bytes, errors are told, nothing jumps or gets lost."""

from __future__ import annotations

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.live_notebook import in_both_themes

LAB = "from helpers.views.bytelab import ByteLab\n\nlab = ByteLab()\nlab"


@pytest.fixture
def open_lab(lab):
    """Open and run a notebook whose first cell shows the byte lab; returns it, and the lab's output."""

    def build(*more: str, theme: str = "light"):
        cells = [nbformat.v4.new_code_cell(text, id=f"cell-{n}") for n, text in enumerate((LAB, *more))]
        kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})
        notebook = lab.open(lab.server.write("scratch/bytelab.ipynb", made), theme=theme)
        notebook.run_all()
        return notebook, notebook.cell("cell-0").locator(".jp-OutputArea-output")

    return build


def sizes(panel):
    """What the line of Protocol Buffers says: its bytes, and how many they are."""
    return panel.locator(".gv-bl-result tr").first


def test_the_first_value_is_drawn(open_lab):
    notebook, panel = open_lab()
    expect(sizes(panel)).to_contain_text("b0 09")
    expect(sizes(panel)).to_contain_text("3 bytes")
    assert panel.get_by_label("Type").input_value() == "int32"
    assert panel.get_by_label("Field number").input_value() == "2"
    assert panel.get_by_label("Value").input_value() == "1200"
    assert notebook.errors() == []
    in_both_themes(notebook, "bytelab", panel)
    # Nothing sticks out at the side, whatever the width and however long the bytes.
    for value in ("1200", "-1"):
        panel.get_by_label("Value").fill(value)
        expect(panel.locator(".gv-bl-head").last).to_contain_text(
            value.replace("-", "−").replace("1200", "1,200")
        )
        for width in (1280, 700, 480):
            notebook.page.set_viewport_size({"width": width, "height": 900})
            assert panel.evaluate("node => node.scrollWidth <= node.clientWidth"), (value, width)
    in_both_themes(notebook, "bytelab-narrow", panel)


def test_every_key_changes_the_bytes(open_lab):
    notebook, panel = open_lab()
    value = panel.get_by_label("Value")
    value.fill("")
    expect(panel.locator(".gv-bl-result")).to_contain_text("Type a whole number")
    for key, data in (("1", "01"), ("2", "0c"), ("8", "80 01")):
        value.press(key)
        expect(sizes(panel)).to_contain_text(data)
    expect(panel.locator(".gv-bl-json")).to_have_text('{"field":128}')
    assert notebook.value("lab.data.hex()") == "108001"
    panel.get_by_label("Type").select_option("int64")
    expect(panel.locator(".gv-bl-json")).to_have_text('{"field":"128"}')
    # Faster than any picture: no key gets lost, and the last one counts.
    for pause in (0, 7, 20, 40):
        value.fill("")
        value.press_sequentially("1234567890123456789", delay=pause)
        expect(sizes(panel)).to_contain_text("10 bytes")
        expect(value).to_have_value("1234567890123456789")
    expect(panel.locator(".gv-bl-json")).to_have_text('{"field":"1234567890123456789"}')
    assert notebook.errors() == []


def test_arrow_keys_find_where_a_byte_is_full(open_lab):
    notebook, panel = open_lab()
    value, number = panel.get_by_label("Value"), panel.get_by_label("Field number")
    value.fill("126")
    value.press("ArrowUp")
    expect(sizes(panel)).to_contain_text("2 bytes")
    value.press("ArrowUp")
    expect(sizes(panel)).to_contain_text("3 bytes")
    value.press("ArrowDown")
    expect(sizes(panel)).to_contain_text("2 bytes")
    number.fill("15")
    number.press("ArrowUp")
    expect(sizes(panel)).to_contain_text("80 01")
    expect(sizes(panel)).to_contain_text("3 bytes")
    panel.get_by_label("Type").select_option("uint64")
    value.fill("18446744073709551614")
    value.press("ArrowUp")
    expect(panel.locator(".gv-bl-json")).to_have_text('{"field":"18446744073709551615"}')
    assert notebook.errors() == []


def test_a_key_held_down_changes_the_picture_meanwhile(open_lab):
    notebook, panel = open_lab()
    value = panel.get_by_label("Value")
    value.fill("0")
    expect(sizes(panel)).to_contain_text("0 bytes")
    notebook.page.evaluate(
        """() => {
            window.seen = new Set();
            const picture = document.querySelector('.gv-bl-picture');
            const note = () => window.seen.add(picture.querySelector('.gv-bl-json').textContent);
            new MutationObserver(note).observe(picture, {childList: true});
        }"""
    )
    for _ in range(40):
        notebook.page.keyboard.down("ArrowUp")
        notebook.page.wait_for_timeout(20)
    notebook.page.keyboard.up("ArrowUp")
    expect(panel.locator(".gv-bl-json")).to_have_text('{"field":40}')
    assert notebook.page.evaluate("window.seen.size") > 2
    assert notebook.errors() == []


def test_types_bring_an_example_where_the_text_does_not_fit(open_lab):
    notebook, panel = open_lab()
    kind, value = panel.get_by_label("Type"), panel.get_by_label("Value")
    kind.select_option("bool")
    expect(value).to_have_value("true")
    expect(panel.locator(".gv-bl-result")).to_contain_text("bool field = 2;")
    kind.select_option("message")
    expect(value).to_have_value("true")
    expect(panel.get_by_label("optional")).to_be_disabled()
    kind.select_option("string")
    expect(panel.get_by_label("optional")).to_be_enabled()
    for text, count in (("é", "4 bytes"), ("🙂", "6 bytes")):
        value.fill(text)
        expect(sizes(panel)).to_contain_text(count)
    value.fill("<img src=x onerror=alert(1)>")
    expect(panel.locator(".gv-bl-json")).to_contain_text("<img src=x")
    assert panel.locator("img").count() == 0
    assert notebook.errors() == []


def test_zero_is_sent_when_it_is_optional(open_lab):
    _, panel = open_lab()
    panel.get_by_label("Value").fill("0")
    expect(sizes(panel)).to_contain_text("0 bytes")
    panel.get_by_label("optional").check()
    expect(sizes(panel)).to_contain_text("2 bytes")
    expect(panel.locator(".gv-bl-schema")).to_have_text("optional int32 field = 2;")


def test_an_error_is_told_and_the_page_does_not_jump(open_lab):
    notebook, panel = open_lab()
    value, number = panel.get_by_label("Value"), panel.get_by_label("Field number")
    height = panel.locator(".gv-bl-picture").evaluate("node => node.offsetHeight")
    value.fill("3000000000")
    expect(value).to_have_attribute("aria-invalid", "true")
    expect(number).to_have_attribute("aria-invalid", "false")
    expect(panel.locator(".gv-bl-refused")).to_contain_text("int32 goes from −2,147,483,648 to 2,147,483,647")
    assert panel.locator(".gv-bl-picture").evaluate("node => node.offsetHeight") == height
    told = value.evaluate(
        "node => node.getAttribute('aria-describedby').split(' ').map(id => document.getElementById(id).textContent)"
    )
    assert told[0] == "a whole number; ↑ ↓ count"
    expect(panel.locator(".gv-sr")).to_contain_text("int32 goes from")
    value.fill("1")
    number.fill("19000")
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(value).to_have_attribute("aria-invalid", "false")
    expect(panel.locator(".gv-bl-refused")).to_contain_text("reserved for Protocol Buffers")
    number.fill("1")
    expect(number).to_have_attribute("aria-invalid", "false")
    expect(panel.locator(".gv-sr")).to_have_text("2 bytes: tag 08, value 01. In JSON 11 bytes.")
    assert notebook.errors() == []


def test_keys_stay_in_the_lab(open_lab):
    notebook, panel = open_lab("1 + 1")
    cells = "jupyterapp.shell.currentWidget.content.widgets.length"
    before = notebook.page.evaluate(cells)
    for target in (panel.get_by_label("Type"), panel.get_by_label("optional")):
        target.focus()
        for key in ("a", "b", "d", "d", "x"):
            notebook.page.keyboard.press(key)
    assert notebook.page.evaluate(cells) == before
    # One Tab from input to input, in the order one sees.
    panel.get_by_label("Type").focus()
    for label in ("Field number", "Value", "optional"):
        notebook.page.keyboard.press("Tab")
        expect(panel.get_by_label(label)).to_be_focused()


def test_a_busy_kernel_is_told_and_the_picture_follows(open_lab, tmp_path):
    # The second cell keeps the kernel busy until a file appears.
    door = tmp_path / "door"
    door.touch()
    wait = f"import pathlib, time\n\nwhile not pathlib.Path({str(door)!r}).exists():\n    time.sleep(0.05)"
    notebook, panel = open_lab(wait)
    door.unlink()
    notebook.page.evaluate(
        """() => {
            jupyterapp.shell.currentWidget.content.activeCellIndex = 1;
            jupyterapp.commands.execute('notebook:run-cell');
        }"""
    )
    status = "jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.status"
    notebook.page.wait_for_function(f"() => {status} === 'busy'")
    panel.get_by_label("Value").fill("5")
    expect(panel.locator(".gv-bl-busy")).to_contain_text("waits for the kernel")
    expect(sizes(panel)).to_contain_text("b0 09")
    door.touch()
    expect(sizes(panel)).to_contain_text("2 bytes")
    expect(panel.locator(".gv-bl-busy")).to_have_text("")
    assert notebook.errors() == []


def test_a_cell_can_drive_the_lab_and_two_views_agree(open_lab):
    notebook, panel = open_lab("lab")
    other = notebook.cell("cell-1").locator(".jp-OutputArea-output")
    notebook.value("setattr(lab, 'value', '300')")
    expect(panel.get_by_label("Value")).to_have_value("300")
    expect(sizes(panel)).to_contain_text("ac 02")
    other.get_by_label("Value").fill("5")
    expect(panel.get_by_label("Value")).to_have_value("5")
    expect(sizes(panel)).to_contain_text("05")
    ids = "[...document.querySelectorAll('[id^=gv-bl-]')].map(node => node.id)"
    assert notebook.page.evaluate(f"new Set({ids}).size === {ids}.length")
    assert notebook.errors() == []


def test_reloading_the_page_brings_the_lab_back(open_lab):
    notebook, panel = open_lab()
    panel.get_by_label("Value").fill("77")
    expect(sizes(panel)).to_contain_text("4d")
    notebook.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    notebook.page.goto(notebook.page.url.replace("?reset", "").replace("&reset", ""))
    value = notebook.page.locator(".gv-bl-value")
    expect(value).to_have_value("77")
    value.fill("78")
    expect(notebook.page.locator(".gv-bl-result tr").first).to_contain_text("4e")
