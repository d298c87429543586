"""protoc aborts its process on some schemas: here that process is not the kernel, and the schema's line is named."""

# ruff: noqa: E501 (a schema a line)

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers import protos
from helpers.protos import compiler
from helpers.protos.worker import Worker, worker

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTOR = 'import "google/protobuf/descriptor.proto";'
RULE = f"""syntax = "proto2"; package PKG; {DESCRIPTOR}
message Rule {{ required int32 min = 1; optional int32 max = 2; optional Rule more = 3; }}
"""
NOTE = f'syntax = "proto3"; package PKG; {DESCRIPTOR}\n'
REQUIRED = "a required field that is not set"
NOT_UTF8 = "is not UTF-8"

# A schema on which protoc aborts (grpcio-tools 1.85), the line that does it, and words of the message.
DEADLY = {
    "field": (RULE + "extend google.protobuf.FieldOptions { optional Rule rule = 50001; }\nmessage A {\n  optional int32 x = 1 [(rule).max = 3];\n}", 5, REQUIRED),
    "message": (RULE + "extend google.protobuf.MessageOptions { optional Rule rule = 50001; }\nmessage A {\n  option (rule).max = 3;\n}", 5, REQUIRED),
    "string": (NOTE + 'extend google.protobuf.FileOptions { string note = 50001; }\noption (note) = "\\xff";', 3, NOT_UTF8),
    "string of a field": (NOTE + 'extend google.protobuf.FieldOptions { string note = 50001; }\nmessage A {\n  int32 a = 1;\n  int32 b = 2 [deprecated = true,\n    (note) = "\\xff"];\n  int32 c = 3;\n}', 5, NOT_UTF8),
    "the first of several": (NOTE + 'extend google.protobuf.FieldOptions { string note = 50001; }\nmessage A {\n  int32 a = 1 [(note) = "fine"];\n  int32 b = 2 [(note) = "\\xff"];\n  int32 c = 3 [(note) = "\\xff"];\n  int32 d = 4 [deprecated = true];\n}', 5, NOT_UTF8),
    "string of an enum's value": (NOTE + 'extend google.protobuf.EnumValueOptions { string note = 50001; }\nenum E {\n  Z = 0; // "\n  Y = 1 [(note) = "\\xc3\\x28"];\n}', 5, NOT_UTF8),
    "string of an rpc": (NOTE + 'extend google.protobuf.MethodOptions { string note = 50001; }\nmessage A {}\nservice S {\n  rpc Do(A) returns (A) {\n    option idempotency_level = NO_SIDE_EFFECTS;\n    option (note) = "\\xff";\n  }\n}', 7, NOT_UTF8),
    "string of a service": (NOTE + 'extend google.protobuf.ServiceOptions { string note = 50001; }\nservice S {\n  option deprecated = true;\n  option (note) = "\\377";\n}', 5, NOT_UTF8),
}  # fmt: skip


@pytest.fixture(params=["file", "cell"])
def compile_text(request, write, package):
    def compile_text(text: str):
        text = text.replace("PKG", package)
        if request.param == "cell":
            return protos.compile_cell("deadly", text)
        Path("deadly.proto").write_text(text, encoding="utf-8")
        return protos.load("deadly.proto")

    write("unused.proto", "")
    return compile_text


@pytest.mark.parametrize("kind", DEADLY)
def test_the_line_that_protoc_dies_on_is_named(kind, compile_text, capfd):
    text, line, reason = DEADLY[kind]
    with pytest.raises(protos.SchemaError, match="protoc crashes here") as caught:
        compile_text(text)
    assert caught.value.position == f"deadly.proto:{line}"
    assert reason in caught.value.problem
    assert len(str(caught.value).split("\n")) == 3, "the sentence, the line, the cure"
    assert capfd.readouterr() == ("", "")
    # What was wrong is mended, and all goes on.
    mended = text.replace("required", "optional").replace("string note", "bytes note")
    assert compile_text(mended)[0].DESCRIPTOR


def test_it_is_named_where_it_is_imported_from(write, package):
    text, line, _ = DEADLY["field"]
    write("part.proto", text.replace("PKG", package))
    whole = write(
        "whole.proto", f'syntax = "proto3"; import "part.proto"; message W {{ {package}.A a = 1; }}'
    )
    with pytest.raises(protos.SchemaError) as caught:
        protos.load(whole)
    assert caught.value.position == f"part.proto:{line}"


def test_an_own_descriptor_proto_that_is_too_old(write, package):
    """Many projects carry one along; protoc reads it instead of its own, and dies."""
    fields = "optional string name = 1;"
    old = f'syntax = "proto2"; package google.protobuf; message FileDescriptorProto {{ {fields} }} message FieldOptions {{ extensions 1000 to max; }}'
    write("third_party/google/protobuf/descriptor.proto", old)
    text = f'syntax = "proto3"; package {package}; {DESCRIPTOR} extend google.protobuf.FieldOptions {{ string note = 50001; }}'
    with pytest.raises(protos.SchemaError, match="older than protoc") as caught:
        protos.load(write("a.proto", text))
    assert caught.value.path == "google/protobuf/descriptor.proto"
    Path("third_party/google/protobuf/descriptor.proto").unlink()
    assert protos.load("a.proto")[0].note


