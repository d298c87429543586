"""What the lesson on a project of one's own has recorded of mypy, which learners need not have, is what mypy says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tools.lessons import ROOT, Lesson

LESSON = Lesson(ROOT / "notebooks/27_your_own_project.ipynb")


def source(cell_id: str) -> str:
    return next(cell.source for cell in LESSON.notebook.cells if cell.id == cell_id)


def test_mypy_says_what_the_lesson_shows(tmp_path: Path):
    code, told = re.findall(r"```(?:python|text)\n(.*?)```", source("types-explained"), re.DOTALL)
    contract = tmp_path / "proto/courier/v1/quote.proto"
    contract.parent.mkdir(parents=True)
    contract.write_text(source("contract").partition("\n")[2], encoding="utf-8")
    flags = ["-Iproto", "--python_out=.", "--pyi_out=.", "--grpc_python_out=.", "courier/v1/quote.proto"]
    subprocess.run([sys.executable, "-m", "grpc_tools.protoc", *flags], cwd=tmp_path, check=True)
    wrong = "from courier.v1 import quote_pb2, quote_pb2_grpc\n" + code
    anything = 'quote_pb2_grpc.QuoteServiceStub(None).GetQuote("no message").no_field\n'
    (tmp_path / "wrong.py").write_text(wrong + anything, encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--no-error-summary", "--ignore-missing-imports", "wrong.py"]
    said = subprocess.run(mypy, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False).stdout
    errors = [re.sub(r"^wrong\.py:\d+: ", "", line) for line in said.splitlines() if ": error: " in line]
    assert errors == told.splitlines(), said
