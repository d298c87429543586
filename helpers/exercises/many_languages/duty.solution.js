const { grpc, CustomsService } = require("./contract");

const lookUp = async (grams) => {
  if (grams > 1000) throw new Error(`no duty for ${grams} g`);
  return 2 * grams;
};

const server = new grpc.Server();
server.addService(CustomsService.service, {
  async declare(call, callback) {
    const { declaration } = call.request;
    try {
      const customs = await lookUp(declaration.weightGrams);
      const dutiesCents = { ...declaration.dutiesCents, customs };
      callback(null, { declaration: { ...declaration, dutiesCents } });
    } catch (error) {
      callback({ code: grpc.status.INVALID_ARGUMENT, details: error.message });
    }
  },
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  console.log(`listening on 127.0.0.1:${port}`);
});