def pid() -> int:
    protos.compile_cell("alive", f'syntax = "proto3"; message Alive {{ int32 n = {next(_fresh)}; }}')
    return worker._process.pid


_fresh = iter(range(1, 1000))


def test_one_process_serves_all(write):
    assert pid() == pid()


@pytest.mark.skipif(os.name == "nt", reason="no signals")
@pytest.mark.parametrize("how", ["SIGKILL", "SIGABRT"])
def test_a_process_that_was_killed_is_replaced(how):
    first = pid()
    os.kill(first, getattr(signal, how))
    assert pid() != first


@pytest.mark.skipif(os.name == "nt", reason="no signals")
def test_the_stop_button_is_not_for_it():
    first = pid()
    os.kill(first, signal.SIGINT)
    assert pid() == first


def test_an_interrupt_while_it_works_leaves_no_answer_behind(monkeypatch):
    pid()

    def interrupted(process, request):
        process.stdin.write(request)
        process.stdin.flush()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Worker, "_exchange", staticmethod(interrupted))
        with pytest.raises(KeyboardInterrupt):
            protos.compile_cell("stopped", 'syntax = "proto3"; message Stopped {}')
    assert list(
        protos.compile_cell("after", 'syntax = "proto3"; message After {}')[
            0
        ].DESCRIPTOR.message_types_by_name
    ) == ["After"]


def test_a_process_that_cannot_start_says_so(monkeypatch):
    lone = Worker()
    monkeypatch.setattr("helpers.protos.worker._PROGRAM", "raise SystemExit('no compiler here')")
    with pytest.raises(RuntimeError, match="protoc cannot be started: no compiler here"):
        lone.run(["--version"])
    lone.stop()


PROGRAM = """
import os, sys, time
from helpers import protos
from helpers.protos.worker import worker
protos.load("courier/v1/quote.proto")
print(worker._process.pid, worker.folder, flush=True)
{end}
"""


def gone(process: int) -> bool:
    """Whether a process has ended, by itself or within ten seconds."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
@pytest.mark.parametrize(
    "end", ["", "os._exit(3)", "time.sleep(60)"], ids=["at its end", "at once", "killed"]
)
def test_it_ends_with_the_kernel(end):
    command = [sys.executable, "-c", PROGRAM.format(end=end)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8") as kernel:
        number, _, folder = kernel.stdout.readline().strip().partition(" ")
        if "sleep" in end:
            kernel.kill()
    assert gone(int(number))
    if not end:
        assert not Path(folder).exists()


FORKING = """
import os
from helpers import protos
from helpers.protos.worker import worker
protos.load("courier/v1/quote.proto")
mine = worker._process.pid, worker.folder
child = os.fork()
if not child:
    made, _ = protos.compile_cell("child", 'syntax = "proto3"; message Child {}')
    apart = worker._process.pid != mine[0] and worker.folder != mine[1]
    worker.stop()
    os._exit(0 if made.Child and apart else 1)
assert os.waitpid(child, 0)[1] == 0
made, _ = protos.compile_cell("parent", 'syntax = "proto3"; message Parent {}')
assert made.Parent and (worker._process.pid, worker.folder) == mine
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_has_a_process_of_its_own():
    ran = subprocess.run(
        [sys.executable, "-c", FORKING],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_importing_the_helpers_starts_nothing():
    program = (
        "import sys, helpers.protos as p; from helpers.protos.worker import worker; print(worker._process)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    assert (ran.stdout, ran.stderr) == ("None\n", "")


def test_what_an_earlier_schema_has_left_is_in_nobody_s_way(write, package):
    """The files that protoc sees are laid out anew for each schema."""
    write("a.proto", f'syntax = "proto3"; package {package}; message A {{}}')
    protos.load("a.proto")
    protos.compile_cell(f"{package}.proto", f'syntax = "proto3"; package {package}.one; message A {{}}')
    write(f"{package}.proto/b.proto", f'syntax = "proto3"; package {package}.two; message B {{}}')
    write("top.proto", f'syntax = "proto3"; package {package}; import "{package}.proto/b.proto";')
    assert protos.load("top.proto")[0].DESCRIPTOR
    with pytest.raises(protos.SchemaError, match="was not found"):
        protos.compile_cell("sees", f'syntax = "proto3"; import "{package}.proto/nothing.proto";')
    assert compiler._staged


@pytest.mark.parametrize("folder", ["in", "out", ""])
def test_a_temporary_folder_that_was_cleaned_away(folder, write, package):
    import shutil

    protos.load(write("a.proto", "message A {}", package=package))
    shutil.rmtree(worker.folder / folder)
    assert protos.load(write("a.proto", "message A { int32 b = 1; }", package=package))[0].A(b=1)
