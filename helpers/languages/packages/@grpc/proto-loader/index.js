module.exports = require("../bundle.cjs")["@grpc/proto-loader"];
