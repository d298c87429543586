const loader = require("@grpc/proto-loader");
const office = require("./contract").connect(process.argv[2]);

const load = (file, name) => loader.loadSync(file, { includeDirs: ["protos"] })[name];
const Status = load("google/rpc/status.proto", "google.rpc.Status");
const BadRequest = load("google/rpc/error_details.proto", "google.rpc.BadRequest");

office.declare({}, (error) => {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  if (!bytes) return;
  for (const detail of Status.deserialize(bytes).details) {
    if (!detail.type_url.endsWith("BadRequest")) continue;
    for (const violation of BadRequest.deserialize(detail.value).fieldViolations) console.log(violation.field);
  }
});
