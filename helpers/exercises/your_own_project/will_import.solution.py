@your_own_project.will_import
def mend(folder):
    named = folder / "proto/depot/v1"
    named.mkdir(parents=True)
    (folder / "proto/parcel.proto").rename(named / "parcel.proto")
    flags = ["--proto_path=proto", "--python_out=src", "--grpc_python_out=src"]
    protoc = [sys.executable, "-m", "grpc_tools.protoc", *flags, "depot/v1/parcel.proto"]
    subprocess.run(protoc, cwd=folder, check=True)
