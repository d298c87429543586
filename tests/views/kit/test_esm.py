from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import anywidget
import pytest

from helpers.views.kit.esm import Esm, flatten

HELPERS = Path(__file__).parents[3] / "helpers"
needs_node = pytest.mark.skipif(
    shutil.which("node") is None, reason="needs Node.js: install it to run the JavaScript"
)

FILES = {
    "room/widget.js": (
        "// The entry.\n"
        'import {\n  area,\n  name as called,\n} from "./parts.js";\n'
        'import { unit } from "../kit/unit.js";\n'
        "\n"
        "const name = 'widget';\n"
        "export const told = `${called} ${area(2)} ${unit}`;\n"
        "export default { render: () => name };\n"
    ),
    "room/parts.js": (
        'import { Counter, unit as own } from "../kit/unit.js";\n'
        "export const name = 'parts';\n"
        "const told = new Counter().next();\n"
        "export function area(side) {\n  return `${told} ${side * side} ${own}`;\n}\n"
    ),
    "kit/unit.js": (
        "let made = 0;\n"
        "made += 1;\n"
        "export const unit = `unit ${made}`;\n"
        "export class Counter {\n  next() {\n    return made;\n  }\n}\n"
        "export async function later() {}\n"
    ),
}


@pytest.fixture
def write(tmp_path):
    """Returns a function that writes files, the ones above and others, and returns their folder."""

    def written(**more: str) -> Path:
        for name, text in {**FILES, **{key.replace("__", "/") + ".js": more[key] for key in more}}.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
        return tmp_path

    return written


def exports(*modules: Path) -> list[dict[str, str]]:
    """What modules export, as Node sees it: the source of functions, the fields of objects."""
    program = """
        const plain = (value) => typeof value === "function" ? String(value) : JSON.stringify(value, (_, each) =>
            typeof each === "function" ? String(each) : each) ?? String(value);
        const all = [];
        for (const url of process.argv.slice(1)) {
            const entries = Object.entries(await import(url)).map(([name, value]) => [name, plain(value)]);
            all.push(Object.fromEntries(entries));
        }
        process.stdout.write(JSON.stringify(all));
    """
    urls = [module.as_uri() for module in modules]
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program, "--", *urls], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_entry_comes_first_and_keeps_its_lines(write):
    module = flatten(write(), "room/widget.js")
    lines = module.split("\n")
    assert lines[0] == "// The entry."
    assert lines[7] == "const name = 'widget';"
    assert module.endswith("/room/widget.js\n")
    assert lines[-2].startswith("//# sourceURL=")


def test_each_module_is_there_once_and_nothing_is_imported(write):
    module = flatten(write(), "room/widget.js")
    assert module.count("let made = 0;") == 1
    assert not re.search(r"^import\b", module, re.MULTILINE)
    assert re.findall(r"^export (\w+)", module, re.MULTILINE) == ["const", "default"]


@needs_node
def test_a_flattened_module_exports_what_its_files_do(write):
    root = write()
    flat = root / "flat.js"
    flat.write_text(flatten(root, "room/widget.js"), encoding="utf-8")
    there, here = exports(root / "room/widget.js", flat)
    assert here == there
    assert here["told"] == '"parts 1 4 unit 1 unit 1"'


@needs_node
def test_every_module_of_the_views_flattens_to_itself(tmp_path):
    files = sorted([*HELPERS.glob("views/**/*.js"), *HELPERS.glob("exercises/engine/*.js")])
    assert len(files) > 20
    flat = []
    for number, path in enumerate(files):
        flat.append(tmp_path / f"{number}.mjs")
        flat[-1].write_text(flatten(HELPERS, path.relative_to(HELPERS).as_posix()), encoding="utf-8")
    told = exports(*files, *flat)
    for path, there, here in zip(files, told[: len(files)], told[len(files) :], strict=True):
        assert here == there, path


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (
            'import { told } from "./widget.js";\nexport const name = told;',
            "widget.js → room/parts.js → ",
        ),
        (
            "export const name = 1;",
            "room/widget.js imports area from room/parts.js, which does not export it",
        ),
        ("export let name = 1;\nexport const area = 2;", "room/parts.js: .* this form: export let name = 1;"),
        ("const name = 1;\nexport { name };", "this form: export { name };"),
        ('import all from "./all.js";', 'this form: import all from "./all.js";'),
        ('import * as all from "./all.js";', "this form: import "),
        ("export default {};", "this form: export default {};"),
    ],
)
def test_what_it_does_not_know_is_refused(write, parts, told):
    with pytest.raises(ValueError, match=told):
        flatten(write(room__parts=parts), "room/widget.js")


def test_a_file_that_is_not_there_is_named(write):
    with pytest.raises(FileNotFoundError, match=r"all\.js"):
        flatten(write(room__parts='import { all } from "./all.js";'), "room/widget.js")


def test_a_widget_reads_its_files_when_the_first_is_made():
    class Late(anywidget.AnyWidget):
        _esm = Esm("views/nowhere.js")

    with pytest.raises(FileNotFoundError):
        Late()
