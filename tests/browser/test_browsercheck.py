"""The browser check in JupyterLab: this browser's own answers, and those of a browser that can more."""

from __future__ import annotations

import pytest

from tests.browser.live_notebook import in_both_themes, open_cells

CHECK = """
from helpers.views.browsercheck import BrowserCheck
check = BrowserCheck()
check
"""

# A browser of another day.
ABLE = """
Response.prototype.trailers = null;
window.TCPSocket = class {};
const Plain = Request;
window.Request = function (url, init = {}) {
    void init.httpVersion;
    return new Plain(url, init);
};
"""


def test_the_browser_answers_where_it_is_shown(lab):
    notebook = open_cells(lab, "browsercheck", CHECK)
    notebook.run_all()
    view = notebook.cell("cell-0").locator(".gv-check[data-state=answered]")
    view.wait_for()
    page = notebook.page
    own = {
        "trailers": page.evaluate("'trailers' in Response.prototype"),
        "te": page.evaluate("new Request('/', {headers: {te: 'trailers'}}).headers.has('te')"),
        "tcp": page.evaluate("'TCPSocket' in window"),
    }
    answers = notebook.value("check.answers")
    assert {name: answers[name]["can"] for name in own} == own
    assert set(answers) == {"trailers", "te", "half", "full", "protocol", "frames", "tcp"}
    for name, answer in answers.items():
        shown = view.locator(f"[data-answer={name}]").inner_text()
        assert ("✓" in shown, "✗" in shown) == (answer["can"] is True, answer["can"] is False)
        assert answer["said"] in shown
    assert "this page came over http/1.1" in answers["frames"]["said"]
    assert notebook.value("check.verdict") == view.locator("[data-part=verdict]").inner_text()
    assert notebook.value("check.browser") in view.locator("[data-part=browser]").inner_text()
    assert notebook.value("str(check)").startswith(notebook.value("check.verdict"))
    in_both_themes(notebook, "browsercheck", view)
    assert notebook.errors() == []


@pytest.mark.own_page
def test_a_browser_that_can_more_is_not_told_that_it_cannot(lab):
    lab.page.add_init_script(ABLE)
    notebook = open_cells(lab, "browsercheck", CHECK)
    notebook.run_all()
    view = notebook.cell("cell-0").locator(".gv-check[data-state=answered]")
    view.wait_for()
    answers = notebook.value("check.answers")
    assert (answers["trailers"]["can"], answers["tcp"]["can"]) == (None, True)
    assert "whether it ever holds anything" in view.locator("[data-answer=trailers]").inner_text()
    assert answers["protocol"] == {"can": None, "said": "perhaps: there is httpVersion"}
    assert "not known" in view.locator("[data-answer=protocol]").inner_text()
    verdict = view.locator("[data-part=verdict]").inner_text()
    assert "Without trailers" not in verdict
    assert "not known of 2" in verdict
