"""The card of what a learner's function raised."""

from __future__ import annotations

import pytest

from helpers.views.kit.problem import problem_card


def test_a_problem_is_told_with_the_learners_lines():
    def start(points):
        raise LookupError("<b>no street</b>")

    with pytest.raises(LookupError) as caught:
        start(())
    told = problem_card(caught.value, start)
    assert told.title == "`start`"
    assert "LookupError" in told.sentence
    assert 'raise LookupError("<b>no street</b>")' in told.code
    assert "<b>" not in told.html()
