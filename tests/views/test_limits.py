"""Limits that page and kernel both know."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers import views
from helpers.views.kit.strokes import MOST_POINTS
from helpers.views.panels.html import KEEP
from helpers.views.whiteboard.html import MOST_SEGMENTS


@pytest.mark.parametrize(
    ("file", "name", "value"),
    [
        ("views/kit/pen.js", "PEN_MOST", MOST_POINTS),
        ("views/panels/panel.js", "FEED_KEEP", KEEP),
        ("views/whiteboard/widget.js", "BOARD_KEEP", MOST_SEGMENTS),
    ],
)
def test_page_and_kernel_agree_on_their_limits(file, name, value):
    source = (Path(views.__file__).parents[1] / file).read_text(encoding="utf-8")
    assert f"const {name} = {value};" in source
