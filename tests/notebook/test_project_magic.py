"""`%%project`: a file of the Node project in a cell."""

from __future__ import annotations


def test_a_cell_becomes_a_file(kernel):
    run = kernel.run("%%project hello.js\nconsole.log(1);\n", cell="hello")
    assert run.stdout == "hello.js: 1 line\n"
    assert (run.stderr, run.error) == ("", "")
    kernel.run("from helpers import languages")
    assert (
        kernel.value("(languages.folder() / 'hello.js').read_text(encoding='utf-8')") == "console.log(1);\n"
    )
    kernel.run("%%project hello.js\nconsole.log(2);\n", cell="hello")
    assert (
        kernel.value("(languages.folder() / 'hello.js').read_text(encoding='utf-8')") == "console.log(2);\n"
    )


def test_a_name_that_is_none_is_refused_in_a_line(kernel):
    run = kernel.run("%%project ../up.js\n1\n", cell="bad")
    told = run.stderr + run.error
    assert "is no name of a program or a page, such as client.js or page.html" in told
    assert "Traceback" not in told


def test_a_program_that_was_not_written_is_named_with_its_cell(kernel):
    run = kernel.run("from helpers import languages\nlanguages.run('nowhere.js')", cell="run")
    assert "Run the cell that begins with `%%project nowhere.js` first." in run.error
