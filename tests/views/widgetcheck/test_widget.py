"""The widget check: its picture without a page says what to do, and only a page says that all is well."""

from __future__ import annotations

from helpers.views.widgetcheck import WidgetCheck


def test_without_a_page_it_says_what_to_do():
    check = WidgetCheck()
    bundle = check._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    for kind in ("text/plain", "text/html"):
        assert "not drawn here" in bundle[kind]
        assert ".uv/bin/uv run jupyter lab" in bundle[kind]
    assert not check.drawn
    check.close()
