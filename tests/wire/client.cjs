// A gRPC client in another language, for test_wire_peers.py: address and .proto file are its arguments.
const packages = "../../helpers/languages/packages";
const grpc = require(`${packages}/@grpc/grpc-js`);
const loader = require(`${packages}/@grpc/proto-loader`);

const [address, proto] = process.argv.slice(2);
const { wiretest } = grpc.loadPackageDefinition(loader.loadSync(proto));
const client = new wiretest.v1.Kinds(address, grpc.credentials.createInsecure());

const metadata = new grpc.Metadata();
metadata.set("x-from", "node");
metadata.set("k-bin", Buffer.from([0, 1, 255]));

const collect = (stream) =>
  new Promise((resolve, reject) => {
    const texts = [];
    stream.on("data", (reply) => texts.push(reply.text));
    stream.on("end", () => resolve(texts));
    stream.on("error", reject);
  });

const finish = (start) =>
  new Promise((resolve) => start((error, reply) => resolve(error ? error.code : reply.text)));

(async () => {
  const told = [];
  told.push(await finish((done) => client.Unary({ text: "hé" }, metadata, done)));
  told.push(await finish((done) => client.Unary({ how: "abort" }, done)));
  told.push((await collect(client.ServerStream({ text: "s", count: 3 }))).join(""));
  told.push(
    await finish((done) => {
      const stream = client.ClientStream(done);
      for (const text of ["a", "b", "c"]) stream.write({ text });
      stream.end();
    }),
  );
  const both = client.Both();
  const replies = collect(both);
  both.write({ text: "x" });
  both.write({ text: "y" });
  both.end();
  told.push((await replies).join(""));
  console.log(JSON.stringify(told));
  client.close();
})();
