"""The exercises that are answered in JavaScript: what is judged, and what is said where it cannot be."""

from __future__ import annotations

import pytest

from helpers import languages
from helpers.exercises import many_languages
from helpers.languages.toolchains import RECORDED
from tests.exercises.mutants import javascript

PROGRAMS = [many_languages.one_more, many_languages.wrong_fields, many_languages.duty]
needs_node = pytest.mark.skipif(not languages.available("client.js"), reason="needs Node.js")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.id)
def test_without_node_nothing_is_judged_and_the_cure_is_named(program, monkeypatch):
    monkeypatch.setenv(RECORDED, "1")
    verdict = program.judge_source(program.answer)
    assert verdict.outcome == "open"
    assert "needs Node.js" in verdict.sentence
    assert "--extra node" in verdict.sentence


def test_the_question_is_answered_without_node_too(monkeypatch, capsys):
    monkeypatch.setenv(RECORDED, "1")
    question = many_languages.twelve_kilos
    assert question.judge_source(question.answer).outcome == "passed"


def test_a_program_that_was_not_written_is_asked_for():
    (languages.folder() / "more.js").unlink(missing_ok=True)
    verdict = many_languages.one_more.judge("more.js")
    assert verdict.outcome == "open"
    assert "run the cell above" in verdict.sentence


@pytest.mark.parametrize("answer", [None, "client.js", len])
def test_something_else_is_refused(answer):
    verdict = many_languages.one_more.judge(answer)
    assert verdict.outcome == "failed"
    assert 'many_languages.one_more("more.js")' in verdict.sentence


@needs_node
@pytest.mark.parametrize(
    "line",
    [
        "console.log((BigInt(reply.declaration.valueCents.toString()) + 1n).toString());",
        "console.log(reply.declaration.valueCents.add(1).toString());",
        "process.stdout.write(`${BigInt(reply.declaration.valueCents) + 1n}`);",
    ],
)
def test_other_ways_to_add_one_pass(line):
    source = many_languages.one_more.stub.replace("// your code here", line)
    verdict = many_languages.one_more.judge_source(source)
    assert verdict.outcome == "passed", str(verdict)


@needs_node
def test_a_handler_with_then_passes():
    body = """lookUp(declaration.weightGrams).then(
      (cents) => {
        declaration.dutiesCents = { ...declaration.dutiesCents, customs: cents };
        callback(null, { declaration });
      },
      (error) => callback(Object.assign(error, { code: grpc.status.INVALID_ARGUMENT })),
    );"""
    source = many_languages.duty.stub.replace("// your code here", body)
    verdict = many_languages.duty.judge_source(source)
    assert verdict.outcome == "passed", str(verdict)


@needs_node
def test_an_error_of_a_program_is_shown_in_its_own_words():
    source = many_languages.one_more.stub.replace("// your code here", "console.log(reply.nothing.at.all);")
    verdict = many_languages.one_more.judge_source(source)
    assert verdict.outcome == "failed"
    assert "TypeError" in verdict.actual
    assert "more.js:5" in verdict.actual


def test_a_program_is_changed_token_by_token():
    stub = "const a = 1;"
    found = list(javascript.mutants("const a = 1;\n  if (!x) return;\n  f(String(y) + 1n);", stub))
    for changed in ("f(String(y) - 1n);", "f(String(y) + 2n);", "f(BigInt(y) + 1n);", "if (x) return;"):
        assert any(changed in text for text in found), changed
    assert all(text.startswith(stub) for text in found), "what was given stays"
