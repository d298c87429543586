"""What is saved with a view that is displayed first and changes then."""

from __future__ import annotations

import nbformat
import pytest

from tools.kernel import LessonKernel

BAR = """
from helpers import CityMap, ProgressBar
bar, city = ProgressBar(100, "photo.jpg"), CityMap()
display(bar, city)
bar.advance(50)
city.move("Ada", 1, 2)
"""
END = "bar.done('arrived'); city.say('at the door')"


@pytest.fixture
def kernel(tmp_path):
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in {"bar": BAR, "end": END}.items()]
    with LessonKernel(nbformat.v4.new_notebook(cells=cells), tmp_path) as kernel:
        yield kernel


def saved(kernel) -> list[str]:
    """What a page without widgets shows of the first cell."""
    cell = kernel.notebook.cells[kernel.code_indexes[0]]
    return [output.data["text/plain"] for output in cell.outputs]


def test_the_last_picture_is_saved(kernel):
    assert kernel.run_cell(kernel.code_indexes[0]).error is None
    bar, city = saved(kernel)
    assert "50 B of 100 B" in bar
    assert "Ada" in city
    assert kernel.run_cell(kernel.code_indexes[1]).outputs == []
    bar, city = saved(kernel)
    assert "✓ arrived" in bar
    assert "at the door" in city


def test_what_has_not_changed_is_not_displayed_again(kernel):
    kernel.run_all()
    assert kernel.ask("len(__import__('helpers').views.kit.saved._changed)") == 0
    closed = "[bar.advance(1), bar.close(), len(__import__('helpers').views.kit.saved._changed)][-1]"
    assert kernel.ask(closed) == 1
    assert kernel.ask("len(__import__('helpers').views.kit.saved._changed)") == 0, (
        "one that is closed is let go"
    )
    assert "✓ arrived" in saved(kernel)[0]
