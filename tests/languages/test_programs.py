"""Programs in other languages: run, failing, served, and replaced by recordings."""

from __future__ import annotations

import ast
import base64
import os
import re
import subprocess
import sys

import grpc
import httpx
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from helpers import languages, protos, serve, servers, tap
from helpers.languages import project, recordings, replay, toolchains
from helpers.languages.toolchains import HERE, RECORDED
from tools.lessons import find_lessons

customs_pb2, customs_pb2_grpc = protos.load("courier/v1/customs.proto")
CONTRACT = project.PROTOS / "courier/v1/customs.proto"
PAPERS = customs_pb2.Declaration(
    waybill=2**64 - 1, value_cents=12900, goods="GOODS_FOOD", recipient_name="Ada"
)

needs_node = pytest.mark.skipif(not languages.available("client.js"), reason="needs Node.js")


class Customs(customs_pb2_grpc.CustomsServiceServicer):
    def Declare(self, request, context):
        return customs_pb2.DeclareResponse(declaration=request.declaration)

    def FollowParcel(self, request, context):
        for gate in ("depot", "border", "door"):
            yield customs_pb2.FollowParcelResponse(gate=gate)


@pytest.fixture
def office():
    with serve(Customs()) as server:
        yield tap(server)
    servers.stop_all()


@pytest.fixture
def without(monkeypatch):
    """A machine without any of the languages."""
    monkeypatch.setenv(RECORDED, "1")


@needs_node
def test_a_program_runs_and_what_it_prints_is_given_back():
    languages.save("hello.js", 'console.log("hello", process.argv[2]);\n')
    assert languages.run("hello.js", "Ada") == "hello Ada\n"


@pytest.mark.skipif(os.name == "nt", reason="nobody can be asked for there")
def test_the_folder_of_a_process_that_was_killed_goes(tmp_path, monkeypatch):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in (f"{ended.pid}-a", f"{os.getpid()}-b", "x-c"):
        (tmp_path / f"{project.PREFIX}{name}").mkdir()
    mine = project.folder.__wrapped__()
    left = {path.name.removeprefix(project.PREFIX) for path in tmp_path.iterdir()} - {
        mine.name.removeprefix(project.PREFIX)
    }
    assert left == {f"{os.getpid()}-b", "x-c"}


@needs_node
@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("const x = ;", "SyntaxError"),
        ('throw new Error("boom");', "Error: boom"),
        ('require("nothing");', "Cannot find module 'nothing'"),
        ("process.exit(3);", "ended with exit code 3"),
    ],
)
def test_a_program_that_fails_says_why_in_a_few_lines(source, told):
    languages.save("bad.js", source)
    with pytest.raises(languages.ProgramError) as caught:
        languages.run("bad.js")
    assert told in str(caught.value)
    assert str(languages.folder()) not in str(caught.value)
    assert len(str(caught.value).splitlines()) < 16


@needs_node
def test_a_program_that_never_ends_is_ended():
    languages.save("slow.js", "setInterval(() => {}, 1000);")
    with pytest.raises(languages.ProgramError, match=r"not ready within 0\.5 s"):
        languages.run("slow.js", timeout=0.5)


def test_a_program_that_was_not_written_yet_is_asked_for():
    with pytest.raises(languages.ProgramError, match=r"begins with `%%project other\.js`"):
        languages.run("other.js")


@pytest.mark.parametrize("name", ["", "a b.js", "../up.js", "client", "client.py", "a/b.js"])
def test_a_name_that_is_no_program_is_refused(name):
    with pytest.raises(ValueError, match="is no name of a program or a page"):
        languages.save(name, "")


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for Node.js")
@pytest.mark.parametrize(
    ("says", "version", "lacks"),
    [
        ("echo v24.1.0", "v24.1.0", ""),
        ("echo v12.22.9", "v12.22.9", "the Node.js of this machine is v12.22.9, and 18 is needed"),
        ("exit 127", "", "the Node.js of this machine does not start"),
        (None, "", "there is no Node.js on this machine"),
    ],
)
def test_node_is_found_and_may_be_too_old(says, version, lacks, tmp_path, monkeypatch):
    if says is not None:
        (tmp_path / "node").write_text(f"#!/bin/sh\n{says}\n", encoding="utf-8")
        (tmp_path / "node").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert toolchains.node_version.__wrapped__() == (version, lacks)


