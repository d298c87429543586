const loader = require("@grpc/proto-loader");
const office = require("./contract").connect(process.argv[2]);

const load = (file, name) => loader.loadSync(file, { includeDirs: ["protos"] })[name];
const Status = load("google/rpc/status.proto", "google.rpc.Status");
const BadRequest = load("google/rpc/error_details.proto", "google.rpc.BadRequest");

office.declare({}, (error) => {
  // your code here
});
