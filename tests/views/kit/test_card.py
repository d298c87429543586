from __future__ import annotations

import pytest

from helpers.views.kit.card import OUTCOMES, Card, card


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_has_a_sign_and_a_word_in_both_faces(parse, outcome):
    sign, word = OUTCOMES[outcome]
    made = card(outcome, "minimum price", "It is so.")
    tree = parse(made.html())
    for shown in (tree.text, str(made)):
        assert sign in shown
        assert f"{word}:" in shown
        assert "minimum price" in shown
        assert "It is so." in shown
    assert tree.elements[0] == ("div", {"class": f"gv gv-card gv-card-{outcome}", "role": "status"})


def test_signs_and_words_differ_so_that_color_is_not_needed():
    assert len({sign for sign, _ in OUTCOMES.values()}) == len(OUTCOMES)
    assert len({word for _, word in OUTCOMES.values()}) == len(OUTCOMES)


def test_an_unknown_outcome_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="passed, failed, raised, open, note, warning"):
        card("good", "x", "y")


def test_everything_is_escaped(parse):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    made = card("failed", evil, evil, evil, code=evil, table=[(evil,)], header=(evil,))
    tree = parse(made.html())
    assert not {"script", "img"} & tree.tags()
    assert tree.text.count(evil) == 6


def test_backticks_become_code_and_what_is_in_them_is_escaped(parse):
    tree = parse(card("note", "x", "Call `f(<b>)` now.").html())
    assert "code" in tree.tags()
    assert "b" not in tree.tags()
    assert "Call f(<b>) now." in tree.text


def test_the_rest_is_folded_away_unless_asked_for(parse):
    folded = parse(card("failed", "x", "y", "why", code="c", table=[(1, 2)]).html())
    assert {"details", "summary", "pre", "table"} <= folded.tags()
    unfolded = parse(card("failed", "x", "y", "why", code="c", table=[(1, 2)], folded=False).html())
    assert "details" not in unfolded.tags()
    assert {"pre", "table"} <= unfolded.tags()


def test_without_details_there_is_nothing_to_unfold(parse):
    assert not {"details", "pre", "table"} & parse(card("passed", "x", "y").html()).tags()


def test_paragraphs_of_the_details(parse):
    tree = parse(card("note", "x", "y", "one\n\n  two\n\n\nthree\n").html())
    assert [tag for tag, _ in tree.elements].count("p") == 4


def test_terminal_face():
    made = card(
        "failed",
        "minimum price",
        "A parcel of `0 g` was quoted at 450, expected 500.",
        "The minimum is missing.",
        code='  File "cell", line 3\n    return 450\n',
        table=[("0 g", 450), ("1200 g", 690)],
        header=("weight", "quoted"),
    )
    assert str(made) == "\n".join(
        [
            "✗ Failed: minimum price",
            "  A parcel of `0 g` was quoted at 450, expected 500.",
            "  The minimum is missing.",
            "  weight  quoted",
            "  0 g     450",
            "  1200 g  690",
            '      File "cell", line 3',
            "        return 450",
        ]
    )


def test_rows_may_be_of_different_length(parse):
    made = card("note", "x", "y", table=[("a",), ("b", "c", "d")], header=("h",))
    assert "  b  c  d" in str(made)
    assert parse(made.html()).text.count("d")


def test_long_sentences_are_wrapped_in_a_terminal():
    assert max(map(len, str(card("note", "x", "word " * 100)).splitlines())) <= 100


def test_mime_bundle_has_html_with_its_style_and_text():
    made = card("passed", "x", "y")
    bundle = made._repr_mimebundle_()
    assert bundle["text/plain"] == str(made)
    assert bundle["text/html"].startswith("<style>")
    assert made.html() in bundle["text/html"]


def test_cards_are_values():
    assert card("passed", "x", "y", table=[[1]]) == card("passed", "x", "y", table=[("1",)])
    assert isinstance(hash(card("passed", "x", "y")), int)
    with pytest.raises(AttributeError):
        card("passed", "x", "y").title = "z"
    assert isinstance(card("passed", "x", "y"), Card)