@pytest.mark.parametrize("program", ["client.cobol", "client", "", None, 3])
def test_what_is_no_program_is_refused(program):
    with pytest.raises(languages.ProgramError, match="is no program"):
        languages.run(program)


def test_a_tap_stands_for_its_address(office, without):
    assert languages.run("declare.go", office) == languages.run("declare.go", office.address)


def test_a_server_that_is_gone_is_named(office):
    languages.save("any.js", "")
    office.close()
    with pytest.raises(languages.ProgramError, match="Nobody listens on 127"):
        languages.run("any.js", office.address)


@pytest.mark.parametrize("program", ["declare.cc", "declare.go", "Declare.java", "declare.rb"])
def test_a_recorded_client_sends_a_live_server_what_it_had_sent(program, office, without, capsys):
    with office.capture() as seen:
        printed = languages.run(program, office.address)
    assert printed.splitlines()[1:] == ["depot", "border", "door"]
    assert f"{program} is played from a recording" in capsys.readouterr().out
    first, second = seen.calls
    assert first.requests[0].data == customs_pb2.DeclareRequest(declaration=PAPERS).SerializeToString()
    assert [call.status for call in (first, second)] == ["OK", "OK"], "the answers are this server's"
    assert len(second.responses) == 3


@pytest.mark.skipif(not languages.available("declare.rb"), reason="needs Ruby, its gRPC and protoc")
def test_ruby_runs_live_where_it_is(office):
    with office.capture() as seen:
        printed = languages.run("declare.rb", office.address)
    assert printed.splitlines() == [f"waybill {2**64 - 1}", "depot", "border", "door"]
    assert [call.status for call in seen.calls] == ["OK", "OK"]


def test_what_cannot_be_built_says_what_is_missing(office, without):
    with pytest.raises(languages.ProgramError, match=r"declare\.cc cannot be built: "):
        languages.run("declare.cc", office.address, build=True)


def test_frames_are_counted_wherever_they_are_cut():
    frames = replay.AnswerFrames()
    data = b"\0\0\2\0\0\0\0\0\1ab" + b"\0\0\0\4\0\0\0\0\0" + b"\0\0\1\1\4\0\0\0\1x"
    for byte in data:
        frames.take(bytes([byte]))
    assert frames.count == 2, "DATA and HEADERS, and no SETTINGS"


def test_a_recorded_server_answers_as_it_had_answered(without, capsys):
    server = _stand_in("server.js")
    with grpc.insecure_channel(server.address) as channel:
        stub = customs_pb2_grpc.CustomsServiceStub(channel)
        assert [each.gate for each in stub.FollowParcel(customs_pb2.FollowParcelRequest())] == [
            "depot",
            "border",
            "door",
        ]
        words = [customs_pb2.AnswerOfficerRequest(text=text) for text in ("tea", "a cake")]
        assert [each.text for each in stub.AnswerOfficer(iter(words))] == ["tea, really?", "a cake, really?"]
        with pytest.raises(grpc.RpcError, match="no call with this request"):
            stub.FollowParcel(customs_pb2.FollowParcelRequest(waybill=9)).next()
    servers.stop_all()
    assert "server.js is played from a recording" in capsys.readouterr().out


def test_a_recorded_server_fails_as_it_had_failed(without):
    server = _stand_in("failing.js")
    with grpc.insecure_channel(server.address) as channel:
        stub = customs_pb2_grpc.CustomsServiceStub(channel)
        codes = []
        for grams in range(5):
            request = customs_pb2.DeclareRequest(declaration={"weight_grams": grams})
            codes.append(stub.Declare.future(request, timeout=0.5).code().name)
    assert codes == ["UNKNOWN", "UNKNOWN", "NOT_FOUND", "INTERNAL", "DEADLINE_EXCEEDED"]
    servers.stop_all()


