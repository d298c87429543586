"""What the lesson on a project of one's own claims."""

# after: folder
assert (folder / "proto/courier/v1").is_dir()

# after: terminal
assert printed.splitlines()[1] == str(terminal.environment.resolve()), "a Python of the project's own"
assert terminal.environment != folder

# after: flat
assert "import quote_pb2 as quote__pb2\n" in printed
assert "ModuleNotFoundError: No module named 'quote_pb2'\nexit code: 1" in printed

# after: nested
assert "from courier.v1 import quote_pb2 as courier_dot_v1_dot_quote__pb2\n" in printed
assert "exit code" not in printed
assert not list(folder.glob("src/courier/v1/*.pyi")), "the hook makes it"

# after: install
assert "Successfully installed courier-0.1.0" in printed
assert _ == ["quote_pb2.py", "quote_pb2.pyi", "quote_pb2_grpc.py"]

# after: types
assert "def __init__(self, weight_grams: _Optional[int] = ...) -> None: ..." in printed

# after: start
assert server.running
assert any(line.text == f"INFO listening on {server.address}" for line in server.log)

# after: strangers
assert "courier.v1.QuoteService/GetQuote\n" in printed
assert '"status": "SERVING"' in printed
assert "exit code" not in printed

# after: ask
assert "4.20 euros\n" in printed
assert "INVALID_ARGUMENT: weight_grams must be above 0\nexit code: 1\n" in printed
assert [each.status for each in call.calls] == ["OK", "INVALID_ARGUMENT"]
assert "GetQuoteRequest {weight_grams: 1200}" in printed, "the picture knows the fields"

# after: misconfigured
assert "ValueError" in printed
assert "PORT" not in printed.replace("PORT=", ""), "which variable is it?"
assert "exit code: 1" in printed

# after: guarded
assert "4.20 euros\n" in printed
assert printed.count("exit code: 1") == 1
assert "UNAVAILABLE" in printed

# after: meanwhile
texts = [line.text for line in _]
assert "4.20 euros" in printed, "the customer has a price"
told = texts.index("INFO SIGTERM: 5 s for calls under way")
assert texts.index("INFO a quote for 1200 g") < told < texts.index("INFO all calls have ended")
assert texts[-1].endswith("has ended with exit code 0")

# after: ci
assert printed.count("\n$ ") == 4, "buf build, and the four of the file"
assert "exit code" not in printed
assert "1 passed" in printed
assert "\n$ buf lint\n$ buf breaking --against released.binpb\n$ " in printed, "buf is silent"

# after: wheel
assert "courier/v1/quote_pb2_grpc.py" in printed
assert "courier/v1/quote_pb2.pyi" in printed
assert not (folder / "src/courier/v1/.gitignore").exists()
assert "*_pb2*" in (folder / ".gitignore").read_text("utf-8")

# after: take
import io
import tarfile

with tarfile.open("taken", "r:gz", io.BytesIO(base64.b64decode(data))) as taken:
    there = {name.partition("/")[2] for name in taken.getnames()}
assert {"pyproject.toml", "hatch_build.py", "buf.yaml", "released.binpb", ".gitignore"} <= there
assert {"proto/courier/v1/quote.proto", "tests/test_quotes.py", ".github/workflows/ci.yml"} <= there
assert {f"src/courier/{name}.py" for name in ("quotes", "settings", "server", "lifecycle", "client")} <= there
assert 'href="data:application/gzip;base64,' in _.data

# after: image-check
assert "courier-server is a program of the project: True" in printed
assert "{'HOST': True, 'PORT': True}" in printed

# after: too-new
assert "VersionError: Detected incompatible Protobuf Gencode/Runtime versions" in printed
assert "RuntimeError: The grpc package installed is at version" in printed
import importlib.metadata

if importlib.metadata.version("grpcio-tools") == "1.85.1":  # the compiler that the project pins
    assert "# Protobuf Python Version: 7.35.1" in printed
    assert "GRPC_GENERATED_VERSION = '1.85.1'" in printed
    assert '"grpcio>=1.85.1", "protobuf>=7.35.1"' in (folder / "pyproject.toml").read_text("utf-8"), (
        "the floors"
    )

# after: renumber
assert "1 passed" in printed, "the tests pass"
assert printed.count("exit code") == 1, "one of the commands is red"
assert 'field "1" with name "weight_grams"' in printed
assert "exit code: 100" in printed

# after: old-client
assert "weight_grams must be above 0" in printed

# after: repair
assert "exit code" not in printed

# after: no-grace
assert "UNAVAILABLE" in printed
assert "euros" not in printed
assert any(line.text == "INFO SIGTERM: 0 s for calls under way" for line in _)

# after: board
assert tried.running
import subprocess
import threading

asking = []
thread = threading.Thread(target=lambda: asking.append(subprocess.getoutput(quote)))
thread.start()
while not any("1200 g" in each.text for each in tried.log):
    assert thread.is_alive()
tried.stop().wait()
thread.join()
assert asking == ["4.20 euros"], "SIGTERM lets it finish"
assert "UNAVAILABLE" in subprocess.getoutput(quote), "and then nobody is there"
act(tried.restart)
assert tried.running
