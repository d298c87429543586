"""What goes wrong in a cell is told in that cell, shortly, by the learner's own line."""

from __future__ import annotations

import time

FAILING = """
class Failing(Greeter):
    def SayHello(self, request, context):
        raise ValueError(f"no <b>{request.name}</b>")
server = serve(Failing())
"""


def test_a_handler_that_raises_is_shown_in_the_cell_that_called(kernel):
    defined = kernel.run(FAILING, cell="server")
    assert defined.displays == []
    called = kernel.run(
        "try:\n    hello(server)\nexcept grpc.RpcError as error:\n    print(error.code())", cell="call"
    )
    assert called.stdout == "StatusCode.UNKNOWN\n"
    assert "ValueError in the handler of `GreeterService.SayHello`" in called.shown
    assert 'raise ValueError(f"no <b>{request.name}</b>")' in called.shown
    assert "line 3, in SayHello" in called.shown
    assert "Cell In[" in called.shown
    for library in ("ipykernel", "site-packages", "helpers/"):
        assert library not in called.shown
    (card,) = called.displays
    assert "ValueError: no &lt;b&gt;Ada&lt;/b&gt;" in card["text/html"]
    assert "<b>Ada</b>" not in card["text/html"]
    assert kernel.run("1 + 1", cell="next").displays == [{"text/plain": "2"}]


def test_a_handler_that_raises_often_is_shown_once(kernel):
    kernel.run(FAILING, cell="server")
    run = kernel.run("""
for _ in range(7):
    try:
        hello(server)
    except grpc.RpcError:
        pass
""")
    assert len(run.displays) == 1
    assert "in 7 calls" in run.shown
    assert kernel.value("len(server.log)") == 7


def test_what_fails_between_two_cells_is_shown_in_neither(kernel):
    kernel.run(FAILING, cell="server")
    done = kernel.folder / "done"
    kernel.run(f"""
import pathlib, threading
def later():
    while pathlib.Path({str(done)!r} + ".go").exists() is False:
        threading.Event().wait(0.01)
    connect(server).SayHello.future(pb2.SayHelloRequest(), timeout=20).exception()
    pathlib.Path({str(done)!r}).touch()
threading.Thread(target=later).start()
""")
    done.with_name("done.go").touch()
    deadline = time.monotonic() + 20
    while not done.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    run = kernel.run("len(server.log), server.log[-1].error is not None")
    assert run.value == (1, True)
    assert len(run.displays) == 1


def test_a_failed_call_is_shown_by_its_own_line(kernel):
    kernel.run(FAILING, cell="server")
    run = kernel.run("x = 1\nhello(server)", cell="call")
    assert "----> 2 hello(server)" in run.error
    assert "StatusCode.UNKNOWN" in run.error
    for library in ("site-packages", "_channel.py", "_end_unary_response_blocking"):
        assert library not in run.error


def test_a_call_to_nobody_says_what_to_do(kernel):
    run = kernel.run("server = serve(Greeter()); server.stop().wait(); hello(server)")
    assert "StatusCode.UNAVAILABLE" in run.error
    assert "Nobody listens at 127.0.0.1:" in run.error
    assert "Run the cell that starts the server" in run.error
    assert len(run.error.split("\n")) < 20


def test_a_method_that_nobody_wrote_says_so(kernel):
    run = kernel.run("hello(serve(pb2_grpc.GreeterServiceServicer()))")
    assert "StatusCode.UNIMPLEMENTED" in run.error
    assert "its servicer does not define it" in run.error
    assert run.displays == []


def test_two_versions_of_a_message_are_explained(kernel):
    proto = '%%proto twins\nsyntax = "proto3";\nmessage Part {{ int32 a = {}; }}\nmessage Whole {{ Part part = 1; }}'
    kernel.run(proto.format(1))
    kernel.run("part = twins_pb2.Part(a=1)")
    kernel.run(proto.format(2))
    run = kernel.run("twins_pb2.Whole(part=part)")
    assert "This is another version of Part than the one expected here" in run.error
    assert "During handling of the above exception" not in run.error
    assert "cross_pool.py" not in run.error
    assert "----> 1 twins_pb2.Whole(part=part)" in run.error