def test_the_gateway_that_stands_in_translates(office, without):
    gateway = _stand_in("gateway.mjs", office.address)
    url = f"http://{gateway.address}/courier.v1.CustomsService"
    answer = httpx.post(f"{url}/Declare", json={"declaration": {"waybill": str(2**64 - 1)}})
    assert answer.json() == {"declaration": {"waybill": str(2**64 - 1)}}
    refused = httpx.post(f"{url}/AnswerOfficer", json={})
    assert refused.status_code == 404
    stream = httpx.post(f"{url}/FollowParcel", content=b"\0\0\0\0\2{}")
    assert [gate in stream.content for gate in (b"depot", b"border", b"door")] == [True] * 3
    assert stream.content.endswith(b"\x02\0\0\0\x02{}"), "the end of the stream"
    servers.stop_all()


def _stand_in(program: str, *arguments: str):
    """Served by name alone, whatever stands in the project."""
    languages.save(program, "")
    return languages.serve(program, *arguments)


def _programs() -> dict[str, str]:
    """The programs of the lesson, by name."""
    lesson = next(each for each in find_lessons() if each.topic == "many_languages")
    found = {}
    for cell in lesson.code_cells:
        if match := re.match(r"%%project (\S+)\n(.*)", cell.source, re.DOTALL):
            found[match[1]] = match[2]
    return found


PROGRAMS = _programs()
RECORDINGS = sorted(path.parent.name for path in recordings.FOLDER.glob("*/recording.json"))


@pytest.mark.parametrize("program", RECORDINGS)
def test_a_recording_is_of_the_program_and_the_contract_that_there_are(program):
    kept = recordings.recording(program)
    assert kept is not None
    shipped = HERE / "sources" / program
    source = PROGRAMS.get(program) or (shipped.read_text(encoding="utf-8") if shipped.is_file() else None)
    if source is not None:  # else an exercise has it, and runs it in its own test
        assert kept.source == recordings.digest(source), "record it anew: python -m tools.record_languages"
    assert kept.contract == recordings.digest(CONTRACT.read_text(encoding="utf-8"))
    for run in kept.runs:
        assert kept.capture(run).notes == ()


def test_every_program_that_a_lesson_runs_was_recorded():
    assert {*PROGRAMS} - {*RECORDINGS} == {
        "contract.js", "gateway.mjs", "page.html", "more.js", "refused.js", "duty.js"
    }  # fmt: skip


def test_the_project_begins_as_the_lesson_writes_it():
    assert (HERE / "sources" / "contract.js").read_text(encoding="utf-8").strip() == PROGRAMS[
        "contract.js"
    ].strip()


def test_generated_code_is_of_the_contract_that_there_is():
    text = (HERE / "gen/courier/v1/customs_pb.js").read_text(encoding="utf-8")
    packed = ast.literal_eval(re.search(r'fileDesc\(("[^"]*")', text)[1])
    found = FileDescriptorProto.FromString(base64.b64decode(packed + "=" * (-len(packed) % 4)))
    expected = FileDescriptorProto()
    customs_pb2.DESCRIPTOR.CopyToProto(expected)
    assert [each.name for each in found.message_type] == [each.name for each in expected.message_type]
    for ours, theirs in zip(expected.message_type, found.message_type, strict=True):
        numbers = [{field.name: field.number for field in message.field} for message in (ours, theirs)]
        assert numbers[0] == numbers[1], "make it anew: python -m tools.node_packages"


def test_all_licenses_are_named():
    text = (HERE / "packages/LICENSES.txt").read_text(encoding="utf-8")
    for package in (HERE / "packages").rglob("package.json"):
        name = package.parent.relative_to(HERE / "packages").as_posix()
        assert f"{name} " in text
    for name in ("Apache License", "protobufjs", "long", "Google Inc."):
        assert name in text
