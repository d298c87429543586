module.exports = require("../bundle.cjs")["@grpc/grpc-js"];