def test_a_message_of_another_pool_is_explained(kernel):
    kernel.run("from google.protobuf import timestamp_pb2")
    kernel.run(
        '%%proto twins\nsyntax = "proto3";\nimport "google/protobuf/timestamp.proto";\n'
        "message Whole { repeated google.protobuf.Timestamp times = 1; }"
    )
    run = kernel.run("twins_pb2.Whole().times.append(timestamp_pb2.Timestamp())")
    assert "Two classes are called Timestamp" in run.error
    assert "ParseFromString" in run.error


def test_an_unpackable_any_in_json_is_explained(kernel):
    kernel.run(
        '%%proto boxes\nsyntax = "proto3";\nimport "google/protobuf/any.proto";\n'
        "message Box { google.protobuf.Any anything = 1; }"
    )
    kernel.run(
        "from google.protobuf import json_format\nbox = boxes_pb2.Box(); box.anything.Pack(boxes_pb2.Box())"
    )
    run = kernel.run("json_format.MessageToJson(box)")
    assert "descriptor_pool=" in run.error
    assert kernel.run("json_format.MessageToJson(box, descriptor_pool=boxes_pb2.DESCRIPTOR.pool)").error == ""


def test_pickling_a_message_is_explained(kernel):
    run = kernel.run("import pickle\npickle.dumps(pb2.SayHelloRequest())")
    assert "Can't pickle <class 'greeter.v1.greeter_pb2.SayHelloRequest'>" in run.error
    assert "value.SerializeToString()" in run.error


def test_an_iterator_of_requests_that_raises_is_shown(kernel):
    kernel.run("""
class Counting(Greeter):
    def SayHelloToAll(self, requests, context):
        return pb2.SayHelloToAllResponse(people=sum(1 for _ in requests))
stub = connect(serve(Counting()))
def requests():
    yield pb2.SayHelloToAllRequest()
    raise LookupError("no more names")
""")
    run = kernel.run("stub.SayHelloToAll(requests(), timeout=20)")
    assert "StatusCode.UNKNOWN" in run.error
    assert "The generator of the requests raised LookupError; its own line is shown below." in run.error
    assert "LookupError in an iterator of requests" in run.shown
    assert 'raise LookupError("no more names")' in run.shown
    assert "site-packages" not in run.shown


def test_an_ordinary_type_error_is_shown_as_ever(kernel):
    run = kernel.run("import json\njson.dumps({1, 2})")
    assert "TypeError: Object of type set is not JSON serializable" in run.error
    assert "Two classes" not in run.error


def test_an_unknown_name_says_which_cell_is_missing(kernel):
    run = kernel.run("zebra_stub.Ask()")
    assert "NameError: name 'zebra_stub' is not defined" in run.error
    assert "This kernel does not know `zebra_stub` yet" in run.error
    assert "Run All Above Selected Cell" in run.error


def test_a_misspelt_name_says_what_may_be_meant(kernel):
    assert "did you mean `protos`?" in kernel.run("protoss.load('greeter/v1/greeter.proto')").error
    assert "did you mean `print`?" in kernel.run("pritn(1)").error


def test_a_local_variable_that_is_not_set_is_no_missing_cell(kernel):
    run = kernel.run("def f():\n    value += 1\nf()")
    assert "UnboundLocalError" in run.error
    assert "Run All Above" not in run.error


def test_a_schema_error_is_a_few_lines(kernel):
    run = kernel.run("protos.load('courier/v1/qoute.proto')")
    assert run.error.startswith("SchemaError: There is no schema 'courier/v1/qoute.proto'")
    assert run.error.endswith('Did you mean "courier/v1/quote.proto"?')


def test_what_is_no_servicer_is_a_few_lines(kernel):
    run = kernel.run("serve(Greeter)")
    assert (
        run.error == "ServeError: serve() got the class Greeter; it needs an object of it: serve(Greeter())."
    )


def test_a_shell_command_prints_what_it_prints(kernel):
    kernel.run("server = serve(Greeter()); stub = connect(server); hello(server)")
    for _ in range(3):
        run = kernel.run("!echo hi")
        assert (run.stdout.strip(), run.stderr) == ("hi", "")


def test_a_stopped_server_prints_nothing(kernel):
    kernel.run("server = serve(Greeter()); stub = connect(server); hello(server)")
    run = kernel.run("server.stop().wait()\nimport time; time.sleep(0.2)")
    assert (run.stdout, run.stderr) == ("", "")
