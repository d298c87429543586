"""The widget check: its face without a page says what to do, and only a page says that all is well."""

from __future__ import annotations

from helpers.views.drawn import WidgetCheck


def test_without_a_page_it_says_what_to_do():
    check = WidgetCheck()
    bundle, *_ = check._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    for face in ("text/plain", "text/html"):
        assert "not drawn here" in bundle[face]
        assert "uv run jupyter lab" in bundle[face]
    assert not check.drawn
    check.close()
