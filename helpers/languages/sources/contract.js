const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

const load = (options) => {
  const files = loader.loadSync("courier/v1/customs.proto", { includeDirs: ["protos"], ...options });
  return grpc.loadPackageDefinition(files).courier.v1.CustomsService;
};
const CustomsService = load();
const connect = (address, Stub = CustomsService) => new Stub(address, grpc.credentials.createInsecure());
module.exports = { grpc, load, CustomsService, connect };
