"""The decision guide: rules that no answer can turn against its own side, and the pictures of the result."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from helpers.views.guide import DecisionGuide
from helpers.views.guide.advise import VERDICTS, advise, check, weigh
from helpers.views.guide.html import advice_text, guide_html
from helpers.views.guide.questions import QUESTIONS

NAMES = list(QUESTIONS)
OPTIONS = [[None, *(choice.name for choice in question.choices)] for question in QUESTIONS.values()]
PARTIAL = list(itertools.product(*OPTIONS))
SAMPLE = random.Random(40).sample(PARTIAL, 2000)
ALL_GRPC = {
    "callers": "services",
    "flow": "both",
    "contract": "teams",
    "deadlines": "yes",
    "between": "http2",
}
ALL_REST = {"callers": "public", "cache": "most", "hands": "often", "contract": "together"}


def answers(names):
    return {name: choice for name, choice in zip(NAMES, names, strict=True) if choice}


def choices():
    return [(question, choice) for question in QUESTIONS.values() for choice in question.choices]


@pytest.fixture
def guide():
    made = []

    def build(**given):
        made.append(DecisionGuide(**given))
        return made[-1]

    yield build
    for one in made:
        one.close()


# What is asked and said.


def test_there_are_six_to_eight_questions_with_choices_of_different_names():
    assert 6 <= len(QUESTIONS) <= 8
    for question in QUESTIONS.values():
        assert question.text.endswith("?")
        assert 2 <= len(question.choices) <= 5
        assert len({choice.name for choice in question.choices}) == len(question.choices)
        assert len({choice.label for choice in question.choices}) == len(question.choices)


@pytest.mark.parametrize(("question", "choice"), choices(), ids=lambda value: value.name)
def test_a_choice_gives_a_reason_on_the_side_it_weighs_for(question, choice):
    assert bool(choice.neither) != bool(choice.grpc or choice.rest)
    if choice.weight > 0:
        assert choice.grpc
    elif choice.weight < 0:
        assert choice.rest
    else:
        assert choice.neither
    assert (abs(choice.weight) > 3) == (choice.decides in ("grpc", "rest"))
    assert choice.decides in ("", "edge", "grpc" if choice.weight > 0 else "rest")
    for reason in (choice.grpc, choice.rest, choice.neither):
        assert not reason or reason.endswith(".")
        assert not re.search(r"\b(fast\b|blazing|powerful|modern|simply|scalab)", reason, re.IGNORECASE)


def test_both_sides_have_as_much_to_say():
    """A guide that can hardly ever end on one of its sides would not be one."""
    lean = [
        sum(choice.weight > 0 for _, choice in choices()),
        sum(choice.weight < 0 for _, choice in choices()),
    ]
    assert min(lean) >= 0.5 * max(lean)
    assert {weigh(answers(names))[1] for names in PARTIAL} == set(VERDICTS)


# The rules.


def test_no_answer_moves_the_result_to_the_other_side():
    position = {names: weigh(answers(names))[0] for names in PARTIAL}
    weight = [{None: 0, **{c.name: c.weight for c in question.choices}} for question in QUESTIONS.values()]
    upward = [
        [(low, high) for low in options for high in options if weight[at][low] < weight[at][high]]
        for at, options in enumerate(OPTIONS)
    ]
    for names, here in position.items():
        for at, steps in enumerate(upward):
            for low, high in steps:
                if names[at] == low:
                    assert here <= position[(*names[:at], high, *names[at + 1 :])], (answers(names), high)


def test_every_combination_has_a_leaning_with_reasons_and_a_way_out():
    for names in SAMPLE:
        given = answers(names)
        advice = advise(given)
        reasons = [*advice.for_grpc, *advice.for_rest, *advice.neither]
        assert bool(reasons) == bool(given)
        assert {reason.question for reason in reasons} == set(given)
        assert advice.leaning
        assert not (advice.position > 0 and not advice.for_grpc), given
        assert not (advice.position < 0 and not advice.for_rest), given
        assert (advice.verdict == "open") == (not given)
        assert bool(advice.change) == bool(given), given


def test_full_answers_always_have_a_reason_for_a_side():
    for names in random.Random(41).sample(list(itertools.product(*(o[1:] for o in OPTIONS))), 1000):
        advice = advise(answers(names))
        assert advice.for_grpc or advice.for_rest


def test_what_would_change_the_result_really_does():
    when = {choice.when: (question.name, choice.name) for question, choice in choices() if choice.when}
    called = {name: verdict for verdict, (name, _) in VERDICTS.items()}
    for names in SAMPLE:
        given = answers(names)
        advice = advise(given)
        for sentence in advice.change:
            condition, then = re.fullmatch(r"If (.+?), (.+)\.", sentence).groups()
            question, choice = when[condition]
            verdict = "either" if then == "either would do" else called[then.removeprefix("this would be ")]
            assert given.get(question) != choice
            assert weigh({**given, question: choice})[1] == verdict != advice.verdict


def test_strangers_and_both_directions_decide_alone():
    assert advise({"callers": "public"}).leaning == "REST, clearly"
    assert advise({"callers": "browsers"}).leaning == "REST, clearly"
    assert advise({"between": "http1"}).leaning == "REST, clearly"
    assert advise({"flow": "both"}).leaning == "gRPC, clearly"
    assert advise({"flow": "both"}).for_grpc[0].decides
    assert advise({"callers": "services"}).leaning == "Either"


def test_everything_for_one_side():
    assert advise(ALL_GRPC).leaning == "gRPC, clearly"
    assert not advise({**ALL_GRPC, "contract": "old"}).for_grpc[1].decides
    rest = advise(ALL_REST)
    assert rest.leaning == "REST, clearly"
    assert rest.for_grpc == ()


@pytest.mark.parametrize(
    ("given", "leaning"),
    [
        ({"callers": "browsers", "deadlines": "yes", "contract": "teams"}, "gRPC inside, REST at the edge"),
        ({"callers": "mixed", "contract": "teams"}, "gRPC inside, REST at the edge"),
        ({"callers": "mixed"}, "Either: REST for all, or gRPC inside and REST at the edge"),
        ({"callers": "browsers", "flow": "server"}, "REST with server-sent events, clearly"),
        ({"callers": "browsers", "flow": "both"}, "Neither alone: a WebSocket for the conversation"),
        ({"callers": "services", "between": "http1", "flow": "both"}, "Neither alone: a WebSocket"),
        ({"callers": "public", "flow": "both"}, "gRPC for the conversation, REST for the rest"),
        ({"deadlines": "yes", "contract": "teams", "flow": "files"}, "gRPC with plain HTTP for the files"),
        ({"contract": "teams", "cache": "some", "callers": "services"}, "gRPC, on balance"),
        ({"cache": "most", "callers": "services"}, "REST, on balance"),
    ],
)
def test_combinations(given, leaning):
    advice = advise(given)
    assert advice.leaning.startswith(leaning)
    assert advice.how or "balance" in leaning


def test_speed_weighs_little_unless_it_is_the_bottleneck():
    for side, sign in (("grpc", 1), ("rest", -1)):
        assert advise({"speed": side}).leaning == "Either"
        assert advise({"speed": f"{side}-bottleneck"}).position == sign
    assert advise({**ALL_REST, "speed": "grpc-bottleneck"}).position < 0
    assert advise({**ALL_GRPC, "speed": "rest-bottleneck"}).position > 0
    assert advise({"speed": "spread"}).for_grpc == advise({"speed": "spread"}).for_rest == ()


def test_a_way_out_in_words():
    browsers = advise({"callers": "browsers", "contract": "teams"})
    assert browsers.change == ("If your callers were all services of yours, this would be gRPC.",)
    assert len(advise({"callers": "services"}).change) == 2


def test_what_weighs_most_is_said_first():
    advice = advise({"speed": "grpc", "contract": "teams", "deadlines": "yes"})
    assert [reason.question for reason in advice.for_grpc] == ["deadlines", "contract", "speed"]


# Bad answers.


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"caller": "browsers"}, "no question 'caller'; one of callers, flow, contract"),
        ({"callers": "browser"}, "callers cannot be 'browser'; one of 'browsers', 'public'"),
        ({"flow": 3}, "flow cannot be 3; one of 'ask', 'server', 'both', 'files'"),
        ({"cache": True}, "cache cannot be True"),
        ({"cache": ["no"]}, "cache cannot be"),
    ],
)
def test_bad_answers_are_told_the_choices(guide, given, why):
    for function in (
        advise,
        check,
        lambda answers: guide(**answers),
        lambda answers: guide().answer(**answers),
    ):
        with pytest.raises(ValueError, match=re.escape(why)):
            function(given)


# The widget without a page.


def test_answers_in_code(guide):
    made = guide(callers="browsers")
    assert made.answers == {"callers": "browsers"}
    assert made.answer(callers="services", flow="both") is made.advice
    assert made.advice.leaning == "gRPC, clearly"
    assert made.answer(flow=None).leaning == "Either"
    made.answers["callers"] = "public"
    assert made.answers == {"callers": "services"}
    made.clear()
    assert made.answers == {}
    assert "0 of 8 answered" in made.html


def test_a_bad_answer_leaves_the_guide_as_it_was(guide):
    made = guide(callers="browsers")
    with pytest.raises(ValueError):
        made.answer(flow="both", cache="maybe")
    assert made.answers == {"callers": "browsers"}


def test_messages_from_a_page(guide):
    made = guide()
    made._handle_custom_msg({"answer": {"callers": "browsers"}, "ack": "7"}, [])
    assert made.answers == {"callers": "browsers"}
    assert made.acknowledged == "7"
    for bad in (
        {"answer": {"callers": "<b>"}},
        {"answer": {"x": 1}},
        {"answer": 3},
        {"answer": {"self": 1}},
        {},
    ):
        made._receive(bad)
    assert made.answers == {"callers": "browsers"}
    made._receive({"clear": True})
    assert made.answers == {}


# The pictures.


def test_live_face_is_a_form_of_named_groups(parse):
    tree = parse(guide_html(advise({"callers": "browsers"}), live=True))
    tags = [tag for tag, _ in tree.elements]
    assert tags[0] == "form"
    assert tags.count("fieldset") == tags.count("legend") == len(QUESTIONS)
    radios = [attrs for tag, attrs in tree.elements if tag == "input"]
    assert len(radios) == sum(len(question.choices) for question in QUESTIONS.values())
    assert [(attrs["name"], attrs["value"]) for attrs in radios if "checked" in attrs] == [
        ("gv-guide-callers", "browsers")
    ]


def test_static_face_has_nothing_to_click_and_says_what_is_chosen(parse):
    tree = parse(guide_html(advise({"callers": "browsers"})))
    assert not {"form", "input", "fieldset", "button", "script"} & tree.tags()
    assert "● chosen: Pages in browsers" in tree.text
    assert tree.text.count("●") == 1
    for question, choice in choices():
        assert question.text in tree.text
        assert choice.label in tree.text


@pytest.mark.parametrize("given", [{}, ALL_GRPC, ALL_REST, {"callers": "browsers", "deadlines": "yes"}])
def test_all_faces_say_the_same(parse, guide, given):
    made = guide(**given)
    data = made._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == str(made) == made.text == advice_text(made.advice)
    static, live = parse(data["text/html"].partition("</style>")[2]), parse(made.html)
    alone = parse(made.advice._repr_mimebundle_()["text/html"].partition("</style>")[2])
    advice = made.advice
    said = [
        advice.leaning,
        *(reason.text for reason in (*advice.for_grpc, *advice.for_rest, *advice.neither)),
    ]
    flat = " ".join(data["text/plain"].split())
    for text in (*said, *advice.change, *filter(None, [advice.how])):
        assert text in flat
        for tree in (static, live, alone):
            assert text.replace("`", "") in tree.text
    assert advice._repr_mimebundle_()["text/plain"] == str(advice)


def test_a_reason_that_decides_is_marked(parse):
    assert "Decides alone. Strangers begin" in str(advise(ALL_REST))
    inside = {"callers": "browsers", "deadlines": "yes"}
    assert "Decides for the edge. Pages call it" in parse(guide_html(advise(inside))).text
    assert "Decides" not in str(advise({"callers": "browsers", "flow": "both"}))


def test_sources_stand_beside_their_own_reason():
    text = " ".join(str(advise({"flow": "server", "contract": "old"})).split())
    assert "[protobuf.dev, Updating A Message Type]" in text
    assert text.count("protobuf.dev") == 1
    assert text.index("For REST") < text.index("[HTML Standard, Server-sent events]")


def test_lines_of_the_text_fit_a_terminal():
    for names in SAMPLE[:100]:
        assert max(map(len, str(advise(answers(names))).splitlines())) <= 96
