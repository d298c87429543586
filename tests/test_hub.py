"""The pieces of the trial of a hub with many learners; the hub itself is not started here."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def hub(root) -> ModuleType:
    spec = importlib.util.spec_from_file_location("trial_of_a_hub", root / "benchmarks" / "hub.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


def test_the_configuration_is_python_and_stays_on_this_machine(hub, tmp_path):
    text = hub.configuration(tmp_path, [1, 2, 3], ["node", "proxy"], "secret")
    compile(text, "jupyterhub_config.py", "exec")
    assert text.count("http://127.0.0.1:") == 3
    assert "0.0.0.0" not in text
    assert str(hub.SETTINGS) in text


class Kernel:
    """Answers a request as a kernel does, with what belongs to others in between."""

    def __init__(self, *answers: tuple[str, dict[str, object]]) -> None:
        self.answers = list(answers)
        self.asked = ""

    async def write_message(self, text: str) -> None:
        self.asked = json.loads(text)["header"]["msg_id"]

    async def read_message(self) -> str | bytes | None:
        if not self.answers:
            return None
        kind, content = self.answers.pop(0)
        if kind == "buffers":
            return b"of a widget"
        parent = {"msg_id": "another's" if content.pop("other", False) else self.asked}
        return json.dumps({"header": {"msg_type": kind}, "parent_header": parent, "content": content})


IDLE = ("status", {"execution_state": "idle"})
DONE = ("execute_reply", {"status": "ok"})


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ([DONE, IDLE], ""),
        (
            [
                ("status", {"execution_state": "idle", "other": True}),
                ("buffers", {}),
                IDLE,
                ("execute_reply", {"status": "ok"}),
            ],
            "",
        ),
        ([("execute_reply", {"status": "error", "ename": "E", "evalue": "why"}), IDLE], "E: why"),
        ([DONE], "the kernel hung up"),
    ],
)
def test_a_cell_is_over_when_its_reply_and_the_idle_kernel_are_there(hub, answers, failure):
    kernel = Kernel(*((kind, dict(content)) for kind, content in answers))
    assert asyncio.run(hub.run(kernel, "1", "cell")) == failure
    assert kernel.answers == []
